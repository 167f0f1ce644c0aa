using System.Globalization;
using System.IO.Compression;
using Shrike.Core;
using Shrike.Examples.Candidates;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Partitioning;
using Shrike.Examples.Pileup;
using Shrike.Examples.SmallModel;
using Shrike.Formats;
using Shrike.Formats.Examples;
using Shrike.Formats.Messages;
using Shrike.Formats.TfRecord;
using Shrike.Hts;
using AlleleCounterOptions = Shrike.Examples.Alleles.AlleleCounterOptions;
using RealignerOptions = Shrike.Examples.Realigning.RealignerOptions;

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
            foreach (int[] alts in PileupEncoder.AltCombinations(v.AlternateBases.Count, pairs: true))
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

    private static StageOneOptions Genome => new()
    {
        Reference = TestData.Hg19Chr20,
        Reads = [TestData.Na12878Bam],
        Realigner = new RealignerOptions(),
        Counter = new AlleleCounterOptions { TrackReferenceReads = true },
        Caller = new CandidateCallerOptions { SampleName = "NA12878" },
        Pileup = new PileupOptions { Channels = ChannelNames.Parse("BASE_CHANNELS,insert_size") },
    };

    [Fact]
    public void GenomeFeaturesFromReadsAreEqual()
    {
        (string[] names, List<Line> expected) = Expected(TestData.PathOf("reference", "wgs_track_ref_reads"));
        var layout = new FeatureLayout(51, Haplotypes: false);
        var rows = new List<int[]>();
        var options = new SmallModelOptions
        {
            Layout = layout,
            CreateClassifier = () => (features, count, probabilities) =>
            {
                for (int r = 0; r < count; r++) rows.Add([.. features.Slice(r * layout.Count, layout.Count).ToArray().Select(f => (int)f)]);
                probabilities[..(count * 3)].Fill(1);
            },
        };
        using var processor = new TileProcessor(Genome with { SmallModel = options });
        using ReferenceReader reference = ReferenceReader.Open(Genome.Reference);
        var regions = new RegionSet([new Region("chr20", 9_999_999, 10_100_000)], reference.Contigs);
        var actual = new List<Line>();
        foreach (Tile tile in Tile.Group(CallingRegions.Partition(regions, 1000), reference.Contigs, 25_000))
        {
            foreach (CallVariantsOutput c in processor.Process(tile, null).SelectMany(p => p.SmallModelPredictions))
            {
                Variant v = c.Variant;
                actual.Add(new Line($"{v.ReferenceName}:{v.Start}-{v.End} {v.ReferenceBases}>{string.Join(',', v.AlternateBases)}", [.. c.AltAlleleIndices.Indices], rows[actual.Count]));
            }
        }

        Same(names, expected, actual);
    }

    [Theory]
    [InlineData("site", 1)]
    [InlineData("set", 3)]
    public void AnswersAndExamplesTogetherAreAllSets(string acceptance, int threads)
    {
        using var folder = TestData.Temporary();
        StageOneOptions stage = Genome with
        {
            KeepCandidates = true,
            SmallModel = new SmallModelOptions
            {
                Layout = new FeatureLayout(51, Haplotypes: false),
                Acceptance = acceptance == "set" ? SmallModelAcceptance.Set : SmallModelAcceptance.Site,
                SnpThreshold = 20,
                IndelThreshold = 28,

                // Sure of what many reads show and few contradict.
                CreateClassifier = () => (features, count, probabilities) =>
                {
                    for (int r = 0; r < count; r++)
                    {
                        float sure = features[(r * 70) + 4] is > 30 and < 70 ? 0.9999f : 0.6f;
                        (probabilities[r * 3], probabilities[(r * 3) + 1], probabilities[(r * 3) + 2]) = (1 - sure, sure, 0);
                    }
                },
            },
        };
        MakeExamplesSummary summary = MakeExamplesDriver.Run(
            new MakeExamplesRun { Stage = stage, Examples = folder["e.tfrecord.gz"], Candidates = folder["c.tfrecord.gz"], Regions = "chr20:10,000,000-10,100,000", Threads = threads },
            InputPreflight.Check(stage.Reference, stage.Reads, _ => { }));
        List<CallVariantsOutput> answers = Compare.Read(folder["e_call_variant_outputs.tfrecord.gz"], CallVariantsOutput.Parser);
        Assert.Equal((287L, summary.SmallModelCalls), (summary.Candidates, (long)answers.Count));
        Assert.InRange(answers.Count, 50, 250);
        Assert.All(answers, a => Assert.Equal("small_model", a.Variant.Calls[0].Info["MID"].Values[0].StringValue));
        (_, List<Line> expected) = Expected(TestData.PathOf("reference", "wgs_track_ref_reads"));
        var answered = answers.Select(a => $"{a.Variant.Start} {string.Join(',', a.AltAlleleIndices.Indices)}").ToList();
        var drawn = Compare.Read(folder["e.tfrecord.gz"], Example.Parser).Select(e => PileupExampleCodec.Decode(Google.Protobuf.MessageExtensions.ToByteArray(e), "e")).ToList();
        var both = answered.Concat(drawn.Select(d => $"{d.Variant.Start} {string.Join(',', d.AltIndices.Indices)}"));
        Assert.Equal(expected.Select(l => $"{l.Site.Split(':', '-')[1]} {string.Join(',', l.Alts)}").Order(), both.Order());

        // A site of which one set is answered carries the mark everywhere; by default there is no such mix.
        HashSet<long> answeredSites = [.. answers.Select(a => a.Variant.Start)];
        int mixed = drawn.Count(d => answeredSites.Contains(d.Variant.Start));
        Assert.Equal(acceptance == "set", mixed > 0);
        Assert.All(drawn, d => Assert.Equal(answeredSites.Contains(d.Variant.Start), d.Variant.Calls[0].Info.ContainsKey("MID")));
        List<DeepVariantCall> candidates = Compare.Read(folder["c.tfrecord.gz"], DeepVariantCall.Parser);
        Assert.All(candidates, c => Assert.Equal(answeredSites.Contains(c.Variant.Start), c.Variant.Calls[0].Info.ContainsKey("MID")));
        Assert.Equal(
            acceptance == "set" ? drawn.Count : 0,
            candidates.Sum(c => c.MakeExamplesAltAlleleIndices.Count));
    }

    [Fact]
    public void CandidatesWithTrackedReferenceReadsAreEqual()
    {
        using var folder = TestData.Temporary();
        MakeExamplesDriver.Run(
            new MakeExamplesRun { Stage = Genome with { KeepCandidates = true }, Examples = folder["e.tfrecord.gz"], Candidates = folder["c.tfrecord.gz"], Regions = "chr20:10,000,000-10,100,000" },
            InputPreflight.Check(Genome.Reference, Genome.Reads, _ => { }));
        Compare.Candidates(TestData.PathOf("reference", "wgs_track_ref_reads", "candidates.tfrecord.gz"), folder["c.tfrecord.gz"]);
        Compare.Examples(TestData.PathOf("reference", "wgs", "examples.tfrecord.gz"), folder["e.tfrecord.gz"]);
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
