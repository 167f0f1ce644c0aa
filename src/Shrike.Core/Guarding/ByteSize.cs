using System.Globalization;

namespace Shrike.Core.Guarding;

/// <summary>Numbers of bytes as people write them. A K is 1024, with or without <c>iB</c> or <c>B</c> behind it.</summary>
public static class ByteSize
{
    private const string Units = "KMGT";

    /// <summary>Reads <c>16G</c>, <c>1.5 GiB</c>, <c>900MB</c> or a plain number of bytes.</summary>
    /// <returns>False if it is none, less than one byte, or more than a long holds.</returns>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        string number = text.Trim().ToUpperInvariant();
        int unit = -1;
        foreach (string end in (string[])["IB", "B", ""])
        {
            if (!number.EndsWith(end, StringComparison.Ordinal)) continue;
            string rest = number[..^end.Length];
            unit = rest.Length == 0 ? -1 : Units.IndexOf(rest[^1], StringComparison.Ordinal);
            if (unit < 0 && end == "IB") return false;
            number = (unit < 0 ? rest : rest[..^1]).TrimEnd();
            break;
        }

        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)) return false;
        value *= Math.Pow(1024, unit + 1);
        if (!(value >= 1 && value < long.MaxValue)) return false;
        bytes = (long)value;
        return true;
    }

    /// <summary>In words: <c>1.25 GiB</c>, or <c>300 MiB</c> below one.</summary>
    public static string Words(double bytes) => bytes >= 1L << 30
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (1L << 30):F2} GiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / (1L << 20):F0} MiB");
}
