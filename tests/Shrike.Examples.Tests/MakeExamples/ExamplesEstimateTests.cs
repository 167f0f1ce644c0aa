using Shrike.Core;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Partitioning;
using Shrike.Examples.Pileup;
using Shrike.Examples.Realigning;

namespace Shrike.Examples.Tests.MakeExamples;

/// <summary>What a sample says of the examples of real reads, beside what they take.</summary>
public sealed class ExamplesEstimateTests
{
    private const int Partitions = 1000;
    private readonly List<string> _log = [];

    private MakeExamplesRun Run(string examples, bool gzip = true) => new()
    {
        Stage = new StageOneOptions
        {
            Reference = TestData.Hg19Chr20,
            Reads = [TestData.Na12878Bam],
            Realigner = new RealignerOptions(),
            Pileup = new PileupOptions { Channels = [1, 2, 3, 4, 5, 6, 19] },
        },
        Examples = examples,
        Regions = "chr20:10,000,000-10,100,000",
        PartitionSize = 100,
        Threads = 2,
        Gzip = gzip,
        Log = _log.Add,
    };

    private static InputPreflight Inputs => InputPreflight.Check(TestData.Hg19Chr20, [TestData.Na12878Bam], _ => { });

    private static List<Tile> Tiles(MakeExamplesRun run)
    {
        InputPreflight inputs = Inputs;
        RegionSet regions = CallingRegions.Select(inputs.Reference, CallingRegions.CommonContigs(inputs.Reference, inputs.ReadContigs), run.Regions, "");
        return Tile.Group(CallingRegions.Partition(regions, run.PartitionSize), inputs.Reference, 25_000);
    }

    private void Check(MakeExamplesRun run, long? free, int shards = 1, CancellationToken cancellation = default) =>
        ExamplesEstimate.Check(run, Tiles(run), Partitions * shards, shards, run.Examples, free, cancellation);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ASampleIsAsFarOffAsItSays(bool gzip)
    {
        using var folder = TestData.Temporary();
        MakeExamplesRun run = Run(folder["e.tfrecord.gz"], gzip);
        MakeExamplesDriver.Run(run, Inputs);
        double written = new FileInfo(run.Examples).Length;
        ExamplesEstimate estimate = ExamplesEstimate.Sample(run, Tiles(run))!.Value;
        Assert.Equal((64, 1001), (estimate.Sampled, estimate.Partitions));
        Assert.InRange(estimate.Error, 0.05 * estimate.Bytes, 0.5 * estimate.Bytes);
        Assert.InRange(written, estimate.Bytes - (2 * estimate.Error), estimate.Bytes + (2 * estimate.Error));
    }

    [Fact]
    public void ASampleOfEverythingIsWhatIsWritten()
    {
        using var folder = TestData.Temporary();
        MakeExamplesRun run = Run(folder["e.tfrecord.gz"], gzip: false) with { Regions = "chr20:10,000,000-10,005,000" };
        MakeExamplesSummary summary = MakeExamplesDriver.Run(run, Inputs);
        ExamplesEstimate estimate = ExamplesEstimate.Sample(run, Tiles(run))!.Value;
        const int frame = 16;
        Assert.Equal(new FileInfo(run.Examples).Length, estimate.Bytes + (frame * summary.Examples), 0.5);
        Assert.Equal(0, estimate.Error);
    }

    [Fact]
    public void WhatHasNoRoomIsRefusedAndWhatMayHaveNoneIsSaid()
    {
        MakeExamplesRun run = Run("/tmp/e.tfrecord.gz");
        ExamplesEstimate estimate = ExamplesEstimate.Sample(run, Tiles(run))!.Value;
        var error = Assert.Throws<ShrikeException>(() => Check(run, (long)estimate.Least - 1));
        Assert.Equal(ExitCode.InputOutput, error.ExitCode);
        Assert.Matches(@"^/tmp/e\.tfrecord\.gz: the examples need about \d+ MiB \(by a sample of 64 of 1001 partitions\), and \d+ MiB are free in /tmp: free some space, ", error.Message);
        Assert.Empty(_log);

        Check(run, (long)estimate.Least + 1);
        Assert.StartsWith("warning: /tmp/e.tfrecord.gz: the examples need about ", Assert.Single(_log), StringComparison.Ordinal);
        Check(run, (long)estimate.Bytes + 1);
        Assert.Single(_log);

        // The other tasks write to the same disk, as far as anybody knows.
        Check(run, (long)estimate.Bytes + 1, shards: 4);
        Assert.Contains("the examples of all 4 tasks need about ", _log[1], StringComparison.Ordinal);
    }

    [Fact]
    public void WhereThereIsRoomOrNobodyKnowsNoSampleIsTaken()
    {
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        MakeExamplesRun run = Run("/tmp/e.tfrecord.gz");
        Assert.Throws<OperationCanceledException>(() => Check(run, 1L << 20, cancellation: stopped.Token));
        Check(run, 2L << 30, cancellation: stopped.Token);
        Check(run, null, cancellation: stopped.Token);
        Check(run with { Stage = run.Stage with { Pileup = null } }, 1, cancellation: stopped.Token);
        Assert.Empty(_log);
    }
}
