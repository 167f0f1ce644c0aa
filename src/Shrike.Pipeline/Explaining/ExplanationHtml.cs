using System.Globalization;
using System.Net;
using System.Text;

namespace Shrike.Pipeline.Explaining;

/// <summary>An explanation as one HTML page: no scripts, nothing loaded from anywhere, readable in light and dark.</summary>
public static class ExplanationHtml
{
    private const string Style =
        """
        :root { color-scheme: light dark; --ink: light-dark(#1b1f24, #e6e8eb); --paper: light-dark(#ffffff, #15181c); --soft: light-dark(#f1f3f5, #22262b); --line: light-dark(#c3c9cf, #454c54); --good: light-dark(#12652f, #6fd08c); --mark: light-dark(#7a4100, #f0b060); }
        body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 75rem; margin: 0 auto; padding: 1rem; }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2rem; border-bottom: 1px solid var(--line); } h3 { font-size: 1rem; }
        .verdict { font-size: 1.1rem; background: var(--soft); border-left: .4rem solid var(--mark); padding: .7rem 1rem; } .called { border-color: var(--good); }
        pre, .scroll { overflow-x: auto; } pre { background: var(--soft); padding: .6rem; font-size: .8rem; line-height: 1.25; }
        table { border-collapse: collapse; font-size: .9rem; } caption { text-align: left; padding: .3rem 0; } th, td { border: 1px solid var(--line); padding: .2rem .5rem; text-align: left; vertical-align: top; } td.n { text-align: right; font-variant-numeric: tabular-nums; }
        figure { margin: 1rem 0; } figure div { display: flex; flex-wrap: wrap; gap: 1rem; } figure figure { margin: 0; } img { image-rendering: pixelated; width: 442px; height: auto; max-width: 100%; border: 1px solid var(--line); background: #000; } figcaption { font-size: .85rem; }
        """;

    /// <summary>The page.</summary>
    public static string Write(Explanation e)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>{Text(e.Place)} explained</title>\n<style>\n{Style}\n</style>\n</head>\n<body>\n<main>\n");
        page.Append(CultureInfo.InvariantCulture, $"<h1>{Text(e.Place)}</h1>\n<p>Sample {Text(e.Sample)}, {Text(ExplanationText.Models(e))}.</p>\n<p class=\"verdict{(e.Outcome == Outcome.Called ? " called" : "")}\">{Text(e.Verdict)}</p>\n");
        if (e.VcfLines.Count > 0) page.Append(CultureInfo.InvariantCulture, $"<pre role=\"region\" tabindex=\"0\" aria-label=\"lines of the VCF\">{Text(string.Join('\n', e.VcfLines))}</pre>\n");
        if (e.Reads is { } reads) AddReads(page, reads, e.Partitions);
        if (e.Realignment is { } realignment) AddRealignment(page, realignment);
        if (e.Positions.Count > 0) AddPositions(page, e.Positions);
        foreach (CandidateReport candidate in e.Candidates) CandidateHtml.Add(page, candidate);
        if (e.Neighbours.Count > 0) AddNeighbours(page, e.Neighbours);
        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    /// <summary>Text between tags or in an attribute.</summary>
    internal static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A table.</summary>
    /// <param name="page">Receives it.</param>
    /// <param name="caption">What it shows.</param>
    /// <param name="columns">Names of its columns; those that begin with # hold numbers.</param>
    /// <param name="rows">Its cells.</param>
    internal static void AddTable(StringBuilder page, string caption, string[] columns, IEnumerable<string[]> rows)
    {
        page.Append(CultureInfo.InvariantCulture, $"<div class=\"scroll\" role=\"region\" aria-label=\"{Text(caption)}\" tabindex=\"0\"><table>\n<caption>{Text(caption)}</caption>\n<thead><tr>");
        foreach (string column in columns) page.Append(CultureInfo.InvariantCulture, $"<th scope=\"col\">{Text(column.TrimStart('#'))}</th>");
        page.Append("</tr></thead>\n<tbody>\n");
        foreach (string[] row in rows)
        {
            page.Append("<tr>");
            for (int i = 0; i < row.Length; i++) page.Append(CultureInfo.InvariantCulture, $"<td{(columns[i].StartsWith('#') ? " class=\"n\"" : "")}>{Text(row[i])}</td>");
            page.Append("</tr>\n");
        }

        page.Append("</tbody>\n</table></div>\n");
    }

    /// <summary>A whole number.</summary>
    internal static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static void AddReads(StringBuilder page, ReadReport reads, IReadOnlyList<string> partitions)
    {
        page.Append("<h2>Reads</h2>\n");
        var rows = new List<string[]> { new[] { "in the files", Number(reads.Overlapping) } };
        rows.AddRange(reads.Refused.Select(r => new[] { "left out: " + r.Reason, Number(r.Count) }));
        if (reads.SampledAway > 0) rows.Add(["sampled away: the partition has too many (--max_reads_per_partition, --max_reads_for_dynamic_bases_per_region)", Number(reads.SampledAway)]);
        rows.Add(["take part", Number(reads.Used)]);
        AddTable(page, $"Reads over the place, of {string.Join(", ", partitions)}", ["reads", "#number"], rows);
        page.Append(CultureInfo.InvariantCulture, $"<p>{reads.Forward} of them lie on the forward strand, {reads.Used - reads.Forward} on the reverse; median mapping quality {reads.MedianMappingQuality}.</p>\n");
    }

    private static void AddRealignment(StringBuilder page, RealignmentReport r)
    {
        page.Append(CultureInfo.InvariantCulture, $"<h2>Realignment</h2>\n<p>{r.ReadsBefore} reads lie over the place before it and {r.ReadsAfter} afterwards; the alignment of {r.Moved} changed; {r.TooLong} are too long for it.</p>\n");
        if (r.Windows.Count == 0) page.Append("<p>No window covers the place.</p>\n");
        foreach (WindowReport w in r.Windows)
        {
            page.Append(CultureInfo.InvariantCulture, $"<p>Window {w.First}-{w.Last}{(w.K is { } k ? $", k {k}, {w.Reads} reads" : "")}, {ExplanationText.Haplotypes(w)}: {Text(w.Result)}.</p>\n");
            if (w.Haplotypes.Count > 0) AddTable(page, "Haplotypes", ["#bases", "differences from the reference"], w.Haplotypes.Select(h => new[] { Number(h.Length), ExplanationText.Differences(h) }));
        }
    }

    private static void AddPositions(StringBuilder page, IReadOnlyList<PositionReport> positions)
    {
        page.Append("<h2>Alleles</h2>\n");
        foreach (PositionReport p in positions)
        {
            var rows = new List<string[]> { new[] { $"{p.ReferenceBase}, the reference", Number(p.Reference.Count), "", Number(p.Reference.Forward), Number(p.Reference.LowQuality), "" } };
            rows.AddRange(p.Alleles.Select(a => new[] { ExplanationText.Name(a), Number(a.Count), Number(a.CountBefore), Number(a.Forward), Number(a.LowQuality), a.Arithmetic }));
            AddTable(page, string.Create(CultureInfo.InvariantCulture, $"{p.Position}: depth {p.Depth}{(p.IsCandidate ? ", a candidate" : "")}"), ["allele", "#good reads", "#before realignment", "#forward", "#low quality", "test"], rows);
        }
    }

    private static void AddNeighbours(StringBuilder page, IReadOnlyList<NeighbourReport> neighbours)
    {
        page.Append("<h2>Near by</h2>\n");
        AddTable(page, "Other candidates", ["#position", "alleles", "line"], neighbours.Select(n => new[] { Number(n.Position), $"{ExplanationText.Allele(n.Ref)}>{ExplanationText.Alleles(n.Alts)}", n.VcfLine }));
    }
}
