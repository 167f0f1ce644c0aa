using Shrike.Examples.Alleles;
using Shrike.Examples.Candidates;
using Shrike.Examples.Gvcf;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Pileup;
using Shrike.Examples.Reads;
using Shrike.Examples.Realigning;
using Shrike.Examples.Realigning.Alignment;
using Shrike.Examples.Realigning.Windows;
using Shrike.Formats;

namespace Shrike.Conformance;

/// <summary>Stage 1 against reference outputs, record for record.</summary>
public sealed class StageOneTests
{
    private const string Wgs = "BASE_CHANNELS,insert_size";
    private const string GoldenRegion = "chr20:10,000,000-10,010,000";

    private static StageOneOptions WithRealigner(StageOneOptions options) => options with { Realigner = new RealignerOptions() };

    private static MakeExamplesRun Run(string folder, string reads, string regions, Func<StageOneOptions, StageOneOptions>? change = null)
    {
        var stage = new StageOneOptions
        {
            Reference = TestData.Hg19Chr20,
            Reads = reads.Split(','),
            Caller = new CandidateCallerOptions { SampleName = "NA12878" },
            Gvcf = new GvcfOptions { SampleName = "NA12878" },
            Pileup = new PileupOptions { Channels = ChannelNames.Parse(Wgs) },
            KeepCandidates = true,
        };
        return new MakeExamplesRun
        {
            Stage = change is null ? stage : change(stage),
            Examples = Path.Combine(folder, "examples.tfrecord.gz"),
            Candidates = Path.Combine(folder, "candidates.tfrecord.gz"),
            Gvcf = Path.Combine(folder, "gvcf.tfrecord.gz"),
            Regions = regions,
        };
    }

    private static MakeExamplesSummary Execute(MakeExamplesRun run) =>
        MakeExamplesDriver.Run(run, InputPreflight.Check(run.Stage.Reference, run.Stage.Reads, _ => { }));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void WithoutRealignerEverythingIsEqual(int threads)
    {
        using var folder = TestData.Temporary();
        MakeExamplesSummary summary = Execute(Run(folder.Path, TestData.Na12878Bam, "chr20:10,000,000-10,100,000") with { Threads = threads });
        string expected = TestData.PathOf("reference", "wgs_norealign");
        Compare.Candidates(Path.Combine(expected, "candidates.tfrecord.gz"), folder["candidates.tfrecord.gz"]);
        Compare.Variants(Path.Combine(expected, "gvcf.tfrecord.gz"), folder["gvcf.tfrecord.gz"]);
        Compare.Examples(Path.Combine(expected, "examples.tfrecord.gz"), folder["examples.tfrecord.gz"]);
        Assert.Equal((101, 297, 309), (summary.Partitions, summary.Candidates, summary.Examples));
    }

    public static TheoryData<string, string, string, string, int> Goldens => new()
    {
        // examples, candidates ("" for none), gVCF, reads below upstream/input, threads
        { "golden.calling_examples.tfrecord.gz", "golden.calling_candidates.tfrecord.gz", "golden.postprocess_gvcf_input.tfrecord.gz", "NA12878_S1.chr20.10_10p1mb.bam", 1 },
        { "golden.calling_examples.tfrecord.gz", "golden.calling_candidates.tfrecord.gz", "golden.postprocess_gvcf_input.tfrecord.gz", "NA12878_S1.chr20.10_10p1mb.bam", 3 },
        { "golden.calling_examples.tfrecord.gz", "golden.calling_candidates.tfrecord.gz", "golden.postprocess_gvcf_input.tfrecord.gz", "NA12878_S1.chr20.10_10p1mb.cram", 2 },
        { "golden.calling_examples.tfrecord.gz", "golden.calling_candidates.tfrecord.gz", "golden.postprocess_gvcf_input.tfrecord.gz", "NA12878_S1.chr20.10_10p1mb.first_half.bam,NA12878_S1.chr20.10_10p1mb.second_half.bam", 2 },
    };

    [Theory]
    [MemberData(nameof(Goldens))]
    public void PublishedOutputsAreEqual(string examples, string candidates, string gvcf, string reads, int threads)
    {
        using var folder = TestData.Temporary();
        string paths = string.Join(',', reads.Split(',').Select(r => TestData.PathOf("upstream", "input", r)));
        Execute(Run(folder.Path, paths, GoldenRegion, WithRealigner) with { Threads = threads });
        Compare.Candidates(TestData.PathOf("upstream", candidates), folder["candidates.tfrecord.gz"]);
        Compare.Variants(TestData.PathOf("upstream", gvcf), folder["gvcf.tfrecord.gz"]);
        Compare.Examples(TestData.PathOf("upstream", examples), folder["examples.tfrecord.gz"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void PublishedShardsAreEqual(int task)
    {
        using var folder = TestData.Temporary();
        MakeExamplesRun run = Run(folder.Path, TestData.Na12878Bam, GoldenRegion, WithRealigner);
        Execute(run with { Examples = folder["e.tfrecord@3.gz"], Candidates = folder["c.tfrecord@3.gz"], Gvcf = folder["g.tfrecord@3.gz"], Task = task });
        Compare.Examples(TestData.PathOf("upstream", $"golden.calling_examples.tfrecord.gz-0000{task}-of-00003"), folder[$"e.tfrecord-0000{task}-of-00003.gz"]);
        Compare.Variants(TestData.PathOf("upstream", $"golden.postprocess_gvcf_input.tfrecord.gz-0000{task}-of-00003"), folder[$"g.tfrecord-0000{task}-of-00003.gz"]);
    }

    [Fact]
    public void PublishedOutputsWithFlagsAreEqual()
    {
        using var folder = TestData.Temporary();
        Execute(Run(folder.Path, TestData.Na12878Bam, GoldenRegion, s => s with
        {
            Filter = new ReadFilter { MinMappingQuality = 1 },
            Realigner = new RealignerOptions { Windows = new WindowSelectorOptions { LegacyBehavior = true }, Aligner = new HaplotypeAlignerOptions { NormalizeReads = true } },
            Counter = new AlleleCounterOptions { LegacyBehavior = true, NormalizeReads = true },
            Pileup = new PileupOptions { Channels = ChannelNames.Parse(Wgs), MinMappingQuality = 1 },
        }));
        Compare.Examples(TestData.PathOf("upstream", "golden.calling_examples.with_flags.tfrecord.gz"), folder["examples.tfrecord.gz"]);
    }

    [Theory]
    [InlineData("wgs", 1)]
    [InlineData("wgs", 3)]
    [InlineData("wgs_normalize_reads", 2)]
    [InlineData("wgs_track_ref_reads", 2)]
    public void WithRealignerAHundredKilobasesAreEqual(string reference, int threads)
    {
        using var folder = TestData.Temporary();
        bool normalize = reference == "wgs_normalize_reads";
        Execute(Run(folder.Path, TestData.Na12878Bam, "chr20:10,000,000-10,100,000", s => s with
        {
            Realigner = new RealignerOptions { Aligner = new HaplotypeAlignerOptions { NormalizeReads = normalize } },
            Counter = new AlleleCounterOptions { NormalizeReads = normalize, TrackReferenceReads = reference == "wgs_track_ref_reads" },
        }) with
        { Threads = threads });
        string expected = TestData.PathOf("reference", reference);
        Compare.Candidates(Path.Combine(expected, "candidates.tfrecord.gz"), folder["candidates.tfrecord.gz"]);
        if (reference == "wgs_track_ref_reads") return;
        Compare.Variants(Path.Combine(expected, "gvcf.tfrecord.gz"), folder["gvcf.tfrecord.gz"]);
        Compare.Examples(Path.Combine(expected, "examples.tfrecord.gz"), folder["examples.tfrecord.gz"]);
    }

    [Theory]
    [InlineData("downsampling_deep_libcxx_shuffle", RowShuffle.LibCxx)]
    [InlineData("downsampling_deep_libstdcxx_shuffle", RowShuffle.LibStdCxx)]
    public void ImagesOfTooManyReadsAreEqual(string reference, RowShuffle shuffle)
    {
        using var folder = TestData.Temporary();
        Execute(Run(folder.Path, TestData.PathOf("derived", "NA12878_x3.chr20.10_10p01mb.bam"), GoldenRegion, s => WithRealigner(s) with
        {
            Pileup = new PileupOptions { Channels = ChannelNames.Parse(Wgs), Shuffle = shuffle },
        }));
        Compare.Examples(TestData.PathOf("reference", reference, "examples.tfrecord.gz"), folder["examples.tfrecord.gz"]);
    }

    [Fact]
    public void TargetRegionsAreEqual()
    {
        using var folder = TestData.Temporary();
        Execute(Run(folder.Path, TestData.Na12878Bam, TestData.PathOf("derived", "wes_targets.bed"), WithRealigner));
        string expected = TestData.PathOf("reference", "wes_targets");
        Compare.Candidates(Path.Combine(expected, "candidates.tfrecord.gz"), folder["candidates.tfrecord.gz"]);
        Compare.Variants(Path.Combine(expected, "gvcf.tfrecord.gz"), folder["gvcf.tfrecord.gz"]);
        Compare.Examples(Path.Combine(expected, "examples.tfrecord.gz"), folder["examples.tfrecord.gz"]);
    }

    [Fact]
    public void CramGivesTheSameBytesAsBam()
    {
        using var a = TestData.Temporary();
        using var b = TestData.Temporary();
        Execute(Run(a.Path, TestData.Na12878Bam, "chr20:10,000,000-10,020,000"));
        Execute(Run(b.Path, TestData.PathOf("upstream", "input", "NA12878_S1.chr20.10_10p1mb.cram"), "chr20:10,000,000-10,020,000"));
        foreach (string name in new[] { "examples.tfrecord.gz", "candidates.tfrecord.gz", "gvcf.tfrecord.gz", "examples.tfrecord.gz.example_info.json" })
        {
            Assert.Equal(File.ReadAllBytes(a[name]), File.ReadAllBytes(b[name]));
        }
    }

    [Theory]
    [InlineData("golden.candidate_positions", "out", 0)]
    [InlineData("golden.candidate_positions-00000-of-00003", "out@3", 0)]
    [InlineData("golden.candidate_positions-00001-of-00003", "out@3", 1)]
    [InlineData("golden.candidate_positions-00002-of-00003", "out@3", 2)]
    public void SweptPositionsAreEqual(string golden, string name, int task)
    {
        using var folder = TestData.Temporary();
        MakeExamplesRun run = Run(folder.Path, TestData.Na12878Bam, "chr20:10,000,000-10,010,000", s => s with { PositionsOnly = true, Pileup = null, Gvcf = null, KeepCandidates = false });
        bool sharded = name.Contains('@', StringComparison.Ordinal);
        Execute(run with { Candidates = "", Gvcf = "", CandidatePositions = folder[name], Examples = folder[sharded ? "e.tfrecord@3.gz" : "e.tfrecord.gz"], Task = task });
        Assert.Equal(File.ReadAllBytes(TestData.PathOf("upstream", golden)), File.ReadAllBytes(folder[sharded ? $"out-0000{task}-of-00003" : "out"]));
    }

    [Theory]
    [InlineData("wgs_100kb", "out", 0)]
    [InlineData("wgs_100kb-00000-of-00003", "out@3", 0)]
    [InlineData("wgs_100kb-00001-of-00003", "out@3", 1)]
    [InlineData("wgs_100kb-00002-of-00003", "out@3", 2)]
    public void SweptPositionsOfAHundredKilobasesAreEqual(string expected, string name, int task)
    {
        using var folder = TestData.Temporary();
        MakeExamplesRun run = Run(folder.Path, TestData.Na12878Bam, "chr20:10,000,000-10,100,000", s => s with { PositionsOnly = true, Pileup = null, Gvcf = null, KeepCandidates = false });
        bool sharded = name.Contains('@', StringComparison.Ordinal);
        Execute(run with { Candidates = "", Gvcf = "", CandidatePositions = folder[name], Examples = folder[sharded ? "e.tfrecord@3.gz" : "e.tfrecord.gz"], Task = task, Threads = 2 });
        Assert.Equal(File.ReadAllBytes(TestData.PathOf("reference", "candidate_positions", expected)), File.ReadAllBytes(folder[sharded ? $"out-0000{task}-of-00003" : "out"]));
    }

    [Fact]
    public void SweptPositionsOfTargetRegionsAreEqual()
    {
        using var folder = TestData.Temporary();
        MakeExamplesRun run = Run(folder.Path, TestData.Na12878Bam, TestData.PathOf("derived", "wes_targets.bed"), s => s with { PositionsOnly = true, Pileup = null, Gvcf = null, KeepCandidates = false });
        Execute(run with { Candidates = "", Gvcf = "", CandidatePositions = folder["out"] });
        Assert.Equal(File.ReadAllBytes(TestData.PathOf("reference", "candidate_positions", "wes_targets")), File.ReadAllBytes(folder["out"]));
    }

    [Fact]
    public void LongReadCandidatesWithTrackedReferenceReadsAreEqual()
    {
        using var folder = TestData.Temporary();
        string reads = TestData.PathOf("upstream", "input", "test_pacbio.chr20_100kbp_at_9mb.bam");
        string sample = InputPreflight.Check(TestData.PathOf("upstream", "input", "grch38.chr20_and_21_10M.fa.gz"), [reads], _ => { }).SampleName;
        MakeExamplesRun run = Run(folder.Path, reads, "chr20:9,000,000-9,025,000", s => s with
        {
            Reference = TestData.PathOf("upstream", "input", "grch38.chr20_and_21_10M.fa.gz"),
            Filter = new ReadFilter { MinMappingQuality = 1 },
            MaxReadsPerPartition = 600,
            Counter = new AlleleCounterOptions { TrackReferenceReads = true },
            Caller = new CandidateCallerOptions { SampleName = sample, MinFractionIndels = 0.12f },
            Pileup = null,
            Gvcf = null,
        });
        Execute(run with { Gvcf = "", PartitionSize = 25_000 });
        Compare.Candidates(TestData.PathOf("reference", "pacbio_no_phasing", "candidates.tfrecord.gz"), folder["candidates.tfrecord.gz"]);
    }
}
