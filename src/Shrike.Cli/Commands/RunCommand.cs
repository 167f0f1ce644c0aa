using System.Globalization;
using System.Text.Json.Nodes;
using Shrike.Calling;
using Shrike.Calling.Statistics;
using Shrike.Calling.Statistics.Report;
using Shrike.Cli.Flags;
using Shrike.Core;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Pileup;
using Shrike.Examples.Realigning;
using Shrike.Inference.Cuda;
using Shrike.Inference.Models;
using Shrike.Inference.SmallModels;
using Shrike.Pipeline.Engine;
using Shrike.Pipeline.Telemetry;

namespace Shrike.Cli.Commands;

/// <summary><c>shrike run</c>: reads to calls in one process.</summary>
internal static class RunCommand
{
    public static void Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        using var telemetry = new RunTelemetry();
        try
        {
            Run(arguments, context, telemetry);
        }
        catch (Exception e)
        {
            telemetry.Fail(e);
            throw;
        }
    }

    private static void Run(IReadOnlyList<string> arguments, CommandContext context, RunTelemetry telemetry)
    {
        var f = new FlagSet("run", "calls variants: reads in, VCF and gVCF out");
        Flag<string> type = f.Text("model_type", $"kind of reads, which sets flags that are not given: {ModelType.Names}; WGS and WES have a default model");
        Flag<string> model = f.Text("customized_model", "model folder instead of the default one");
        Flag<string> reference = f.Text("ref", "reference FASTA with .fai", required: true);
        Flag<string> reads = f.Text("reads", "BAM or CRAM files with index, separated by commas", required: true);
        Flag<string> vcf = f.Text("output_vcf", "VCF to write; .gz is compressed and indexed, .bcf is BCF", required: true);
        Flag<string> gvcf = f.Text("output_gvcf", "gVCF to write");
        Flag<string> regions = f.Text("regions", "regions to call: literals or BED files, separated by blanks");
        Flag<string> sample = f.Text("sample_name", "sample name instead of the header's");
        Flag<int> shards = f.Integer("num_shards", "threads", 0, 0, 1024);
        Flag<int> threads = f.Integer("threads", "threads, 0 for all; wins over --num_shards", 0, 0, 1024);
        Flag<int> partition = f.Integer("partition_size", "most bases of a partition", 1000, 1);
        Flag<bool> quiet = f.Switch("quiet", "print nothing but errors");
        Flag<string> jsonLog = f.Text("log_json", "log for machines to write, one JSON object a line");
        Flag<bool> page = f.Switch("vcf_stats_report", "write a page of charts of the calls beside the VCF, NAME" + VisualReport.Extension);
        Flag<string> pageTitle = f.Text("report_title", "heading of that page; the sample's name if not given");
        f.Ignored("intermediate_results_dir", "logging_dir", "runtime_report", "postprocess_cpus", "use_hp_information");
        f.Unsupported(("call_small_model_examples", "false"), ("trained_small_model_path", ""), ("make_examples_extra_args", ""), ("call_variants_extra_args", ""), ("postprocess_variants_extra_args", ""), ("dry_run", "false"), ("proposed_variants", ""), ("variant_caller", "very_sensitive_caller"), ("write_run_info", "false"), ("output_local_read_phasing", ""), ("output_phasing_error_stats", ""));
        Flag<bool> noSmall = f.Switch("disable_small_model", "leave all candidates to the network");
        Flag<string> customSmall = f.Text("customized_small_model", "folder of a small model instead of the default one");
        Flag<string> multiallelic = f.Text("multiallelic_model", "model that genotypes sites with two ALTs, a SavedModel folder");
        var device = new DeviceFlag(f);
        Flag<string> painter = f.Choice("painter", "who paints the images that a GPU sees: cpu, or gpu from rows of bases; the calls are the same", "cpu", "cpu", "gpu");
        var precision = new PrecisionFlag(f);
        var stage = new StageOneFlags(f);
        var smallModel = new SmallModelFlags(f);
        if (!f.Parse(arguments, context.Output)) return;
        telemetry.Open(quiet.Value ? _ => { } : context.Log, quiet.Value ? null : Terminal(), jsonLog.Value.Length > 0 ? new JsonLog(jsonLog.Value) : null);
        Action<string> log = telemetry.Print;
        if (type.Value.Length == 0 && model.Value.Length == 0) throw ShrikeException.Usage($"shrike run: --model_type must be given ({ModelType.Names}), or --customized_model");
        ModelType? preset = type.Value.Length > 0 ? ModelType.Find(type.Value) : null;
        if (page.Value && AtomicFile.IsDevicePath(vcf.Value)) throw ShrikeException.Usage($"--vcf_stats_report reads the calls again, which {vcf.Value} does not keep: write them to a file, or leave the flag out");
        preset?.Apply(f);
        if (SmallModelPackage.IsOne(model.Value)) throw ShrikeException.Usage($"--customized_model {model.Value}: is a small model: give it as --customized_small_model");
        ModelPackage package = ModelPackage.Load(model.Value.Length > 0 ? model.Value : ModelPackage.DefaultFolder(type.Value, precision.IsInt8));
        precision.Check(package);

        // The model knows better than its type how wide its images are.
        f.Preset("pileup_image_width", package.Description.Shape[1].ToString(CultureInfo.InvariantCulture));
        bool isWgs = preset?.Name == "WGS";
        string smallFolder = noSmall.Value ? "" : customSmall.Value.Length > 0 ? customSmall.Value : isWgs ? ModelFolders.Find("wgs-small") : "";
        SmallModelPackage? small = smallFolder.Length == 0 ? null : SmallModelPackage.Load(smallFolder, stage.ContextWindow.Value);
        if (small is not null) f.Preset("track_ref_reads", "true");
        DeviceChoice where = device.Choose(log);
        if (painter.Value == "gpu" && where.Gpus.Count == 0) throw ShrikeException.Usage("--painter gpu needs a GPU: add --device cuda, or leave it out");
        InputPreflight inputs = InputPreflight.Check(reference.Value, reads.Value.Split(',', StringSplitOptions.RemoveEmptyEntries), log);
        string name = sample.Value.Length > 0 ? sample.Value : inputs.SampleName;
        StageOneOptions options = stage.Build(reference.Value, reads.Value, package.Description.Channels, gvcf.Value.Length > 0, inputs.Reference, name);
        if (options.DownsampleFraction > 0) throw ShrikeException.Usage("--downsample_fraction belongs to make-examples: a call from a share of the reads is made by samtools view -s before the run");
        int[] shape = package.Description.Shape;
        if (options.Pileup!.ImageHeight != shape[0] || options.Pileup.Width != shape[1]) throw ShrikeException.Usage($"the model {package.Description.Name} takes images of {shape[0]} x {shape[1]}, not {options.Pileup.ImageHeight} x {options.Pileup.Width}: leave out --pileup_image_height and --pileup_image_width{(shape[0] == 3 * options.Pileup.Height ? " and add --alt_aligned_pileup rows" : "")}");
        if (painter.Value == "gpu") _ = PileupEncoder.NewCompact(options.Pileup);
        if (small is not null)
        {
            options = options with { Counter = options.Counter with { TrackReferenceReads = true } };
            options = smallModel.Apply(options, small, preset?.SmallModelThresholds, stage.ContextWindow.IsSet, log);
        }

        using RealignerDiagnostics? diagnostics = stage.Diagnostics(reads.Value);
        options = options with { Diagnostics = diagnostics };
        int workers = StageOneFlags.Threads(threads.Value > 0 ? threads : shards);
        telemetry.Begin(() => new JsonObject { ["version"] = Version.Text, ["command"] = f.CommandLine(), ["sample"] = name, ["model"] = package.Description.Name, ["small_model"] = small?.Description.Name, ["gpus"] = where.Gpus.Count, ["threads"] = workers });
        CallingSummary summary = CallingEngine.Run(
            new CallingRun
            {
                Stage = options,
                Model = package,
                Device = where,
                PaintsOnDevice = painter.Value == "gpu",
                Log = log,
                SampleName = name,
                Vcf = vcf.Value,
                Gvcf = gvcf.Value.Length > 0 ? gvcf.Value : null,
                Regions = regions.Value,
                PartitionSize = partition.Value,
                Threads = workers,
                Progress = telemetry.Progress,
                Calling = new CallingOptions { MultiallelicModel = PostprocessVariantsCommand.Model(false, multiallelic.Value), HaploidContigs = stage.HaploidContigs, PseudoAutosomal = stage.PseudoAutosomal(inputs.Reference) },
                HeaderLines =
                [
                    $"##shrike_version={Version.Text}",
                    $"##shrike_command={f.CommandLine("output_vcf", "output_gvcf", "num_shards", "threads", "quiet", "device", "devices", "painter", "vcf_stats_report", "report_title", "log_json")}",
                    $"##shrike_model=<ID={package.Description.Name},Version={package.Description.Version},SHA256={package.Description.WeightsSha256}>",
                    .. small is null ? [] : new[] { $"##shrike_small_model=<ID={small.Description.Name},Version={small.Description.Version},SHA256={small.Description.WeightsSha256}>" },
                ],
            },
            inputs,
            context.Cancellation);
        if (page.Value) log("written: " + VisualReport.Write(VcfStatistics.Read(vcf.Value), VisualReport.BaseOf(vcf.Value), vcf.Value, pageTitle.Value));
        SmallModelFlags.LogWithdrawn(summary.SmallModelWithdrawn, log);
        PhasingFlags.LogUnphased(summary.UnphasedPartitions, log);
        telemetry.End(summary, workers, small is not null);
    }

    /// <summary>Standard error, if it is a terminal that can take a line back.</summary>
    private static TextWriter? Terminal() => Console.IsErrorRedirected || Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb" ? null : Console.Error;
}
