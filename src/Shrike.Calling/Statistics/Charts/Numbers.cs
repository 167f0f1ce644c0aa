using System.Globalization;

namespace Shrike.Calling.Statistics.Charts;

/// <summary>Numbers as people read them.</summary>
internal static class Numbers
{
    /// <summary>Like <c>4,812,001</c>.</summary>
    public static string Long(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>Like <c>1 record</c> or <c>2 records</c>.</summary>
    public static string Count(long value, string what) => $"{Long(value)} {what}{(value == 1 ? "" : "s")}";

    /// <summary>Like <c>250k</c> or <c>1.5M</c>, beside an axis.</summary>
    public static string Short(double value) => Math.Abs(value) switch
    {
        >= 1e9 => (value / 1e9).ToString("0.##", CultureInfo.InvariantCulture) + "G",
        >= 1e6 => (value / 1e6).ToString("0.##", CultureInfo.InvariantCulture) + "M",
        >= 1e4 => (value / 1e3).ToString("0.##", CultureInfo.InvariantCulture) + "k",
        _ => value.ToString("0.##", CultureInfo.InvariantCulture),
    };

    /// <summary>Like <c>12.5 %</c>; of nothing, 0 %.</summary>
    public static string Percent(long part, long whole) => (whole == 0 ? 0 : 100.0 * part / whole).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
