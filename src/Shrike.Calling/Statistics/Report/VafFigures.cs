using Shrike.Calling.Statistics.Charts;

namespace Shrike.Calling.Statistics.Report;

/// <summary>Histograms of the share of reads that have an ALT, one panel for each of the usual genotypes.</summary>
internal static class VafFigures
{
    private const double BinWidth = 0.02;
    private static readonly double[] Guides = [0, 0.5, 1];

    private static readonly (string Genotype, string Name, string Style)[] Main =
        [("[0, 0]", "Ref (0/0)", "grey"), ("[0, 1]", "Het (0/x)", "blue"), ("[1, 1]", "Hom (x/x)", "teal")];

    private static readonly (string Genotype, string Name, string Style)[] Others =
        [("[-1, -1]", "Uncalled (./.)", "grey"), ("[1, 2]", "Het, two variants (x/y)", "orange")];

    /// <summary>Reference, heterozygous and homozygous.</summary>
    public static Figure OfMainGenotypes(VcfStatistics s) => Build("vaf-main", "Variant allele fraction: main genotypes", 3, Main, s, Main.Select(g => g.Genotype));

    /// <summary>The rest; genotypes without a panel are in the table.</summary>
    public static Figure OfOtherGenotypes(VcfStatistics s)
    {
        string[] rest = [.. s.VafHistograms.Keys.Where(g => Main.All(m => m.Genotype != g))];
        string[] unseen = [.. rest.Where(g => Others.All(o => o.Genotype != g))];
        Figure figure = Build("vaf-other", "Variant allele fraction: other genotypes", 2, Others, s, rest);
        if (unseen.Length == 0 || s.Records == 0) return figure;
        return figure with { Note = $"{Numbers.Count(unseen.Sum(g => s.VafHistograms[g].Sum()), "record")} of further genotypes are among the numbers only." };
    }

    private static Figure Build(string id, string title, int columns, (string Genotype, string Name, string Style)[] panels, VcfStatistics s, IEnumerable<string> genotypes)
    {
        (string Genotype, Histogram Histogram)[] all = [.. genotypes.Select(g => (g, Of(s, g)))];
        IEnumerable<IReadOnlyList<string>> rows = all.SelectMany(g => g.Histogram.Bars.Select(b => (string[])[g.Genotype, g.Histogram.Name(b), NumberTable.Plain(b.Count)]));
        return new Figure(
            id,
            title,
            columns,
            s.Records == 0 ? [] : [.. panels.Select((p, i) => Panel($"{id}-chart-{i + 1}", p.Name, p.Style, Of(s, p.Genotype)))],
            new NumberTable(["genotype", "VAF", "records"], [.. rows]))
        {
            Placeholder = "No records in this VCF.",
        };
    }

    private static Histogram Of(VcfStatistics s, string genotype) =>
        Histogram.OfBins(s.VafHistograms[genotype].Select((count, bin) => (VcfStatistics.Edge(bin), VcfStatistics.Edge(bin + 1), count)), BinWidth);

    private static HistogramPanel Panel(string id, string name, string style, Histogram histogram) => new()
    {
        Id = id,
        Title = "VAF of " + name,
        Description = histogram.Describe(),
        Heading = name,
        Histogram = histogram,
        From = 0,
        To = 1,
        Guides = Guides,
        Name = "VAF",
        Style = style,
    };
}
