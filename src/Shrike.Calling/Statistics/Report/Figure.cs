using System.Text;
using Shrike.Calling.Statistics.Charts;

namespace Shrike.Calling.Statistics.Report;

/// <summary>A part of the page: charts under one heading, and their numbers.</summary>
/// <param name="Id">Id on the page.</param>
/// <param name="Title">Heading.</param>
/// <param name="Columns">How many of the page's five columns it takes.</param>
/// <param name="Panels">The charts; none if there is nothing to draw.</param>
/// <param name="Table">The numbers.</param>
internal sealed record Figure(string Id, string Title, int Columns, IReadOnlyList<Panel> Panels, NumberTable Table)
{
    /// <summary>Stands where there is nothing to draw.</summary>
    public required string Placeholder { get; init; }

    /// <summary>A sentence below the charts, or nothing.</summary>
    public string Note { get; init; } = "";

    /// <summary>Charts lie one below the other.</summary>
    public bool IsStacked { get; init; }

    /// <summary>Appends the figure.</summary>
    public void Append(StringBuilder html)
    {
        html.Append($"<figure id=\"{Id}\" class=\"w{Columns}\">\n<figcaption><h2>{Markup.Escape(Title)}</h2></figcaption>\n");
        if (Panels.Count == 0)
        {
            html.Append($"<p class=\"empty\">{Markup.Escape(Placeholder)}</p>\n");
        }
        else
        {
            html.Append($"<div class=\"{(IsStacked ? "stack" : "panels")}\">\n");
            foreach (Panel panel in Panels) html.Append(panel.Draw()).Append('\n');
            html.Append("</div>\n");
        }

        if (Note.Length > 0) html.Append($"<p class=\"note\">{Markup.Escape(Note)}</p>\n");
        if (Table.Rows.Count > 0) Table.Append(html, Id + "-numbers", Title);
        html.Append("</figure>\n");
    }
}
