using System.Globalization;
using Shrike.Calling;
using Shrike.Cli.Flags;
using Shrike.Core;
using Shrike.Examples.MakeExamples;
using Shrike.Inference.Cuda;
using Shrike.Inference.Models;
using Shrike.Pipeline.Engine;

namespace Shrike.Cli.Commands;

/// <summary><c>shrike run</c>: reads to calls in one process.</summary>
internal static class RunCommand
{
    public static void Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        var f = new FlagSet("run", "calls variants: reads in, VCF and gVCF out");
        Flag<string> type = f.Text("model_type", "default model: WGS or WES");
        Flag<string> model = f.Text("customized_model", "model folder instead of the default one");
        Flag<string> reference = f.Text("ref", "reference FASTA with .fai", required: true);
        Flag<string> reads = f.Text("reads", "BAM or CRAM files with index, separated by commas", required: true);
        Flag<string> vcf = f.Text("output_vcf", "VCF to write; .gz is compressed and indexed", required: true);
        Flag<string> gvcf = f.Text("output_gvcf", "gVCF to write");
        Flag<string> regions = f.Text("regions", "regions to call: literals or BED files, separated by blanks");
        Flag<string> sample = f.Text("sample_name", "sample name instead of the header's");
        Flag<int> shards = f.Integer("num_shards", "threads", 0, 0, 1024);
        Flag<int> threads = f.Integer("threads", "threads, 0 for all; wins over --num_shards", 0, 0, 1024);
        Flag<int> partition = f.Integer("partition_size", "most bases of a partition", 1000, 1);
        Flag<bool> quiet = f.Switch("quiet", "print nothing but errors");
        f.Ignored("intermediate_results_dir", "logging_dir", "runtime_report", "vcf_stats_report", "report_title", "postprocess_cpus", "disable_small_model", "use_hp_information");
        f.Unsupported(("customized_small_model", ""), ("make_examples_extra_args", ""), ("call_variants_extra_args", ""), ("postprocess_variants_extra_args", ""), ("dry_run", "false"));
        var device = new DeviceFlag(f);
        var stage = new StageOneFlags(f);
        if (!f.Parse(arguments, context.Output)) return;
        Action<string> log = quiet.Value ? _ => { } : context.Log;
        if (type.Value.Length == 0 && model.Value.Length == 0) throw ShrikeException.Usage("shrike run: --model_type (WGS or WES) must be given, or --customized_model");
        ModelPackage package = ModelPackage.Load(model.Value.Length > 0 ? model.Value : ModelPackage.DefaultFolder(type.Value));
        DeviceChoice where = device.Choose(log);
        InputPreflight inputs = InputPreflight.Check(reference.Value, reads.Value.Split(',', StringSplitOptions.RemoveEmptyEntries), log);
        string name = sample.Value.Length > 0 ? sample.Value : inputs.SampleName;
        StageOneOptions options = stage.Build(reference.Value, reads.Value, package.Description.Channels, gvcf.Value.Length > 0, inputs.Reference, name);
        int[] shape = package.Description.Shape;
        if (options.Pileup!.Height != shape[0] || options.Pileup.Width != shape[1]) throw ShrikeException.Usage($"the model {package.Description.Name} takes images of {shape[0]} x {shape[1]}: leave out --pileup_image_height and --pileup_image_width");
        CallingSummary summary = CallingEngine.Run(
            new CallingRun
            {
                Stage = options,
                Model = package,
                Device = where,
                SampleName = name,
                Vcf = vcf.Value,
                Gvcf = gvcf.Value.Length > 0 ? gvcf.Value : null,
                Regions = regions.Value,
                PartitionSize = partition.Value,
                Threads = StageOneFlags.Threads(threads.Value > 0 ? threads : shards),
                Calling = new CallingOptions { HaploidContigs = stage.HaploidContigs, PseudoAutosomal = stage.PseudoAutosomal(inputs.Reference) },
                HeaderLines = [$"##shrike_version={Version.Text}", $"##shrike_model=<ID={package.Description.Name},Version={package.Description.Version},SHA256={package.Description.WeightsSha256}>"],
            },
            inputs,
            context.Cancellation);
        log("called without local realignment, which this version does not have: indels are less accurate");
        log(string.Create(
            CultureInfo.InvariantCulture,
            $"{summary.Candidates} candidates, {summary.Images} images, {summary.Records} records; core seconds: examples {summary.StageOneSeconds:F2}, network {summary.StageTwoSeconds:F2}, calls {summary.StageThreeSeconds:F2}"));
    }
}
