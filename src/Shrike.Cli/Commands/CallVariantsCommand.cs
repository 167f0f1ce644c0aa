using Shrike.Cli.Flags;
using Shrike.Formats.TfRecord;
using Shrike.Inference.CallVariants;
using Shrike.Inference.Models;

namespace Shrike.Cli.Commands;

/// <summary><c>shrike call-variants</c>: stage 2 with files.</summary>
internal static class CallVariantsCommand
{
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
        f.Ignored("batch_size", "writer_threads", "max_batches", "num_readers", "execution_hardware", "config_string", "kmp_blocktime", "num_input_shards", "shm_prefix");
        f.Unsupported(("include_debug_info", "false"), ("debugging_true_label_mode", "false"), ("activation_layers", ""), ("stream_examples", "false"), ("cvo_rounding", "float32"));
        if (!f.Parse(arguments, context.Output)) return;
        ModelPackage model = ModelPackage.Load(checkpoint.Value);
        precision.Check(model);
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
            },
            context.Log,
            context.Cancellation);
        context.Log($"{count} predictions");
    }
}
