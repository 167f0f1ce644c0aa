using System.Globalization;
using System.Text;

namespace Shrike.Calling.Statistics.Charts;

/// <summary>Writes a drawing. Colours and fonts are classes of the page's style sheet, so that they follow its light or dark.</summary>
internal sealed class Svg
{
    private readonly StringBuilder _body = new();

    /// <summary>A rectangle.</summary>
    /// <param name="x">Left.</param>
    /// <param name="y">Top.</param>
    /// <param name="width">Width.</param>
    /// <param name="height">Height.</param>
    /// <param name="style">Classes.</param>
    /// <param name="tip">What a pointer that rests on it is told; a reader of the screen too.</param>
    public void Rect(double x, double y, double width, double height, string style, string tip) =>
        _body.Append(CultureInfo.InvariantCulture, $"""<rect class="{style}" x="{N(x)}" y="{N(y)}" width="{N(width)}" height="{N(height)}"><title>{Markup.Escape(tip)}</title></rect>""").Append('\n');

    /// <summary>A line.</summary>
    public void Line(double x1, double y1, double x2, double y2, string style) =>
        _body.Append(CultureInfo.InvariantCulture, $"""<line class="{style}" x1="{N(x1)}" y1="{N(y1)}" x2="{N(x2)}" y2="{N(y2)}"/>""").Append('\n');

    /// <summary>A line of text.</summary>
    /// <param name="x">Its anchor.</param>
    /// <param name="y">Its base line.</param>
    /// <param name="text">The text.</param>
    /// <param name="style">Classes; <c>end</c> and <c>mid</c> set the anchor.</param>
    /// <param name="turned">Upwards, turned about its anchor.</param>
    public void Text(double x, double y, string text, string style, bool turned = false)
    {
        string transform = turned ? $" transform=\"rotate(-90 {N(x)} {N(y)})\"" : "";
        _body.Append(CultureInfo.InvariantCulture, $"""<text class="{style}" x="{N(x)}" y="{N(y)}"{transform}>{Markup.Escape(text)}</text>""").Append('\n');
    }

    /// <summary>The drawing; it follows the width of its place, up to half as large again.</summary>
    /// <param name="id">Prefix of its ids, unique on the page.</param>
    /// <param name="width">Width.</param>
    /// <param name="height">Height.</param>
    /// <param name="title">Its name.</param>
    /// <param name="description">What can be seen, for those who cannot.</param>
    public string Whole(string id, int width, int height, string title, string description) => $"""
        <svg id="{id}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" style="max-width:{width * 3 / 2}px" role="img" aria-labelledby="{id}-t {id}-d">
        <title id="{id}-t">{Markup.Escape(title)}</title><desc id="{id}-d">{Markup.Escape(description)}</desc>
        {_body}</svg>
        """;

    // Hundredths of a pixel are finer than any screen; adding nothing makes a negative zero positive.
    private static string N(double value) => (Math.Round(value, 2) + 0.0).ToString("0.##", CultureInfo.InvariantCulture);
}
