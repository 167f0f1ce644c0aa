using Shrike.Cli.Flags;
using Shrike.Core;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Realigning;
using Shrike.Formats.Examples;
using Shrike.Inference.Models;
using Shrike.Inference.SmallModels;

namespace Shrike.Cli.Commands;

/// <summary><c>shrike make-examples</c>: stage 1 with files.</summary>
internal static class MakeExamplesCommand
{
    public static void Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        var f = new FlagSet("make-examples", "finds candidate variants and draws their pileup images");
        Flag<string> mode = f.Choice("mode", "what to make", "calling", "calling", "candidate_sweep", "training");
        Flag<string> reference = f.Text("ref", "reference FASTA with .fai", required: true);
        Flag<string> reads = f.Text("reads", "BAM or CRAM files with index, separated by commas", required: true);
        Flag<string> examples = f.Text("examples", "examples to write: NAME.tfrecord.gz, or NAME.tfrecord@N.gz of which --task is written; /dev/null writes nothing", required: true);
        Flag<string> candidates = f.Text("candidates", "candidates to write, sharded like the examples");
        Flag<string> gvcf = f.Text("gvcf", "reference records to write, sharded like the examples");
        Flag<string> positions = f.Text("candidate_positions", "candidate positions to write in candidate_sweep mode");
        Flag<string> checkpoint = f.Text("checkpoint", "model folder whose example_info.json or model.json gives the channels");
        Flag<string> channels = f.Text("channel_list", "channels of the images, e.g. BASE_CHANNELS,insert_size");
        Flag<string> regions = f.Text("regions", "regions to call: literals or BED files, separated by blanks");
        Flag<string> exclude = f.Text("exclude_regions", "regions to leave out");
        Flag<int> task = f.Integer("task", "which shard to write", 0, 0);
        Flag<int> partition = f.Integer("partition_size", "most bases of a partition", 1000, 1);
        Flag<string> sample = f.Text("sample_name", "sample name instead of the header's");
        Flag<string> sequencing = f.Choice("sequencing_type", "stored in the examples", "", "", "WGS", "WES", "TRIO");
        Flag<int> threads = f.Integer("threads", "threads, 0 for all", 1, 0, 1024);
        Flag<string> compression = f.Choice("intermediate_compression", "compression of the outputs", "gzip", "gzip", "none");
        Flag<bool> useSmall = f.Switch("call_small_model_examples", "let the small model answer easy candidates; its answers go to NAME_call_variant_outputs.tfrecord.gz");
        Flag<string> small = f.Text("trained_small_model_path", "folder of the small model");
        f.Unsupported(("write_small_model_examples", "false"), ("skip_pileup_image_generation", "false"));
        var stage = new StageOneFlags(f);
        var smallModel = new SmallModelFlags(f);
        if (!f.Parse(arguments, context.Output)) return;
        if (mode.Value == "training") throw ShrikeException.Usage("--mode training: this version makes training examples with shrike train, not with make-examples");
        bool sweep = mode.Value == "candidate_sweep";
        if (sweep != (positions.Value.Length > 0)) throw ShrikeException.Usage("--candidate_positions belongs to --mode candidate_sweep, which needs it");
        if (useSmall.Value && small.Value.Length == 0) throw ShrikeException.Usage("--call_small_model_examples needs --trained_small_model_path");
        SmallModelPackage? package = useSmall.Value && !sweep ? SmallModelPackage.Load(small.Value, stage.ContextWindow.Value) : null;
        int[] list = sweep && channels.Value.Length == 0 ? [] : ChannelsOf(checkpoint.Value, channels.Value);
        InputPreflight inputs = InputPreflight.Check(reference.Value, reads.Value.Split(',', StringSplitOptions.RemoveEmptyEntries), context.Log);
        StageOneOptions options = stage.Build(reference.Value, reads.Value, list, gvcf.Value.Length > 0, inputs.Reference, sample.Value.Length > 0 ? sample.Value : inputs.SampleName);
        if (package is not null) options = smallModel.Apply(options, package, null, stage.ContextWindow.IsSet, context.Log);
        if (sweep) options = options with { PositionsOnly = true };
        using RealignerDiagnostics? diagnostics = stage.Diagnostics(reads.Value);
        options = options with { Diagnostics = diagnostics };
        MakeExamplesSummary summary = MakeExamplesDriver.Run(
            new MakeExamplesRun
            {
                Stage = options with { KeepCandidates = candidates.Value.Length > 0 },
                Examples = examples.Value,
                Candidates = candidates.Value,
                Gvcf = gvcf.Value,
                CandidatePositions = positions.Value,
                Task = task.Value,
                Regions = regions.Value,
                ExcludeRegions = exclude.Value,
                PartitionSize = partition.Value,
                Threads = StageOneFlags.Threads(threads),
                Gzip = compression.Value == "gzip",
                SequencingType = Array.IndexOf(["", "WGS", "WES", "TRIO"], sequencing.Value),
            },
            inputs,
            context.Cancellation);
        context.Log($"{summary.Candidates} candidates, {summary.Examples} examples in {summary.Partitions} partitions");
        if (package is not null) context.Log($"{summary.SmallModelCalls} small model examples called");
        if (summary.SmallModelUnsupported > 0) context.Log($"{summary.SmallModelUnsupported} sites were not offered to the small model: an ALT of theirs has no read");
        SmallModelFlags.LogWithdrawn(summary.SmallModelWithdrawn, context.Log);
    }

    private static int[] ChannelsOf(string checkpoint, string list)
    {
        if (checkpoint.Length > 0)
        {
            if (File.Exists(Path.Combine(checkpoint, "model.json"))) return ModelPackage.Load(checkpoint).Description.Channels;
            string folder = File.Exists(Path.Combine(checkpoint, "saved_model.pb")) ? checkpoint : Path.GetDirectoryName(checkpoint) ?? ".";
            return ExampleInfo.Read(Path.Combine(folder, "example_info.json")).Channels;
        }

        return list.Length > 0 ? StageOneFlags.Channels(list) : throw ShrikeException.Usage("--channel_list is required (or --checkpoint, whose model knows its channels)");
    }
}
