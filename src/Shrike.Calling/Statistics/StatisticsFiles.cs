using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shrike.Core;

namespace Shrike.Calling.Statistics;

/// <summary>Statistics as files: JSON with the names of the original's report, TSV for scripts, and a part of a MultiQC report.</summary>
public static class StatisticsFiles
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Names of the files: <c>BASE.stats.json</c>, <c>BASE.stats.tsv</c> and <c>BASE_mqc.json</c>.</summary>
    public static IReadOnlyList<string> Names(string basePath) => [basePath + ".stats.json", basePath + ".stats.tsv", basePath + "_mqc.json"];

    /// <summary>Writes them.</summary>
    /// <returns>Their names.</returns>
    public static IReadOnlyList<string> Write(VcfStatistics statistics, string basePath)
    {
        IReadOnlyList<string> paths = Names(basePath);
        AtomicFile.WriteAllText(paths[0], Json(statistics).ToJsonString(Indented) + "\n");
        AtomicFile.WriteAllText(paths[1], Tsv(statistics));
        AtomicFile.WriteAllText(paths[2], MultiQc(statistics).ToJsonString(Indented) + "\n");
        return paths;
    }

    /// <summary>All numbers.</summary>
    public static JsonObject Json(VcfStatistics s)
    {
        var vafs = new JsonObject();
        foreach ((string genotype, long[] histogram) in s.VafHistograms)
        {
            vafs[genotype] = new JsonArray([.. histogram.Select((count, bin) => (bin, count)).Where(b => b.count > 0).Select(b => Bin(VcfStatistics.Edge(b.bin), VcfStatistics.Edge(b.bin + 1), b.count))]);
        }

        return new JsonObject
        {
            ["sample"] = s.Sample,
            ["records"] = s.Records,
            ["variant_type_counts"] = Counts(s.Types),
            ["titv_counts"] = new JsonObject { ["Transition"] = s.Transitions, ["Transversion"] = s.Transversions },
            ["base_changes"] = new JsonArray([.. s.BaseChanges.Select(c => new JsonArray(c.Reference, c.Alternate, c.Count))]),
            ["indel_sizes"] = new JsonArray([.. s.IndelSizes.Select(c => new JsonArray(c.Size, c.Count))]),
            ["qual_histogram"] = new JsonArray([.. s.QualityHistogram.Select(b => Bin(b.Start, b.End, b.Count))]),
            ["gq_histogram"] = Pairs(s.GenotypeQualities),
            ["depth_histogram"] = Pairs(s.Depths),
            ["vaf_histograms_by_genotype"] = vafs,
        };
    }

    /// <summary>One number a line: section, key, value.</summary>
    public static string Tsv(VcfStatistics s)
    {
        var text = new StringBuilder("section\tkey\tvalue\n");
        void Line(string section, object key, long value) => text.Append(CultureInfo.InvariantCulture, $"{section}\t{key}\t{value}\n");
        Line("records", "all", s.Records);
        foreach (string type in VariantType.All) Line("variant_type", type, s.Types[type]);
        Line("titv", "Transition", s.Transitions);
        Line("titv", "Transversion", s.Transversions);
        foreach ((string reference, string alternate, long count) in s.BaseChanges) Line("base_change", $"{reference}>{alternate}", count);
        foreach ((int size, long count) in s.IndelSizes) Line("indel_size", size, count);
        foreach ((double start, _, long count) in s.QualityHistogram) Line("qual", start, count);
        foreach ((int value, long count) in s.GenotypeQualities) Line("gq", value, count);
        foreach ((int value, long count) in s.Depths) Line("depth", value, count);
        foreach ((string genotype, long[] histogram) in s.VafHistograms)
        {
            for (int bin = 0; bin < histogram.Length; bin++)
            {
                if (histogram[bin] > 0) Line($"vaf {genotype}", VcfStatistics.Edge(bin), histogram[bin]);
            }
        }

        return text.ToString();
    }

    /// <summary>Custom content of MultiQC: one table row for the sample.</summary>
    public static JsonObject MultiQc(VcfStatistics s)
    {
        var row = new JsonObject { ["records"] = s.Records };
        foreach (string type in VariantType.All) row[type] = s.Types[type];
        if (s.Transversions > 0) row["titv"] = Math.Round((double)s.Transitions / s.Transversions, 3);
        return new JsonObject
        {
            ["id"] = "shrike_variants",
            ["section_name"] = "Shrike",
            ["description"] = "Variants called by Shrike.",
            ["plot_type"] = "table",
            ["pconfig"] = new JsonObject { ["id"] = "shrike_variants_table", ["title"] = "Shrike: variants" },
            ["data"] = new JsonObject { [s.Sample] = row },
        };
    }

    private static JsonObject Counts(IReadOnlyDictionary<string, long> counts)
    {
        var json = new JsonObject();
        foreach ((string key, long value) in counts) json[key] = value;
        return json;
    }

    private static JsonArray Pairs(IReadOnlyDictionary<int, long> histogram) => [.. histogram.Select(h => new JsonArray(h.Key, h.Value))];

    private static JsonNode Bin(double start, double end, long count) => new JsonObject { ["s"] = start, ["e"] = end, ["c"] = count };
}
