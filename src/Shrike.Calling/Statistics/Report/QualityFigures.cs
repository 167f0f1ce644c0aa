using Shrike.Calling.Statistics.Charts;

namespace Shrike.Calling.Statistics.Report;

/// <summary>Histograms of depth, QUAL and GQ.</summary>
internal static class QualityFigures
{
    private const int MostBars = 160;

    // Qualities of different samples are compared more easily on an axis that does not move.
    private const double QualityTo = 150;

    /// <summary>Depth.</summary>
    public static Figure Depth(Histogram depths) => Build("depth", "Depth", "DP", "violet", depths, 0, "No records with a depth (DP) in this VCF.");

    /// <summary>QUAL.</summary>
    public static Figure Quality(Histogram qualities) => Build("quality", "Quality score", "QUAL", "navy", qualities, QualityTo, "No records with a QUAL in this VCF.");

    /// <summary>GQ.</summary>
    public static Figure GenotypeQuality(Histogram qualities) => Build("genotype-quality", "Genotype quality", "GQ", "navy", qualities, QualityTo, "No records with a genotype quality (GQ) in this VCF.");

    private static Figure Build(string id, string title, string field, string style, Histogram all, double least, string placeholder)
    {
        double From(Histogram h) => Math.Min(0, h.From);
        double To(Histogram h) => Math.Max(Math.Max(least, 1), h.To);
        Histogram clipped = all.Clipped(least);

        // Joined first, so that the last bar begins where a joined bar ends.
        Histogram shown = all.Grouped(MostBars, To(clipped) - From(clipped)).Clipped(least);
        var panel = new HistogramPanel { Id = id + "-chart", Title = title, Description = all.Describe(), Histogram = shown, From = From(shown), To = To(shown), Name = field, Style = style };
        return new Figure(id, title, 1, all.Total == 0 ? [] : [panel], NumberTable.Of(field, all)) { Placeholder = placeholder };
    }
}
