using System.Diagnostics;
using Shrike.Core.Guarding;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Pileup;
using Shrike.Formats;
using Shrike.Formats.Messages;
using Shrike.Inference;
using Shrike.Inference.CallVariants;
using Shrike.Inference.Models;

namespace Shrike.Pipeline.Engine;

/// <summary>What stages 1 and 2 made of a tile.</summary>
/// <param name="Tile">The tile.</param>
/// <param name="Predictions">Of the network and the small model, by start and end.</param>
/// <param name="Blocks">Reference blocks, if asked for.</param>
/// <param name="Candidates">Candidate sites.</param>
/// <param name="SmallModelCalls">How many of the predictions are the small model's.</param>
/// <param name="SmallModelWithdrawn">Sites without a call, as the small model answered them in part and the rest could not be drawn.</param>
/// <param name="UnphasedPartitions">Partitions of too many candidates to phase.</param>
/// <param name="Images">How many are the network's.</param>
/// <param name="Forced">Alleles of given sites.</param>
/// <param name="StageOneSeconds">Seconds of stage 1.</param>
/// <param name="StageTwoSeconds">Seconds of the network.</param>
internal sealed record TileCalls(Tile Tile, List<CallVariantsOutput> Predictions, List<Variant> Blocks, int Candidates, int SmallModelCalls, int SmallModelWithdrawn, int UnphasedPartitions, int Images, int Forced, double StageOneSeconds, double StageTwoSeconds)
{
    /// <summary>An earlier run has made it.</summary>
    public bool IsTakenOver { get; init; }
}

/// <summary>Stages 1 and 2 on one thread: a tile's images are seen by the network while they are in the cache.</summary>
internal sealed class TileCaller : IDisposable
{
    private readonly TileProcessor _processor;
    private readonly INetworkBackend _backend;
    private readonly IPaintingBackend? _painting;
    private readonly ExampleSet _examples;
    private readonly WorkPost? _post;
    private readonly int _classes;
    private float[] _probabilities = [];

    /// <param name="run">What to do.</param>
    /// <param name="backend">The network, this thread's own; disposed with this.</param>
    /// <param name="post">Where to say which tile is in work; null for nowhere.</param>
    public TileCaller(CallingRun run, INetworkBackend backend, WorkPost? post = null)
    {
        _post = post;
        ModelDescription model = run.Model.Description;
        _processor = new TileProcessor(run.Stage, post);
        _backend = backend;
        PileupOptions pileup = run.Stage.Pileup!;
        _painting = run.PaintsOnDevice ? backend as IPaintingBackend : null;
        _examples = new ExampleSet(pileup.ImageBytes, _painting is null ? null : PileupEncoder.NewCompact(pileup));
        _classes = model.Classes;
    }

    /// <summary>Takes a tile through both stages.</summary>
    public TileCalls Process(Tile tile)
    {
        long begin = Stopwatch.GetTimestamp();
        _examples.Clear();
        List<PartitionResult> partitions = _processor.Process(tile, _examples);
        double first = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        begin = Stopwatch.GetTimestamp();
        _post?.Go(WorkStage.Network);
        List<CallVariantsOutput> predictions = Predict(_examples);
        double second = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        int images = predictions.Count;
        int small = partitions.Sum(p => p.SmallModelPredictions.Count);
        int forced = partitions.Sum(p => p.Forced);
        if (small + forced > 0)
        {
            // Of one place the site of the reads comes first, whole.
            predictions = [.. predictions.Concat(partitions.SelectMany(p => p.SmallModelPredictions)).Concat(partitions.SelectMany(p => p.Unanswered))
                .OrderBy(c => c.Variant.Start).ThenBy(c => c.Variant.End).ThenBy(c => ForcedSite.IsMarked(c.Variant))];
        }

        return new TileCalls(tile, predictions, [.. partitions.SelectMany(p => p.Gvcf)], partitions.Sum(p => p.Candidates), small, partitions.Sum(p => p.SmallModelWithdrawn), partitions.Count(p => p.Phases?.IsSkipped == true), images, forced, first, second);
    }

    /// <summary>What the network says of images, in their order.</summary>
    public List<CallVariantsOutput> Predict(ExampleSet examples)
    {
        if (_probabilities.Length < examples.Count * _classes) _probabilities = new float[examples.Count * _classes * 2];
        if (examples.Compact is { } compact) _painting!.Run(compact, _probabilities);
        else _backend.Run(examples.Images.Span, examples.Count, _probabilities);
        var predictions = new List<CallVariantsOutput>(examples.Count);
        for (int i = 0; i < examples.Count; i++)
        {
            ExampleKey key = examples.Keys[i];
            predictions.Add(Predictions.Build(key.Variant, key.AltIndices, _probabilities.AsSpan(i * _classes, _classes)));
        }

        return predictions;
    }

    /// <summary>The tile's work is done, and recorded where it is to be.</summary>
    public void Finish() => _post?.Finish();

    /// <inheritdoc/>
    public void Dispose()
    {
        _processor.Dispose();
        _backend.Dispose();
    }
}
