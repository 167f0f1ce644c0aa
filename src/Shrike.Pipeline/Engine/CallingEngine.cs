using System.Diagnostics;
using Shrike.Calling;
using Shrike.Core;
using Shrike.Core.Guarding;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Partitioning;
using Shrike.Hts;
using Shrike.Inference;
using Shrike.Pipeline.Resuming;

namespace Shrike.Pipeline.Engine;

/// <summary>
/// The three stages in one process. A thread takes a tile through stage 1 and runs the network on its images while they
/// are in its cache; finished tiles wait in a bounded window for their turn in stage 3. The output does not depend on
/// the number of threads.
/// </summary>
public static class CallingEngine
{
    private const int TileBases = 25_000;

    /// <summary>Runs.</summary>
    /// <exception cref="ShrikeException">What went wrong and where; with <see cref="ExitCode.OutOfMemory"/> where memory, or its budget, does not suffice.</exception>
    public static CallingSummary Run(CallingRun run, InputPreflight inputs, CancellationToken cancellation = default)
    {
        try
        {
            return Call(run, inputs, cancellation);
        }
        catch (OutOfMemoryException e)
        {
            throw run.Guard.OutOfMemory(e);
        }
    }

    private static CallingSummary Call(CallingRun run, InputPreflight inputs, CancellationToken cancellation)
    {
        List<Tile> tiles = Tile.Group(CallingRegions.Partition(run.CalledRegions(inputs), run.PartitionSize), inputs.Reference, TileBases);
        using RunRecords? records = run.Records is { } resume ? RunRecords.Open(resume, tiles, run.Outputs, run.Log) : null;
        using ReferenceReader reference = ReferenceReader.Open(run.Stage.Reference);
        using var writer = new CallWriter(run.Calling, reference, run.SampleName, run.Vcf, run.Gvcf, withModelId: run.Stage.SmallModel is not null, run.HeaderLines);
        using var backends = new NetworkBackends(run.Model, run.Device);
        using IDisposable watch = run.Guard.Begin(run.Threads);
        WorkPost writing = run.Guard.Board.Join();
        CallingSummary summary = default;
        run.Progress.Begin(tiles.Sum(t => t.Bases));
        long first = Stopwatch.GetTimestamp();
        OrderedPipeline.Run(
            tiles,
            run.Threads,
            run.Threads * 4,
            () => new TileCaller(run, backends.ForThread(), run.Guard.Board.Join()),
            (worker, tile) =>
            {
                cancellation.ThrowIfCancellationRequested();
                run.Guard.Memory?.Check();
                if (records?.Find(tile) is { } earlier) return earlier;
                TileCalls done = worker.Process(tile);
                records?.Keep(done);
                worker.Finish();
                run.Guard.Memory?.Check();
                return done;
            },
            done =>
            {
                long begin = Stopwatch.GetTimestamp();
                writing.Begin(done.Tile.Contig.Name, done.Tile.Start, done.Tile.End, WorkStage.Writing);
                writer.Add(done.Predictions, done.Blocks, (done.Tile.Contig.Index, done.Tile.End));
                writing.Finish();
                summary = new(
                    summary.Partitions + done.Tile.Partitions.Count,
                    summary.Candidates + done.Candidates,
                    summary.Images + done.Images,
                    summary.SmallModelCalls + done.SmallModelCalls,
                    summary.SmallModelWithdrawn + done.SmallModelWithdrawn,
                    0,
                    summary.StageOneSeconds + done.StageOneSeconds,
                    summary.StageTwoSeconds + done.StageTwoSeconds,
                    summary.StageThreeSeconds + Stopwatch.GetElapsedTime(begin).TotalSeconds)
                {
                    TakenOverPartitions = summary.TakenOverPartitions + (done.IsTakenOver ? done.Tile.Partitions.Count : 0),
                    UnphasedPartitions = summary.UnphasedPartitions + done.UnphasedPartitions,
                    ForcedAlleles = summary.ForcedAlleles + done.Forced,
                };
                if (done.IsTakenOver) run.Progress.TakeOver(done.Tile.Bases);
                else run.Progress.Add(done.Tile.Bases, done.Candidates, done.Images, done.SmallModelCalls);
            },
            run.Guard.Memory is { } memory ? memory.SendsHome : null,
            cancellation);
        long last = Stopwatch.GetTimestamp();
        writing.Reopen(WorkStage.Writing);
        writer.Complete();
        records?.Complete();
        foreach (string line in backends.Report()) run.Log(line);
        return summary with
        {
            Records = writer.Count,
            ForcedRecords = writer.ForcedCount,
            StageThreeSeconds = summary.StageThreeSeconds + Stopwatch.GetElapsedTime(last).TotalSeconds,
            Seconds = Stopwatch.GetElapsedTime(first).TotalSeconds,
            GpuBusyShare = backends.BusyShare,
        };
    }
}
