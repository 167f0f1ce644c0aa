using System.Diagnostics;
using Shrike.Calling;
using Shrike.Core;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Partitioning;
using Shrike.Examples.Pileup;
using Shrike.Formats.Messages;
using Shrike.Hts;
using Shrike.Inference;
using Shrike.Inference.CallVariants;
using Shrike.Inference.Models;

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
    public static CallingSummary Run(CallingRun run, InputPreflight inputs, CancellationToken cancellation = default)
    {
        IReadOnlyList<Contig> common = CallingRegions.CommonContigs(inputs.Reference, inputs.ReadContigs);
        RegionSet regions = CallingRegions.Select(inputs.Reference, common, run.Regions, "");
        List<Tile> tiles = Tile.Group(CallingRegions.Partition(regions, run.PartitionSize), inputs.Reference, TileBases);
        using ReferenceReader reference = ReferenceReader.Open(run.Stage.Reference);
        using var writer = new CallWriter(run.Calling, reference, run.SampleName, run.Vcf, run.Gvcf, withModelId: run.Stage.SmallModel is not null, run.HeaderLines);
        using var backends = new NetworkBackends(run.Model, run.Device);
        CallingSummary summary = default;
        run.Progress.Begin(tiles.Sum(t => t.Partitions.Sum(p => (long)p.Length)));
        long first = Stopwatch.GetTimestamp();
        OrderedPipeline.Run(
            tiles,
            run.Threads,
            run.Threads * 4,
            () => new Worker(run, backends.ForThread()),
            (worker, tile) =>
            {
                cancellation.ThrowIfCancellationRequested();
                return worker.Process(tile);
            },
            done =>
            {
                long begin = Stopwatch.GetTimestamp();
                writer.Add(done.Predictions, done.Blocks, (done.Tile.Contig.Index, done.Tile.End));
                summary = new(
                    summary.Partitions + done.Tile.Partitions.Count,
                    summary.Candidates + done.Candidates,
                    summary.Images + done.Predictions.Count - done.SmallModelCalls,
                    summary.SmallModelCalls + done.SmallModelCalls,
                    summary.SmallModelWithdrawn + done.SmallModelWithdrawn,
                    0,
                    summary.StageOneSeconds + done.StageOneSeconds,
                    summary.StageTwoSeconds + done.StageTwoSeconds,
                    summary.StageThreeSeconds + Stopwatch.GetElapsedTime(begin).TotalSeconds)
                {
                    UnphasedPartitions = summary.UnphasedPartitions + done.UnphasedPartitions,
                };
                run.Progress.Add(done.Tile.Partitions.Sum(p => p.Length), done.Candidates, done.Predictions.Count - done.SmallModelCalls, done.SmallModelCalls);
            },
            cancellation);
        long last = Stopwatch.GetTimestamp();
        writer.Complete();
        foreach (string line in backends.Report()) run.Log(line);
        return summary with
        {
            Records = writer.Count,
            StageThreeSeconds = summary.StageThreeSeconds + Stopwatch.GetElapsedTime(last).TotalSeconds,
            Seconds = Stopwatch.GetElapsedTime(first).TotalSeconds,
            GpuBusyShare = backends.BusyShare,
        };
    }

    private sealed record TileCalls(Tile Tile, List<CallVariantsOutput> Predictions, List<Variant> Blocks, int Candidates, int SmallModelCalls, int SmallModelWithdrawn, int UnphasedPartitions, double StageOneSeconds, double StageTwoSeconds);

    private sealed class Worker : IDisposable
    {
        private readonly TileProcessor _processor;
        private readonly INetworkBackend _backend;
        private readonly IPaintingBackend? _painting;
        private readonly ExampleSet _examples;
        private readonly int _classes;
        private float[] _probabilities = [];

        public Worker(CallingRun run, INetworkBackend backend)
        {
            ModelDescription model = run.Model.Description;
            _processor = new TileProcessor(run.Stage);
            _backend = backend;
            PileupOptions pileup = run.Stage.Pileup!;
            _painting = run.PaintsOnDevice ? backend as IPaintingBackend : null;
            _examples = new ExampleSet(pileup.ImageBytes, _painting is null ? null : PileupEncoder.NewCompact(pileup));
            _classes = model.Classes;
        }

        public TileCalls Process(Tile tile)
        {
            long begin = Stopwatch.GetTimestamp();
            _examples.Clear();
            List<PartitionResult> partitions = _processor.Process(tile, _examples);
            double first = Stopwatch.GetElapsedTime(begin).TotalSeconds;
            begin = Stopwatch.GetTimestamp();
            if (_probabilities.Length < _examples.Count * _classes) _probabilities = new float[_examples.Count * _classes * 2];
            if (_examples.Compact is { } compact) _painting!.Run(compact, _probabilities);
            else _backend.Run(_examples.Images.Span, _examples.Count, _probabilities);
            var predictions = new List<CallVariantsOutput>(_examples.Count);
            for (int i = 0; i < _examples.Count; i++)
            {
                ExampleKey key = _examples.Keys[i];
                predictions.Add(Predictions.Build(key.Variant, key.AltIndices, _probabilities.AsSpan(i * _classes, _classes)));
            }

            double second = Stopwatch.GetElapsedTime(begin).TotalSeconds;
            int small = partitions.Sum(p => p.SmallModelPredictions.Count);
            if (small > 0) predictions = [.. predictions.Concat(partitions.SelectMany(p => p.SmallModelPredictions)).OrderBy(c => c.Variant.Start).ThenBy(c => c.Variant.End)];
            return new TileCalls(tile, predictions, [.. partitions.SelectMany(p => p.Gvcf)], partitions.Sum(p => p.Candidates), small, partitions.Sum(p => p.SmallModelWithdrawn), partitions.Count(p => p.Phases?.IsSkipped == true), first, second);
        }

        public void Dispose()
        {
            _processor.Dispose();
            _backend.Dispose();
        }
    }
}
