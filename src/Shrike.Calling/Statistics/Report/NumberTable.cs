using System.Text;
using Shrike.Calling.Statistics.Charts;

namespace Shrike.Calling.Statistics.Report;

/// <summary>The numbers below a chart.</summary>
/// <param name="Columns">Names of the columns; the last one holds numbers.</param>
/// <param name="Rows">Rows of as many texts.</param>
internal sealed record NumberTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    // More rows than anybody reads would make the page heavy.
    private const int MostRows = 1000;

    /// <summary>A histogram's, in longer steps where it has too many bars.</summary>
    public static NumberTable Of(string name, Histogram histogram)
    {
        Histogram shown = histogram.Grouped(MostRows);
        return new([name, "records"], [.. shown.Bars.Select(b => (string[])[shown.Name(b), Plain(b.Count)])]);
    }

    /// <summary>A count as a program reads it.</summary>
    public static string Plain(long count) => count.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Appends the table, folded away.</summary>
    /// <param name="html">The page.</param>
    /// <param name="id">Id of the table.</param>
    /// <param name="title">What it is of.</param>
    public void Append(StringBuilder html, string id, string title)
    {
        html.Append("<details><summary>Numbers</summary><div class=\"scroll\">\n");
        html.Append($"<table id=\"{id}\"><caption>{Markup.Escape(title)}</caption>\n<thead><tr>");
        foreach (string column in Columns) html.Append($"<th scope=\"col\">{Markup.Escape(column)}</th>");
        html.Append("</tr></thead>\n<tbody>\n");
        foreach (IReadOnlyList<string> row in Rows)
        {
            html.Append("<tr>");
            foreach (string cell in row) html.Append($"<td>{Markup.Escape(cell)}</td>");
            html.Append("</tr>\n");
        }

        html.Append("</tbody></table>\n</div></details>\n");
    }
}
