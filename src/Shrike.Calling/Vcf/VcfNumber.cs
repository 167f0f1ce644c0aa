using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Shrike.Calling.Vcf;

/// <summary>Floating-point text as htslib prints it: six significant digits, ties upwards.</summary>
public static class VcfNumber
{
    /// <summary>Bytes that any number has room in.</summary>
    public const int Longest = 32;

    private const int Digits = 6;
    private const int Decimals = 10;

    /// <summary>Text of a float32.</summary>
    public static string Format(float value)
    {
        Span<byte> text = stackalloc byte[Longest];
        return Encoding.ASCII.GetString(text[..Format(value, text)]);
    }

    /// <summary>Writes the text of a float32.</summary>
    /// <param name="value">The number.</param>
    /// <param name="target">At least <see cref="Longest"/> bytes.</param>
    /// <returns>Number of bytes written.</returns>
    public static int Format(float value, Span<byte> target)
    {
        double d = value;
        int sign = 0;
        if (d < 0 || (d == 0 && double.IsNegative(d)))
        {
            target[0] = (byte)'-';
            sign = 1;
            d = -d;
        }

        if (d == 0)
        {
            target[sign] = (byte)'0';
            return sign + 1;
        }

        return sign + (d >= 0.0001 && d <= 999999 ? FormatFixed(d, target[sign..]) : FormatG6(d, target[sign..]));
    }

    private static int FormatFixed(double d, Span<byte> target)
    {
        ulong n = (ulong)(d * 1e10) + Half(d);
        Span<byte> digits = stackalloc byte[Longest];
        Utf8Formatter.TryFormat(n, digits, out int count);
        int length;
        if (count <= Decimals)
        {
            target[0] = (byte)'0';
            target[1] = (byte)'.';
            int zeros = Decimals - count;
            target.Slice(2, zeros).Fill((byte)'0');
            int kept = Math.Min(Digits, count);
            digits[..kept].CopyTo(target[(2 + zeros)..]);
            length = 2 + zeros + kept;
        }
        else
        {
            int whole = count - Decimals;
            digits[..whole].CopyTo(target);
            target[whole] = (byte)'.';
            digits[whole..count].CopyTo(target[(whole + 1)..]);
            length = Math.Min(Digits + 1, count + 1);
        }

        if (target[..length].IndexOf((byte)'.') < 0) return length;
        while (target[length - 1] == '0') length--;
        return target[length - 1] == '.' ? length - 1 : length;
    }

    /// <summary>Half of the last digit kept, in units of 1e-10.</summary>
    private static ulong Half(double d) => d switch
    {
        < 0.001 => 5,
        < 0.01 => 50,
        < 0.1 => 500,
        < 1 => 5_000,
        < 10 => 50_000,
        < 100 => 500_000,
        < 1000 => 5_000_000,
        < 10_000 => 50_000_000,
        < 100_000 => 500_000_000,
        _ => 5_000_000_000,
    };

    /// <summary>C's %g with six digits; rare.</summary>
    private static int FormatG6(double d, Span<byte> target)
    {
        string text = double.IsNaN(d) ? "nan" : double.IsInfinity(d) ? "inf" : G6(d);
        return Encoding.ASCII.GetBytes(text, target);
    }

    private static string G6(double d)
    {
        string e = d.ToString("E5", CultureInfo.InvariantCulture);
        int exponent = int.Parse(e.AsSpan(e.IndexOf('E', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);
        if (exponent is >= -4 and < 6) return d.ToString("0." + new string('#', 5 - exponent), CultureInfo.InvariantCulture);
        string mantissa = e[..e.IndexOf('E', StringComparison.Ordinal)].TrimEnd('0').TrimEnd('.');
        return string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
    }
}
