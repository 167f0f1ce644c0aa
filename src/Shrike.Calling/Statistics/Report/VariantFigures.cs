using System.Globalization;
using Shrike.Calling.Statistics.Charts;

namespace Shrike.Calling.Statistics.Report;

/// <summary>Charts of what kinds of variants there are.</summary>
internal static class VariantFigures
{
    private const int MostBars = 200;
    private const int WidePanel = 560;
    private const string Bases = "AGTC";

    /// <summary>Records by type.</summary>
    public static Figure Types(VcfStatistics s)
    {
        Category[] types = [.. VariantType.All.Select(t => new Category(t.Replace('_', ' '), s.Types[t], Style(t)))];
        var panel = new BarListPanel { Id = "variant-types-chart", Title = "Variant types", Description = Describe(types), Categories = types, Width = WidePanel };
        return new Figure("variant-types", "Variant types", 2, s.Records == 0 ? [] : [panel], new NumberTable(["type", "records"], [.. VariantType.All.Select(t => (string[])[t, NumberTable.Plain(s.Types[t])])]))
        {
            Placeholder = "No records in this VCF.",
        };
    }

    /// <summary>What the bases of the reference change to; one panel a base.</summary>
    public static Figure BaseChanges(VcfStatistics s)
    {
        (string Reference, string Alternate, long Count)[] changes = [.. s.BaseChanges];
        long most = changes.Length == 0 ? 0 : changes.Max(c => c.Count);
        return new Figure(
            "base-changes",
            "Base changes from the reference, SNPs of one ALT",
            2,
            changes.Length == 0 ? [] : [.. Bases.Select(b => Changes(b.ToString(), changes, most))],
            new NumberTable(["REF", "ALT", "records"], [.. changes.Select(c => (string[])[c.Reference, c.Alternate, NumberTable.Plain(c.Count)])]))
        {
            Placeholder = "No SNPs of one ALT in this VCF.",
            Note = changes.Length == 0 ? "" : "Colours as in the chart of the ratio: transitions strong, transversions faint.",
        };
    }

    /// <summary>Transitions and transversions.</summary>
    public static Figure TransitionRatio(VcfStatistics s)
    {
        Category[] kinds = [new("Transition", s.Transitions, "blue"), new("Transversion", s.Transversions, "sky")];
        var panel = new ColumnPanel { Id = "titv-chart", Title = "Transitions and transversions", Description = Describe(kinds), Categories = kinds, Name = "SNPs of one ALT" };
        return new Figure("titv", "Ti/Tv ratio: " + Ratio(s), 1, s.Transitions + s.Transversions == 0 ? [] : [panel], new NumberTable(["kind", "records"], [.. kinds.Select(k => (string[])[k.Name, NumberTable.Plain(k.Count)])]))
        {
            Placeholder = "No SNPs of one ALT in this VCF.",
        };
    }

    /// <summary>Lengths of insertions and deletions, by count and by its logarithm.</summary>
    public static Figure IndelSizes(VcfStatistics s)
    {
        Histogram all = Histogram.OfValues(s.IndelSizes.Select(i => (i.Size, i.Count)));
        Histogram shown = all.Grouped(MostBars);
        HistogramPanel Panel(string id, bool isLog) => new()
        {
            Id = id,
            Title = isLog ? "Indel sizes, log scale" : "Indel sizes",
            Description = all.Describe(),
            Width = WidePanel,
            Height = 150,
            Histogram = shown,
            From = Math.Min(-10, shown.From),
            To = Math.Max(10, shown.To),
            IsLog = isLog,
            Name = "bases deleted (-) or inserted",
            Style = "green",
        };
        return new Figure("indel-sizes", "Indel sizes, one ALT", 2, all.Total == 0 ? [] : [Panel("indel-sizes-chart", false), Panel("indel-sizes-log-chart", true)], NumberTable.Of("bases", all))
        {
            Placeholder = "No insertions or deletions of one ALT in this VCF.",
            IsStacked = true,
        };
    }

    /// <summary>Transitions per transversion in words.</summary>
    public static string Ratio(VcfStatistics s) =>
        s.Transversions == 0 ? $"{s.Transitions} / 0" : ((double)s.Transitions / s.Transversions).ToString("F2", CultureInfo.InvariantCulture);

    private static ColumnPanel Changes(string reference, (string Reference, string Alternate, long Count)[] changes, long most)
    {
        // Letters that are no bases follow the bases where they occur.
        IEnumerable<string> alternates = Bases.Select(b => b.ToString()).Concat(changes.Where(c => c.Reference == reference).Select(c => c.Alternate)).Where(a => a != reference).Distinct();
        Category[] columns = [.. alternates.Select(a => new Category(a, changes.Where(c => c.Reference == reference && c.Alternate == a).Sum(c => c.Count), VcfStatistics.IsTransition(reference, a) ? "blue" : "sky"))];
        return new ColumnPanel
        {
            Id = "base-changes-chart-" + reference,
            Title = "Changes from " + reference,
            Description = Describe(columns),
            Heading = "REF " + reference,
            Categories = columns,
            Name = "ALT",
            Most = most,
            Width = 140,
        };
    }

    private static string Describe(IEnumerable<Category> categories) => string.Join(", ", categories.Select(c => $"{c.Name}: {Numbers.Long(c.Count)}")) + ".";

    private static string Style(string type)
    {
        string style = type switch
        {
            VariantType.RefCall => "grey",
            _ when type.EndsWith("_SNP", StringComparison.Ordinal) => "blue",
            _ when type.EndsWith("_Insertion", StringComparison.Ordinal) => "teal",
            _ when type.EndsWith("_Deletion", StringComparison.Ordinal) => "orange",
            _ => "violet",
        };
        return type.StartsWith("Multi", StringComparison.Ordinal) ? style + " pale" : style;
    }
}
