using System.Globalization;
using System.IO.Compression;
using Shrike.Examples.Candidates;
using Shrike.Examples.SmallModel;
using Shrike.Formats.Messages;
using Shrike.Formats.TfRecord;

namespace Shrike.Conformance;

/// <summary>The small model's inputs against the reference tables, number for number.</summary>
public sealed class SmallModelFeatureTests
{
    /// <summary>One line of a table.</summary>
    private sealed record Line(string Site, int[] Alts, int[] Features);

    private static IEnumerable<string[]> Table(string path)
    {
        using var file = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var reader = new StreamReader(file);
        while (reader.ReadLine() is { } line) yield return line.Split('\t');
    }

    private static (string[] Names, List<Line> Lines) Expected(string folder)
    {
        List<string[]> rows = [.. Table(Path.Combine(folder, "small_model_features.tsv.gz"))];
        return (rows[0][6..], [.. rows.Skip(1).Select(r => new Line($"{r[0]}:{r[1]}-{r[2]} {r[3]}>{r[4]}", [.. r[5].Split(',').Select(Parse)], [.. r[6..].Select(Parse)]))]);

        static int Parse(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>Encodes every ALT set of the reference's own candidates.</summary>
    private static List<Line> Encode(string folder, FeatureLayout layout, Func<string, long, int> haplotypeOf)
    {
        var encoder = new FeatureEncoder(layout);
        var sums = new SupportSums();
        var lines = new List<Line>();
        foreach (DeepVariantCall call in TfRecordReader.ReadAll(Path.Combine(folder, "candidates.tfrecord.gz"), DeepVariantCall.Parser))
        {
            Variant v = call.Variant;
            sums.Clear(v.AlternateBases.Count);
            void Add(IEnumerable<DeepVariantCall.Types.ReadSupport>? reads, short allele)
            {
                foreach (var r in reads ?? []) sums.Add(allele, haplotypeOf(r.ReadName, v.Start), r.MappingQuality, r.AverageBaseQuality, r.IsReverseStrand);
            }

            Add(call.RefSupportExt?.ReadInfos, AlleleSupport.Reference);
            foreach ((string allele, var reads) in call.AlleleSupportExt) Add(reads.ReadInfos, (short)v.AlternateBases.IndexOf(allele));
            int start = call.AlleleFrequencyAtPosition.Keys.Min();
            byte[] context = [.. Enumerable.Range(start, call.AlleleFrequencyAtPosition.Count).Select(p => (byte)call.AlleleFrequencyAtPosition[p])];
            foreach (int[] alts in Shrike.Examples.Pileup.PileupEncoder.AltCombinations(v.AlternateBases.Count, pairs: true))
            {
                var row = new float[layout.Count];
                encoder.Encode(v, alts, sums, start, context, row);
                lines.Add(new Line($"{v.ReferenceName}:{v.Start}-{v.End} {v.ReferenceBases}>{string.Join(',', v.AlternateBases)}", alts, [.. row.Select(f => (int)f)]));
            }
        }

        return lines;
    }

    private static void Same(string[] names, List<Line> expected, List<Line> actual)
    {
        for (int i = 0; i < Math.Min(expected.Count, actual.Count); i++)
        {
            Assert.Equal((expected[i].Site, string.Join(',', expected[i].Alts)), (actual[i].Site, string.Join(',', actual[i].Alts)));
            for (int k = 0; k < names.Length; k++) Assert.True(expected[i].Features[k] == actual[i].Features[k], $"{expected[i].Site}: {names[k]} is {actual[i].Features[k]} instead of {expected[i].Features[k]}");
        }

        Assert.Equal(expected.Count, actual.Count);
    }

    [Fact]
    public void GenomeFeaturesOfReferenceCandidatesAreEqual()
    {
        string folder = TestData.PathOf("reference", "wgs_track_ref_reads");
        (string[] names, List<Line> expected) = Expected(folder);
        var layout = new FeatureLayout(51, Haplotypes: false);
        Assert.Equal(names, layout.Names("NA12878"));
        Assert.Equal(304, expected.Count);
        Same(names, expected, Encode(folder, layout, (_, _) => 0));
    }

    [Theory]
    [InlineData("pacbio", 401)]
    [InlineData("ont_flags_on_pacbio", 408)]
    public void LongReadFeaturesOfReferenceCandidatesAreEqual(string run, int count)
    {
        string folder = TestData.PathOf("reference", run);
        (string[] names, List<Line> expected) = Expected(folder);
        var layout = new FeatureLayout(51, Haplotypes: true);
        Assert.Equal(names, layout.Names("HG003"));
        Assert.Equal(count, expected.Count);

        // A read that spans two partitions has a phase in each.
        var phases = new Dictionary<(string Read, long Start), int>();
        var partitions = new List<(long Start, long End)>();
        foreach (string[] r in Table(Path.Combine(folder, "read_phases.tsv.gz")).Where(r => long.TryParse(r[3], out _)))
        {
            (long start, long end) = (long.Parse(r[3], CultureInfo.InvariantCulture), long.Parse(r[4], CultureInfo.InvariantCulture));
            if (partitions.Count == 0 || partitions[^1].Start != start) partitions.Add((start, end));
            phases[(r[0], start)] = int.Parse(r[1], CultureInfo.InvariantCulture);
        }

        int HaplotypeOf(string read, long position)
        {
            long start = partitions.First(p => position >= p.Start && position < p.End).Start;
            return phases[(read, start)];
        }

        Same(names, expected, Encode(folder, layout, HaplotypeOf));
    }
}
