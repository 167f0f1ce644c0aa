using System.Globalization;

namespace Shrike.Calling.Vcf;

/// <summary>Floating-point text as htslib prints it: six significant digits, ties upwards.</summary>
public static class VcfNumber
{
    private static readonly (double Below, ulong Half)[] Rounding =
    [
        (0.001, 5), (0.01, 50), (0.1, 500), (1, 5_000), (10, 50_000), (100, 500_000), (1000, 5_000_000),
        (10_000, 50_000_000), (100_000, 500_000_000), (double.PositiveInfinity, 5_000_000_000),
    ];

    /// <summary>Text of a float32.</summary>
    public static string Format(float value)
    {
        double d = value;
        if (d == 0) return double.IsNegative(d) ? "-0" : "0";
        if (d < 0) return "-" + Format(-value);
        if (!(d >= 0.0001 && d <= 999999)) return FormatG6(d);
        ulong n = (ulong)(d * 1e10) + Rounding.First(r => d < r.Below).Half;
        string s = n.ToString(CultureInfo.InvariantCulture);
        string text;
        if (s.Length <= 10)
        {
            text = "0." + new string('0', 10 - s.Length) + s[..Math.Min(6, s.Length)];
        }
        else
        {
            text = s[..^10] + "." + s[^10..];
            text = text[..Math.Min(7, text.Length)];
        }

        return text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;
    }

    /// <summary>C's %g with six digits.</summary>
    private static string FormatG6(double d)
    {
        if (double.IsNaN(d)) return "nan";
        if (double.IsInfinity(d)) return "inf";
        string e = d.ToString("E5", CultureInfo.InvariantCulture);
        int exponent = int.Parse(e.AsSpan(e.IndexOf('E', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);
        if (exponent is >= -4 and < 6) return d.ToString("0." + new string('#', 5 - exponent), CultureInfo.InvariantCulture);
        string mantissa = e[..e.IndexOf('E', StringComparison.Ordinal)].TrimEnd('0').TrimEnd('.');
        return string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
    }
}
