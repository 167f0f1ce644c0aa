using System.Text;

namespace Shrike.Calling.Statistics.Charts;

/// <summary>Text in HTML and SVG.</summary>
internal static class Markup
{
    /// <summary>
    /// Text that a browser shows as it is, whatever it holds: fit for elements and for quoted attributes, also where the
    /// page is read as XML, which has no place for control characters.
    /// </summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '"' => escaped.Append("&quot;"),
                '\'' => escaped.Append("&#39;"),
                0xFFFE or 0xFFFF => escaped.Append('\uFFFD'),
                _ => Rune.IsControl(rune) ? escaped.Append('\uFFFD') : escaped.Append(rune),
            };
        }

        return escaped.ToString();
    }
}
