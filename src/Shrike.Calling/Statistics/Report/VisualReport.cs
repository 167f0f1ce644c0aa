using System.Text;
using Shrike.Calling.Statistics.Charts;
using Shrike.Core;

namespace Shrike.Calling.Statistics.Report;

/// <summary>
/// A page of charts of a VCF. It needs nothing but itself: no script, no network; what can be read in its charts stands in tables below
/// them. The same statistics and names give the same bytes.
/// </summary>
public static class VisualReport
{
    /// <summary>Ends the name of the page.</summary>
    public const string Extension = ".visual_report.html";

    private static readonly Lazy<string> Style = new(() =>
    {
        using Stream stream = typeof(VisualReport).Assembly.GetManifestResourceStream("Shrike.visual_report.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    });

    /// <summary>Begin of the names of files about a VCF: its own without <c>.vcf</c>, <c>.vcf.gz</c> or <c>.bcf</c>.</summary>
    public static string BaseOf(string vcf)
    {
        foreach (string end in (string[])[".gz", ".bcf", ".vcf"])
        {
            if (vcf.EndsWith(end, StringComparison.Ordinal)) vcf = vcf[..^end.Length];
        }

        return vcf;
    }

    /// <summary>Writes <c>BASE.visual_report.html</c>.</summary>
    /// <param name="statistics">The numbers.</param>
    /// <param name="basePath">Begin of the name.</param>
    /// <param name="vcf">The file they are of; its name is printed.</param>
    /// <param name="title">Heading; empty for the sample's name.</param>
    /// <returns>Its name.</returns>
    /// <exception cref="ShrikeException">It cannot be written (exit 4).</exception>
    public static string Write(VcfStatistics statistics, string basePath, string vcf, string title = "")
    {
        string path = basePath + Extension;
        AtomicFile.WriteAllText(path, Page(statistics, Path.GetFileName(vcf), title.Length > 0 ? title : statistics.Sample));
        return path;
    }

    /// <summary>The page; well-formed both as HTML and as XML.</summary>
    internal static string Page(VcfStatistics s, string file, string title)
    {
        Histogram depths = Histogram.OfValues(s.Depths.Select(d => (d.Key, d.Value)));
        Histogram genotypeQualities = Histogram.OfValues(s.GenotypeQualities.Select(q => (q.Key, q.Value)));
        string name = Markup.Escape(title);
        var html = new StringBuilder($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta name="color-scheme" content="light dark"/>
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"/>
            <link rel="icon" href="data:,"/>
            <title>{name}</title>
            <style>
            {Style.Value}</style>
            </head>
            <body>
            <header>
            <h1><bdi>{name}</bdi></h1>
            <p>Sample <bdi>{Markup.Escape(s.Sample)}</bdi>, file <bdi>{Markup.Escape(file)}</bdi></p>
            </header>
            <main>
            <dl>

            """);
        foreach ((string term, string value) in Summary(s, depths, genotypeQualities)) html.Append($"<div><dt>{term}</dt><dd>{Markup.Escape(value)}</dd></div>\n");
        html.Append("</dl>\n<div class=\"figures\">\n");
        Figure[] figures =
        [
            VariantFigures.Types(s),
            QualityFigures.Depth(depths),
            QualityFigures.Quality(Histogram.OfBins(s.QualityHistogram, 1)),
            QualityFigures.GenotypeQuality(genotypeQualities),
            VafFigures.OfMainGenotypes(s),
            VafFigures.OfOtherGenotypes(s),
            VariantFigures.BaseChanges(s),
            VariantFigures.TransitionRatio(s),
            VariantFigures.IndelSizes(s),
        ];
        foreach (Figure figure in figures) figure.Append(html);
        return html.Append("""
            </div>
            </main>
            <footer><p>Made by Shrike. A record is a variant if no filter rejects it and its genotype has an ALT; all others are RefCall. Depth, qualities
            and fractions are of all records that have them; a fraction is the sum over the ALTs. One last, paler bar holds rare larger values.</p></footer>
            </body>
            </html>

            """).ToString();
    }

    private static IEnumerable<(string Term, string Value)> Summary(VcfStatistics s, Histogram depths, Histogram genotypeQualities)
    {
        long Of(string kind) => s.Types.Where(t => t.Key.EndsWith(kind, StringComparison.Ordinal)).Sum(t => t.Value);
        yield return ("Records", Numbers.Long(s.Records));
        yield return ("Variants", Numbers.Long(s.Records - s.Types[VariantType.RefCall]));
        yield return ("SNPs", Numbers.Long(Of("_SNP")));
        yield return ("Insertions", Numbers.Long(Of("_Insertion")));
        yield return ("Deletions", Numbers.Long(Of("_Deletion")));
        yield return ("Ti/Tv", s.Transitions + s.Transversions == 0 ? "-" : VariantFigures.Ratio(s));
        yield return ("Median depth", depths.Total == 0 ? "-" : depths.Median());
        yield return ("Median GQ", genotypeQualities.Total == 0 ? "-" : genotypeQualities.Median());
    }
}
