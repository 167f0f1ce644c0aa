using System.Globalization;
using System.Text;

namespace Shrike.Pipeline.Explaining;

/// <summary>The middle of a pileup picture as lines of text.</summary>
internal static class PictureText
{
    /// <summary>What the letters mean.</summary>
    public const string Legend = "# supports the ALT, + another one; . forward and , reverse as the reference; small letters: reverse; * an indel begins behind; - no base";

    private const int Half = 40;

    /// <summary>Appends it.</summary>
    public static void Add(StringBuilder text, PileupPicture picture)
    {
        int center = picture.Reference.Length / 2;
        int from = Math.Max(0, center - Half);
        int columns = Math.Min(picture.Reference.Length, center + Half + 1) - from;
        text.Append(CultureInfo.InvariantCulture, $"  image of {ExplanationText.Alleles(picture.Alts)}, {picture.Rows.Count} rows, columns {picture.FirstPosition + from}-{picture.FirstPosition + from + columns - 1} of {picture.Reference.Length}\n  ({Legend})\n");
        text.Append(' ', 4 + center - from).Append("v\n    ").Append(picture.Reference, from, columns).Append('\n');
        foreach (PictureRow row in picture.Rows) text.Append(("  " + row.Supports + " " + row.Letters.Substring(from, columns)).TrimEnd()).Append('\n');
    }
}
