using System.Globalization;
using System.Text.RegularExpressions;
using Shrike.Core;
using Shrike.Examples.Candidates;
using Shrike.Examples.Labelling;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Pileup;
using Shrike.Examples.Realigning;
using Shrike.Examples.SmallModel;
using Shrike.Formats;
using Shrike.Formats.Examples;
using Shrike.Formats.TfRecord;
using Shrike.Pipeline.Labelled;
using Algorithm = Shrike.Formats.Messages.MakeExamplesOptions.Types.LabelerAlgorithm;

namespace Shrike.Conformance;

/// <summary>Labelled examples against published ones: images, labels, genotypes and counts.</summary>
public sealed class TrainingExamplesTests
{
    private const string GoldenRegion = "chr20:10,000,000-10,010,000";

    private static string Input(string name) => TestData.PathOf("upstream", "input", name);

    private static MakeExamplesSummary Execute(string folder, string truth, string? bed, string regions, Func<LabellingOptions, LabellingOptions>? labelling = null, Func<MakeExamplesRun, MakeExamplesRun>? change = null)
    {
        InputPreflight inputs = InputPreflight.Check(TestData.Hg19Chr20, [TestData.Na12878Bam], _ => { });
        inputs = TruthPreflight.CheckTruth(inputs, truth, _ => { });
        var options = new LabellingOptions
        {
            Truth = truth,
            Confident = bed is null ? null : TruthPreflight.ReadRegions(bed, "confident regions", inputs.Reference, _ => { }),
            ReadsName = Path.GetFileName(TestData.Na12878Bam),
        };
        var run = new MakeExamplesRun
        {
            Stage = new StageOneOptions
            {
                Reference = TestData.Hg19Chr20,
                Reads = [TestData.Na12878Bam],
                Realigner = new RealignerOptions(),
                Caller = new CandidateCallerOptions { SampleName = "NA12878" },
                Pileup = new PileupOptions { Channels = ChannelNames.Parse("BASE_CHANNELS,insert_size") },
                Labelling = labelling is null ? options : labelling(options),
            },
            Examples = Path.Combine(folder, "e.tfrecord.gz"),
            Regions = regions,
            WriteRunInformation = true,
            Threads = 2,
        };
        return MakeExamplesDriver.Run(change is null ? run : change(run), inputs);
    }

    private static string Nist => Input("test_nist.b37_chr20_100kbp_at_10mb.vcf.gz");

    private static string NistBed => Input("test_nist.b37_chr20_100kbp_at_10mb.bed");

    /// <summary>Rows for a small model stand for the same ALT sets as the published images, with the same labels.</summary>
    [Fact]
    public void SmallModelRowsGoWithTheImages()
    {
        using var folder = TestData.Temporary();
        var small = new SmallModelOptions { Layout = new FeatureLayout(51, Haplotypes: false), CreateClassifier = () => (_, rows, p) => p[..(rows * 3)].Clear(), SnpThreshold = int.MaxValue, IndelThreshold = int.MaxValue };
        MakeExamplesSummary summary = Execute(folder.Path, Nist, NistBed, GoldenRegion, change: r => r with { Stage = r.Stage with { SmallModel = small, SmallModelExamples = true, Counter = r.Stage.Counter with { TrackReferenceReads = true } } });
        Assert.Equal(49, summary.Examples);
        Compare.Examples(TestData.PathOf("upstream", "golden.training_examples.tfrecord.gz"), folder["e.tfrecord.gz"]);
        var rows = new List<(int Label, string Reference, string Alternate)>();
        using (var reader = new TfRecordReader(folder["e_small_model.tfrecord.gz"], DamagedRecords.Fail))
        {
            while (reader.Read())
            {
                (int label, float[] features, string reference, string alternate) = SmallModelExample.Read(reader.Current, "row");
                Assert.Equal(70, features.Length);
                Assert.Equal(features[3] > 0 ? (int)(100 * features[1] / features[3]) : 0, features[4]);
                rows.Add((label, reference, alternate));
            }
        }

        var images = new List<(int Label, string Reference, string Alternate)>();
        using (var reader = new TfRecordReader(TestData.PathOf("upstream", "golden.training_examples.tfrecord.gz"), DamagedRecords.Fail))
        {
            while (reader.Read())
            {
                PileupExampleCodec.Decoded d = PileupExampleCodec.Decode(reader.Current, "image");
                images.Add(((int)d.Label!.Value, d.Variant.ReferenceBases, d.Variant.AlternateBases[d.AltIndices.Indices[0]]));
            }
        }

        // The published file is in another order.
        Assert.Equal(images.Order(), rows.Order());
        MakeExamplesSummary without = Execute(folder.Path, Nist, NistBed, GoldenRegion, change: r => r with { Stage = r.Stage with { Pileup = null, SmallModel = small, SmallModelExamples = true } });
        Assert.Equal((0, summary.Candidates), (without.Examples, without.Candidates));
    }

    /// <summary>With fewer reads there are fewer candidates, the same ones for any number of threads.</summary>
    [Fact]
    public void DownsamplingDoesNotDependOnThreads()
    {
        using var folder = TestData.Temporary();
        long[] counts = [.. ((int[])[1, 3]).Select(threads => Execute(folder.Path, Nist, NistBed, GoldenRegion, change: r => r with { Threads = threads, Examples = folder[$"{threads}.tfrecord.gz"], Stage = r.Stage with { DownsampleFraction = 0.25 } }).Reads)];
        Assert.Equal(counts[0], counts[1]);
        Assert.InRange(counts[0], 1100, 1500); // of 5,341 that pass the filters
        Assert.Equal(File.ReadAllBytes(folder["1.tfrecord.gz"]), File.ReadAllBytes(folder["3.tfrecord.gz"]));
        Assert.True(Execute(folder.Path, Nist, NistBed, GoldenRegion, change: r => r with { Stage = r.Stage with { DownsampleFraction = 0.01 } }).Examples < 49);
    }

    [Theory]
    [InlineData(Algorithm.HaplotypeLabeler, 1)]
    [InlineData(Algorithm.HaplotypeLabeler, 3)]
    [InlineData(Algorithm.PositionalLabeler, 2)]
    public void ExamplesAreEqual(Algorithm algorithm, int threads)
    {
        using var folder = TestData.Temporary();
        MakeExamplesSummary summary = Execute(folder.Path, Nist, NistBed, GoldenRegion, l => l with { Algorithm = algorithm }, r => r with { Threads = threads });
        Compare.Examples(TestData.PathOf("upstream", "golden.training_examples.tfrecord.gz"), folder["e.tfrecord.gz"]);
        Assert.Equal(49, summary.Examples);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void ShardsAreEqual(int task)
    {
        using var folder = TestData.Temporary();
        Execute(folder.Path, Nist, NistBed, GoldenRegion, null, r => r with { Examples = folder["e.tfrecord@3.gz"], Task = task });
        Compare.Examples(TestData.PathOf("upstream", $"golden.training_examples.tfrecord.gz-0000{task}-of-00003"), folder[$"e.tfrecord-0000{task}-of-00003.gz"]);
    }

    [Fact]
    public void CountsOfTheRunAreEqual()
    {
        using var folder = TestData.Temporary();
        Execute(folder.Path, Nist, NistBed, GoldenRegion);
        string expected = File.ReadAllText(TestData.PathOf("upstream", "golden.training_examples.tfrecord.gz.run_info.pbtxt"));
        string actual = File.ReadAllText(folder["e.tfrecord.gz.run_info.pbtxt"]);
        Assert.Equal(12, Numbers(expected, "labeling_metrics").Count);
        Assert.Equal(Numbers(expected, "labeling_metrics"), Numbers(actual, "labeling_metrics"));
        Assert.Equal(Numbers(expected, "stats"), Numbers(actual, "stats"));
        Assert.Equal(Excluded(expected), Excluded(actual));
    }

    [Fact]
    public void SitesAsVcfAreEqual()
    {
        using var folder = TestData.Temporary();
        long count = LabelledExamplesVcf.Write(TestData.Hg19Chr20, TestData.PathOf("upstream", "golden.training_examples.tfrecord.gz"), folder["sites.vcf"], "", -1, false);
        Assert.Equal(49, count);
        Assert.Equal(File.ReadAllText(TestData.PathOf("upstream", "golden.training_examples.vcf")), File.ReadAllText(folder["sites.vcf"]));
        var error = Assert.Throws<ShrikeException>(() => LabelledExamplesVcf.Write(TestData.Hg19Chr20, TestData.PathOf("upstream", "golden.calling_examples.tfrecord.gz"), folder["calling.vcf"], "", -1, false));
        Assert.Equal(ExitCode.InvalidData, error.ExitCode);
        Assert.Equal(78, LabelledExamplesVcf.Write(TestData.Hg19Chr20, TestData.PathOf("upstream", "golden.calling_examples.tfrecord.gz"), folder["calling.vcf"], "", -1, true));
    }

    [Fact]
    public void CustomizedClassesAreEqual()
    {
        using var folder = TestData.Temporary();
        MakeExamplesSummary summary = Execute(folder.Path, Input("with_types.test_nist.b37_chr20_4kbp_at_10mb.vcf.gz"), NistBed, "chr20:10,000,000-10,004,000", l => l with
        {
            Algorithm = Algorithm.CustomizedClassesLabeler,
            Classes = ["ref", "class1", "class2"],
            ClassField = "type",
        });
        Compare.Examples(TestData.PathOf("upstream", "customized_classes.golden.training_examples.tfrecord.gz"), folder["e.tfrecord.gz"]);
        Assert.Equal(19, summary.Examples);
        Assert.Null(summary.Labelling);
    }

    [Fact]
    public void ImportedSitesAreEqual()
    {
        using var folder = TestData.Temporary();
        MakeExamplesSummary summary = Execute(folder.Path, Nist, null, "", l => l with { Algorithm = Algorithm.PositionalLabeler }, r => r with
        {
            Stage = r.Stage with { Import = new SiteImportOptions(Nist, SkipUncalled: true) },
        });
        Compare.Examples(TestData.PathOf("upstream", "golden.vcf_candidate_importer.training_examples.tfrecord.gz"), folder["e.tfrecord.gz"]);
        Assert.Equal((223, 221), (summary.Examples, summary.Candidates));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void ImportedSitesForCallingAreEqual(int threads)
    {
        using var folder = TestData.Temporary();
        MakeExamplesSummary summary = MakeExamplesDriver.Run(
            new MakeExamplesRun
            {
                Stage = new StageOneOptions
                {
                    Reference = TestData.Hg19Chr20,
                    Reads = [TestData.Na12878Bam],
                    Caller = new CandidateCallerOptions { SampleName = "NA12878" },
                    Pileup = new PileupOptions { Channels = ChannelNames.Parse("BASE_CHANNELS,insert_size") },
                    Import = new SiteImportOptions(Input("vcf_candidate_importer.indels.chr20.vcf.gz"), SkipUncalled: false),
                },
                Examples = folder["e.tfrecord.gz"],
                Regions = "chr20:59,777,000-60,000,000",
                Threads = threads,
            },
            InputPreflight.Check(TestData.Hg19Chr20, [TestData.Na12878Bam], _ => { }));
        Compare.Examples(TestData.PathOf("upstream", "golden.vcf_candidate_importer_calling_examples.tfrecord.gz"), folder["e.tfrecord.gz"]);
        Assert.True(summary.Partitions < 30, $"{summary.Partitions} partitions: those without sites were not left out");
    }

    private static Dictionary<string, int> Numbers(string text, string message)
    {
        string body = Regex.Match(text, "^" + message + @" \{\n(.*?)^\}", RegexOptions.Singleline | RegexOptions.Multiline).Groups[1].Value;
        return Regex.Matches(body, @"^  (\w+): (\d+)$", RegexOptions.Multiline).ToDictionary(m => m.Groups[1].Value, m => int.Parse(m.Groups[2].ValueSpan, CultureInfo.InvariantCulture));
    }

    private static string[] Excluded(string text) => [.. Regex.Matches(text, "exclude_contigs: \"(.*)\"").Select(m => m.Groups[1].Value)];
}
