using Shrike.Core;
using Shrike.Formats;
using Shrike.Formats.Examples;
using Shrike.Formats.Messages;
using Shrike.Formats.TfRecord;
using Shrike.Inference.Cuda;
using Shrike.Inference.Models;

namespace Shrike.Inference.CallVariants;

/// <summary>A run of stage 2 with files.</summary>
public sealed record CallVariantsRun
{
    /// <summary>Examples: a name, spec or pattern.</summary>
    public required string Examples { get; init; }

    /// <summary>Predictions: ends in .tfrecord.gz (a shard number is put in), or is a shard's name.</summary>
    public required string Output { get; init; }

    /// <summary>The model.</summary>
    public required ModelPackage Model { get; init; }

    /// <summary>Where the network runs.</summary>
    public DeviceChoice Device { get; init; } = new([], "");

    /// <summary>Threads, at least 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Stop after so many examples; 0 = all.</summary>
    public long Limit { get; init; }

    /// <summary>No example at all is an empty result, not an error.</summary>
    public bool AllowEmpty { get; init; } = true;

    /// <summary>What a shape that does not fit means: an error, or a warning.</summary>
    public bool ShapeMismatchIsError { get; init; } = true;

    /// <summary>What a damaged record means.</summary>
    public DamagedRecords Damaged { get; init; }

    /// <summary>Examples handed to a thread at once; 0 for what suits the device. Results do not depend on it.</summary>
    public int BatchSize { get; init; }

    /// <summary>Files to write, at least 1; batches take turns. A shard's name as output means one.</summary>
    public int OutputShards { get; init; } = 1;

    /// <summary>What of the examples goes into the predictions.</summary>
    public DebugContent Debug { get; init; }

    /// <summary>How the smallest probability is rounded.</summary>
    public CvoRounding Rounding { get; init; }
}

/// <summary>Stage 2 with files: reads examples, runs the network on N threads, writes predictions in the order read.</summary>
public static class CallVariantsDriver
{
    private const int OpenShards = 32;

    /// <summary>Runs; returns the number of predictions.</summary>
    public static long Run(CallVariantsRun run, Action<string> log, CancellationToken cancellation = default)
    {
        string[] outputs = OutputPaths(run.Output, run.OutputShards);
        string[] shards = ShardedName.Resolve(run.Examples);
        CheckShape(run, shards, log);
        using var backends = new NetworkBackends(run.Model, run.Device);
        var writers = new List<TfRecordWriter>();
        ModelDescription model = run.Model.Description;
        try
        {
            foreach (string output in outputs) writers.Add(new TfRecordWriter(output));
            int turn = 0;
            OrderedPipeline.Run(
                Batches(run, shards, run.BatchSize > 0 ? run.BatchSize : backends.BatchSize),
                run.Threads,
                run.Threads * 2,
                backends.ForThread,
                (backend, batch) => Predict(backend, batch, model, run),
                predictions =>
                {
                    TfRecordWriter writer = writers[turn++ % writers.Count];
                    foreach (CallVariantsOutput p in predictions) writer.Write(p);
                },
                cancellation: cancellation);
            long count = writers.Sum(w => w.Count);
            if (count == 0 && !run.AllowEmpty) throw ShrikeException.InvalidData($"{run.Examples}: holds no examples");
            foreach (TfRecordWriter writer in writers) writer.Complete();
            foreach (string line in backends.Report()) log(line);
            return count;
        }
        finally
        {
            foreach (TfRecordWriter writer in writers) writer.Dispose();
        }
    }

    private static CallVariantsOutput[] Predict(INetworkBackend backend, List<PileupExampleCodec.Decoded> batch, ModelDescription model, CallVariantsRun run)
    {
        int imageBytes = model.Shape[0] * model.Shape[1] * model.Shape[2];
        var images = new byte[batch.Count * imageBytes];
        for (int i = 0; i < batch.Count; i++) batch[i].Image.Span.CopyTo(images.AsSpan(i * imageBytes));
        var probabilities = new float[batch.Count * model.Classes];
        backend.Run(images, batch.Count, probabilities);
        var predictions = new CallVariantsOutput[batch.Count];
        for (int i = 0; i < predictions.Length; i++)
        {
            PileupExampleCodec.Decoded example = batch[i];
            predictions[i] = Predictions.Build(example.Variant, example.AltIndices.Indices, probabilities.AsSpan(i * model.Classes, model.Classes), run.Rounding);
            run.Debug.Fill(predictions[i], example, model.Shape);
        }

        return predictions;
    }

    private static IEnumerable<List<PileupExampleCodec.Decoded>> Batches(CallVariantsRun run, string[] shards, int batchSize)
    {
        int[] shape = run.Model.Description.Shape;
        int imageBytes = shape[0] * shape[1] * shape[2];
        var batch = new List<PileupExampleCodec.Decoded>();
        long read = 0;
        foreach ((TfRecordReader reader, string path) in Interleave(shards, run.Damaged))
        {
            string where = $"{path}: record {reader.Count}";
            PileupExampleCodec.Decoded example = PileupExampleCodec.Decode(reader.Current, where);
            if (example.Image.Length != imageBytes) throw ShrikeException.InvalidData($"{where}: its image has {example.Image.Length} bytes, but the model takes {shape[0]} x {shape[1]} x {shape[2]} = {imageBytes}");
            if (example.Variant.Calls.Count != 1) throw ShrikeException.InvalidData($"{where}: its variant has {example.Variant.Calls.Count} calls instead of one");
            if (run.Debug.TrueLabel && example.Label is null) throw ShrikeException.InvalidData($"{where}: has no label, which --debugging_true_label_mode needs: make the examples in training mode, or leave the flag out");
            batch.Add(example);
            if (batch.Count == batchSize)
            {
                yield return batch;
                batch = [];
            }

            if (++read == run.Limit) break;
        }

        if (batch.Count > 0) yield return batch;
    }

    /// <summary>One record of each open shard in turn; a shard that ends makes room for the next.</summary>
    private static IEnumerable<(TfRecordReader Reader, string Path)> Interleave(string[] shards, DamagedRecords damaged)
    {
        var open = new TfRecordReader?[Math.Min(OpenShards, shards.Length)];
        var names = new string[open.Length];
        int next = 0;
        try
        {
            for (int i = 0; i < open.Length; i++, next++) (open[i], names[i]) = (new TfRecordReader(shards[next], damaged), shards[next]);
            for (bool any = true; any;)
            {
                any = false;
                for (int i = 0; i < open.Length; i++)
                {
                    if (open[i] is null && next < shards.Length)
                    {
                        (open[i], names[i]) = (new TfRecordReader(shards[next], damaged), shards[next]);
                        next++;
                    }

                    if (open[i] is not { } reader) continue;
                    any = true;
                    if (reader.Read())
                    {
                        yield return (reader, names[i]);
                        continue;
                    }

                    reader.Dispose();
                    open[i] = null;
                }
            }
        }
        finally
        {
            foreach (TfRecordReader? reader in open) reader?.Dispose();
        }
    }

    /// <summary>Files that predictions go to.</summary>
    /// <param name="output">Ends in .tfrecord.gz, or is a shard's name.</param>
    /// <param name="shards">Files to write, at least 1.</param>
    /// <exception cref="ShrikeException">Another ending (exit 2).</exception>
    public static string[] OutputPaths(string output, int shards)
    {
        if (ShardedName.IsShard(output)) return [output];
        if (!output.EndsWith(".tfrecord.gz", StringComparison.Ordinal)) throw ShrikeException.Usage($"--outfile {output}: the name must end in .tfrecord.gz");
        return ShardedName.Expand(output.Replace(".tfrecord.gz", $"@{shards}.tfrecord.gz", StringComparison.Ordinal));
    }

    private static void CheckShape(CallVariantsRun run, string[] shards, Action<string> log)
    {
        string info = ExampleInfo.PathFor(ShardedName.Expand(run.Examples)[0]);
        if (!File.Exists(info)) info = ExampleInfo.PathFor(shards[0]);
        if (!File.Exists(info)) return;
        ExampleInfo examples = ExampleInfo.Read(info);
        ModelDescription model = run.Model.Description;
        string? problem = examples.Shape is { } shape && !shape.SequenceEqual(model.Shape)
            ? $"the images of {run.Examples} are {string.Join(" x ", shape)}, but the model {model.Name} takes {string.Join(" x ", model.Shape)}"
            : !examples.Channels.SequenceEqual(model.Channels)
                ? $"{run.Examples} has the channels {string.Join(",", examples.Channels)}, but the model {model.Name} takes {string.Join(",", model.Channels)}"
                : null;
        if (problem is null) return;
        string cure = $": make the examples with --channel_list {string.Join(",", model.Channels.Select(ChannelNames.NameOf))} or use the model they were made for";
        if (run.ShapeMismatchIsError) throw ShrikeException.Usage(problem + cure);
        log(problem);
    }
}
