using Shrike.Cli.Flags;
using Shrike.Formats;
using Shrike.Formats.TfRecord;
using Shrike.Inference.CallVariants;
using Shrike.Inference.Models;

namespace Shrike.Cli.Commands;

/// <summary><c>shrike call-variants</c>: stage 2 with files.</summary>
internal static class CallVariantsCommand
{
    /// <summary>The original starts no more.</summary>
    private const int MostWriters = 16;

    public static void Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        var f = new FlagSet("call-variants", "runs the network on examples");
        Flag<string> examples = f.Text("examples", "examples: a name, NAME@N, or a pattern", required: true);
        Flag<string> output = f.Text("outfile", "predictions to write: NAME.tfrecord.gz", required: true);
        Flag<string> checkpoint = f.Text("checkpoint", "model folder", required: true);
        Flag<int> limit = f.Integer("limit", "stop after so many examples, 0 for all", 0, 0);
        Flag<bool> allowEmpty = f.Switch("allow_empty_examples", "no examples are an empty result", true);
        Flag<int> threads = f.Integer("threads", "threads, 0 for all", 0, 0, 1024);
        Flag<string> shape = f.Choice("model_shape_check", "what examples of another shape are", "error", "error", "warn");
        Flag<string> damaged = f.Choice("damaged_records", "what a damaged record means", "fail", "fail", "stop");
        var device = new DeviceFlag(f);
        var precision = new PrecisionFlag(f);
        Flag<int> batch = f.Integer("batch_size", "examples handed to a thread at once, 0 for what suits the device; results do not depend on it", 0, 0, 65_536);
        Flag<int> writers = f.Integer("writer_threads", "files to write, 0 for one, 16 at most; an --outfile that is a shard's name is always one", 0, 0);
        Flag<bool> debug = f.Switch("include_debug_info", "put image, predicted label, type and curation into every prediction");
        Flag<bool> trueLabel = f.Switch("debugging_true_label_mode", "require a label in every example; with --include_debug_info it is put into the prediction");
        Flag<string> rounding = f.Choice("cvo_rounding", "arithmetic of the smallest of three probabilities", "float32", "float32", "float64");
        f.Ignored("max_batches", "num_readers", "execution_hardware", "config_string", "kmp_blocktime", "num_input_shards", "shm_prefix");
        f.Unsupported(("activation_layers", ""), ("stream_examples", "false"));
        if (!f.Parse(arguments, context.Output)) return;
        int shards = Math.Clamp(writers.Value, 1, MostWriters);
        foreach (string name in f.GivenInVain) context.Log($"--{name} changes nothing here");
        ModelPackage model = ModelPackage.Load(checkpoint.Value);
        precision.Check(model);
        OutputNames.Check(CallVariantsDriver.OutputPaths(output.Value, shards), ShardedName.Resolve(examples.Value));
        long count = CallVariantsDriver.Run(
            new CallVariantsRun
            {
                Examples = examples.Value,
                Output = output.Value,
                Model = model,
                Device = device.Choose(context.Log),
                Threads = StageOneFlags.Threads(threads),
                Limit = limit.Value,
                AllowEmpty = allowEmpty.Value,
                ShapeMismatchIsError = shape.Value == "error",
                Damaged = damaged.Value == "stop" ? DamagedRecords.Stop : DamagedRecords.Fail,
                BatchSize = batch.Value,
                OutputShards = shards,
                Debug = new DebugContent(debug.Value, trueLabel.Value),
                Rounding = rounding.Value == "float64" ? CvoRounding.Float64 : CvoRounding.Float32,
            },
            context.Log,
            context.Cancellation);
        context.Log($"{count} predictions");
    }
}
