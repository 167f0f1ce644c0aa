using Google.Protobuf;
using Shrike.Core;
using Shrike.Examples.MakeExamples;
using Shrike.Formats.Messages;
using Shrike.Pipeline.Engine;
using Shrike.Pipeline.Resuming;

namespace Shrike.Pipeline.Tests.Resuming;

public sealed class RunRecordsTests
{
    private static readonly Contig Contig = new("chr1", 10_000, 0);
    private static readonly Tile[] Tiles = [.. Enumerable.Range(0, 4).Select(i => new Tile(Contig, [new Region("chr1", i * 2000, (i * 2000) + 1000), new Region("chr1", (i * 2000) + 1000, (i * 2000) + 2000)], i * 2))];

    /// <summary>Something of every kind, with a map whose order must stay.</summary>
    private static TileCalls Done(Tile tile)
    {
        var variant = new Variant { ReferenceName = "chr1", Start = tile.Start + 5, End = tile.Start + 6, ReferenceBases = "A", AlternateBases = { "C" }, Quality = 0.1 + 0.2 };
        foreach (string key in (string[])["z", "a", "m"]) variant.Info[key] = new ListValue { Values = { new Value { IntValue = tile.Start }, new Value { NumberValue = 1.0 / 3 } } };
        var prediction = new CallVariantsOutput { Variant = variant, GenotypeProbabilities = { 1e-300, 0.25, 0.75 }, AltAlleleIndices = new() { Indices = { 0 } } };
        return new TileCalls(tile, [prediction], [new Variant { ReferenceName = "chr1", Start = tile.Start, End = tile.Start + 5 }, new Variant { Start = 7 }], 5, 4, 3, 2, 8, 9, 1.5, 2.5);
    }

    private static RunFingerprint Fingerprint(string value)
    {
        var fingerprint = new RunFingerprint();
        fingerprint.Add("--flag", value);
        return fingerprint;
    }

    private sealed class Run(string path, List<string> log, bool resume = false, string flag = "1", double seconds = 0) : IDisposable
    {
        public RunRecords Records { get; } = RunRecords.Open(new ResumeOptions { Path = path, Resume = resume, Seconds = seconds, Fingerprint = () => Fingerprint(flag), Unfinished = l => log.Add("last: " + l) }, Tiles, [path + ".out"], log.Add);

        public void Dispose() => Records.Dispose();
    }

    [Fact]
    public void ATileComesBackAsItWas()
    {
        TileCalls done = Done(Tiles[1]);
        byte[] bytes = TileRecord.Write(done);
        TileCalls back = TileRecord.Read(bytes, Tiles[1])!;
        Assert.Equal(done.Predictions.Select(p => p.ToByteString()), back.Predictions.Select(p => p.ToByteString()));
        Assert.Equal(done.Blocks.Select(p => p.ToByteString()), back.Blocks.Select(p => p.ToByteString()));
        Assert.Equal(done with { Predictions = back.Predictions, Blocks = back.Blocks, StageOneSeconds = 0, StageTwoSeconds = 0, IsTakenOver = true }, back);
        Assert.Null(TileRecord.Read(bytes, Tiles[2]));
        Assert.Null(TileRecord.Read(bytes[..^9], Tiles[1]));
        Assert.Null(TileRecord.Read(new byte[3], Tiles[1]));
    }

    [Fact]
    public void WhatIsRecordedIsTakenOverUntilTheRunIsComplete()
    {
        using var folder = TestData.Temporary();
        var log = new List<string>();
        using (var run = new Run(folder["r"], log))
        {
            Assert.Null(run.Records.Find(Tiles[2]));
            run.Records.Keep(Done(Tiles[2]));
            run.Records.Keep(Done(Tiles[0]));
        }

        Assert.Equal([$"last: 50.0 % of the bases are done and recorded in {folder["r"]}: the same command with --resume goes on from there"], log);
        log.Clear();
        using (var run = new Run(folder["r"], log, resume: true))
        {
            Assert.Equal(Done(Tiles[2]).Predictions[0], run.Records.Find(Tiles[2])!.Predictions[0]);
            Assert.Null(run.Records.Find(Tiles[1]));
            run.Records.Keep(Done(Tiles[1]));
        }

        Assert.Equal([$"{folder["r"]}: 50.0 % of the bases are taken over", $"last: 75.0 % of the bases are done and recorded in {folder["r"]}: the same command with --resume goes on from there"], log);
        log.Clear();
        using (var run = new Run(folder["r"], log, resume: true))
        {
            Assert.NotNull(run.Records.Find(Tiles[0]));
            Assert.NotNull(run.Records.Find(Tiles[1]));
            run.Records.Complete();
        }

        Assert.Empty(Directory.GetFiles(folder.Path));
        Assert.Single(log);
    }

    [Fact]
    public void RecordsOfAnotherRunAreRefusedAndKept()
    {
        using var folder = TestData.Temporary();
        var log = new List<string>();
        using (var run = new Run(folder["r"], log)) run.Records.Keep(Done(Tiles[0]));
        ShrikeException refused = Assert.Throws<ShrikeException>(() => new Run(folder["r"], log, resume: true, flag: "2"));
        Assert.Equal(ExitCode.Usage, refused.ExitCode);
        Assert.Contains("--flag was 1 and is 2: give what was given then", refused.Message, StringComparison.Ordinal);

        // A new run leaves them in peace until it has something to put in their place.
        log.Clear();
        using (var other = new Run(folder["r"], log, flag: "2", seconds: 60)) other.Records.Keep(Done(Tiles[1]));
        Assert.Contains("--resume would go on with them", Assert.Single(log), StringComparison.Ordinal);
        using (var run = new Run(folder["r"], log, resume: true)) Assert.NotNull(run.Records.Find(Tiles[0]));
        using (var other = new Run(folder["r"], log, flag: "2")) other.Records.Keep(Done(Tiles[1]));
        using (var other = new Run(folder["r"], log, resume: true, flag: "2"))
        {
            Assert.Null(other.Records.Find(Tiles[0]));
            Assert.NotNull(other.Records.Find(Tiles[1]));
        }
    }

    [Fact]
    public void AShortRunLeavesNothing()
    {
        using var folder = TestData.Temporary();
        var log = new List<string>();
        using (var run = new Run(folder["r"], log, resume: true, seconds: 60)) run.Records.Keep(Done(Tiles[0]));
        Assert.Empty(Directory.GetFiles(folder.Path));
        Assert.Equal([$"{folder["r"]}: nothing to resume: the run begins at the start"], log);
    }

    [Fact]
    public void WhereverAByteIsDamagedOnlyWholeTilesAreTakenOver()
    {
        using var folder = TestData.Temporary();
        using (var run = new Run(folder["r"], []))
        {
            foreach (Tile tile in Tiles) run.Records.Keep(Done(tile));
        }

        byte[] all = File.ReadAllBytes(folder["r"]);
        for (int at = 0; at < all.Length; at++)
        {
            byte[] damaged = [.. all];
            damaged[at] ^= 0x10;
            File.WriteAllBytes(folder["r"], damaged);
            var log = new List<string>();
            int takenOver = 0;
            using (var run = new Run(folder["r"], log, resume: true))
            {
                foreach (Tile tile in Tiles)
                {
                    TileCalls? back = run.Records.Find(tile);
                    if (back is null) run.Records.Keep(Done(tile));
                    else Assert.Equal((Done(tile).Predictions[0], ++takenOver), (back.Predictions[0], takenOver));
                }

                // What was damaged has been recorded anew.
                foreach (Tile tile in Tiles) Assert.NotNull(run.Records.Find(tile));
                run.Records.Complete();
            }

            // The numbers of the processes are not needed to go on.
            Assert.True(takenOver < Tiles.Length || log.Count == 1, $"byte {at}");
            Assert.True(takenOver == Tiles.Length || log.Count is 1 or 2, string.Join('\n', log));
        }
    }

    [Fact]
    public void WhatAKilledProcessLeftOfTheOutputsIsRemoved()
    {
        using var folder = TestData.Temporary();
        string left;
        using (var output = new AtomicFile(folder["r.out"]))
        {
            left = output.TemporaryPath;
            using (var run = new Run(folder["r"], [])) run.Records.Keep(Done(Tiles[0]));
            Assert.True(File.Exists(left));
            using (var run = new Run(folder["r"], [], resume: true)) run.Records.Complete();
            Assert.False(File.Exists(left));
        }

        Assert.Empty(Directory.GetFiles(folder.Path));
    }
}
