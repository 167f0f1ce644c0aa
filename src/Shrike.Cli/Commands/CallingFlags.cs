using System.Globalization;
using Shrike.Calling;
using Shrike.Cli.Flags;
using Shrike.Core;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Partitioning;
using Shrike.Examples.Pileup;
using Shrike.Inference.Cuda;
using Shrike.Inference.Models;
using Shrike.Inference.SmallModels;
using Shrike.Pipeline.Engine;

namespace Shrike.Cli.Commands;

/// <summary>A run that is ready to begin.</summary>
/// <param name="Run">What to do.</param>
/// <param name="Inputs">The inputs, checked.</param>
/// <param name="SmallModel">The small model; null without one.</param>
/// <param name="SmallModelFolder">Its folder; empty without one.</param>
/// <param name="MultiallelicFolder">Folder of the model of sites with two ALTs; empty without one.</param>
internal sealed record CallingSetup(CallingRun Run, InputPreflight Inputs, SmallModelPackage? SmallModel, string SmallModelFolder, string MultiallelicFolder)
{
    /// <summary>Every model there can be, and where it is; empty for none.</summary>
    public IReadOnlyList<(string Name, string Path)> Models => [("the model", Run.Model.Path), ("the small model", SmallModelFolder), ("the model of sites with two ALTs", MultiallelicFolder)];

    /// <summary>Header lines that name the models.</summary>
    public IEnumerable<string> ModelLines
    {
        get
        {
            ModelDescription model = Run.Model.Description;
            yield return $"##shrike_model=<ID={model.Name},Version={model.Version},SHA256={model.WeightsSha256}>";
            if (SmallModel?.Description is { } small) yield return $"##shrike_small_model=<ID={small.Name},Version={small.Version},SHA256={small.WeightsSha256}>";
            if (Run.Calling.MultiallelicModel?.Description is { } multiallelic) yield return $"##shrike_multiallelic_model=<ID={multiallelic.Name},Version={multiallelic.Version},SHA256={multiallelic.WeightsSha256}>";
        }
    }
}

/// <summary>The flags that decide what is called, shared by run and explain.</summary>
internal sealed class CallingFlags
{
    private readonly FlagSet _flags;
    private readonly Flag<string> _type, _model, _reference, _reads, _regions, _exclude, _sample, _customSmall, _multiallelic;
    private readonly Flag<int> _partition;
    private readonly Flag<bool> _noSmall, _useMultiallelic;
    private readonly DeviceFlag _device;
    private readonly PrecisionFlag _precision;
    private readonly StageOneFlags _stage;
    private readonly SmallModelFlags _smallModel;

    /// <param name="f">Receives the flags.</param>
    /// <param name="declareOutputs">Declares the command's own flags, which stand behind those of the inputs.</param>
    public CallingFlags(FlagSet f, Action declareOutputs)
    {
        _flags = f;
        _type = f.Text("model_type", $"kind of reads, which sets flags that are not given: {ModelType.Names}; WGS and WES have a default model");
        _model = f.Text("customized_model", "model folder instead of the default one");
        _reference = f.Text("ref", "reference FASTA with .fai", required: true);
        _reads = f.Text("reads", "BAM or CRAM files with index, separated by commas", required: true);
        declareOutputs();
        _regions = f.Text("regions", "regions to call: literals or BED files, separated by blanks");
        _exclude = f.Text("exclude_regions", "regions to leave out");
        _sample = f.Text("sample_name", "sample name instead of the header's");
        _partition = f.Integer("partition_size", "most bases of a partition", 1000, 1);
        f.Replaced("give the flags in it by themselves", "make_examples_extra_args", "call_variants_extra_args", "postprocess_variants_extra_args");
        f.Ignored("logging_dir", "runtime_report", "postprocess_cpus", "use_hp_information");
        f.Unsupported(("call_small_model_examples", "false"), ("trained_small_model_path", ""), ("proposed_variants", ""), ("variant_caller", "very_sensitive_caller"), ("write_run_info", "false"), ("output_local_read_phasing", ""), ("output_phasing_error_stats", ""));
        _noSmall = f.Switch("disable_small_model", "leave all candidates to the network");
        _customSmall = f.Text("customized_small_model", "folder of a small model instead of the default one");
        _useMultiallelic = f.Switch("use_multiallelic_model", "genotype sites with two ALTs by a model of their own: that of --multiallelic_model, or the one that goes with the default network; --nouse_...: each genotype by the smallest of its votes", true);
        _multiallelic = f.Text("multiallelic_model", "that model: a package or a SavedModel folder");
        _device = new DeviceFlag(f);
        _precision = new PrecisionFlag(f);
        _stage = new StageOneFlags(f);
        _smallModel = new SmallModelFlags(f);
    }

    /// <summary>Alignment files as given.</summary>
    public string Reads => _reads.Value;

    /// <summary>Files that are read, of those that the user names.</summary>
    public IEnumerable<string> Inputs => [.. _reads.Value.Split(','), _reference.Value, .. RegionParser.Files(_regions.Value), .. RegionParser.Files(_exclude.Value), .. _stage.Inputs];

    /// <summary>Flags of stage 1.</summary>
    public StageOneFlags Stage => _stage;

    /// <summary>The type of model where the user names neither type nor model.</summary>
    public void PresetType(string type)
    {
        if (_model.Value.Length == 0) _flags.Preset("model_type", type);
    }

    /// <summary>Loads the models, checks the inputs, and says what to do; outputs and threads are the command's to add.</summary>
    /// <param name="command">Name of the command, for messages.</param>
    /// <param name="gvcf">Reference records are wanted.</param>
    /// <param name="paintsOnDevice">A GPU is to paint the images.</param>
    /// <param name="log">Receives remarks.</param>
    /// <exception cref="ShrikeException">Flags, models and inputs do not fit together.</exception>
    public CallingSetup Build(string command, bool gvcf, bool paintsOnDevice, Action<string> log)
    {
        if (_type.Value.Length == 0 && _model.Value.Length == 0) throw ShrikeException.Usage($"shrike {command}: --model_type must be given ({ModelType.Names}), or --customized_model");
        ModelType? preset = _type.Value.Length > 0 ? ModelType.Find(_type.Value) : null;
        preset?.Apply(_flags);
        if (SmallModelPackage.IsOne(_model.Value)) throw ShrikeException.Usage($"--customized_model {_model.Value}: is a small model: give it as --customized_small_model");
        ModelPackage package = ModelPackage.Load(_model.Value.Length > 0 ? _model.Value : ModelPackage.DefaultFolder(_type.Value, _precision.IsInt8));
        _precision.Check(package);

        // The model knows better than its type how wide its images are.
        _flags.Preset("pileup_image_width", package.Description.Shape[1].ToString(CultureInfo.InvariantCulture));
        bool isWgs = preset?.Name == "WGS";
        string smallFolder = _noSmall.Value ? "" : _customSmall.Value.Length > 0 ? _customSmall.Value : isWgs ? ModelFolders.Find("wgs-small") : "";
        SmallModelPackage? small = smallFolder.Length == 0 ? null : SmallModelPackage.Load(smallFolder, _stage.ContextWindow.Value);
        if (small is not null) _flags.Preset("track_ref_reads", "true");
        DeviceChoice where = _device.Choose(log);
        if (paintsOnDevice && where.Gpus.Count == 0) throw ShrikeException.Usage("--painter gpu needs a GPU: add --device cuda, or leave it out");
        InputPreflight inputs = InputPreflight.Check(_reference.Value, _reads.Value.Split(',', StringSplitOptions.RemoveEmptyEntries), log, _sample.Value);
        CallingRegions.Check(inputs.Reference, CallingRegions.CommonContigs(inputs.Reference, inputs.ReadContigs), _regions.Value, _exclude.Value, log);
        _stage.Haploid.Warn(inputs.Reference, gvcf, log);
        string name = inputs.SampleName;
        StageOneOptions options = _stage.Build(_reference.Value, _reads.Value, package.Description.Channels, gvcf, inputs.Reference, name);
        if (options.DownsampleFraction > 0) throw ShrikeException.Usage("--downsample_fraction belongs to make-examples: a call from a share of the reads is made by samtools view -s before the run");
        int[] shape = package.Description.Shape;
        if (options.Pileup!.ImageHeight != shape[0] || options.Pileup.Width != shape[1]) throw ShrikeException.Usage($"the model {package.Description.Name} takes images of {shape[0]} x {shape[1]}, not {options.Pileup.ImageHeight} x {options.Pileup.Width}: leave out --pileup_image_height and --pileup_image_width{(shape[0] == 3 * options.Pileup.Height ? " and add --alt_aligned_pileup rows" : "")}");
        if (paintsOnDevice) _ = PileupEncoder.NewCompact(options.Pileup);
        if (small is not null)
        {
            options = options with { Counter = options.Counter with { TrackReferenceReads = true } };
            options = _smallModel.Apply(options, small, preset?.SmallModelThresholds, _stage.ContextWindow.IsSet, log);
        }

        if (!_useMultiallelic.Value && _multiallelic.IsSet) throw ShrikeException.Usage("--nouse_multiallelic_model and --multiallelic_model contradict each other");
        string multiallelicFolder = !_useMultiallelic.Value ? "" : _multiallelic.Value.Length > 0 ? _multiallelic.Value : _model.Value.Length == 0 ? ModelFolders.Find("wgs-multiallelic") : "";
        if (_useMultiallelic.IsSet && _useMultiallelic.Value && multiallelicFolder.Length == 0) throw ShrikeException.Usage("--use_multiallelic_model: none goes with --customized_model: name one with --multiallelic_model");
        var run = new CallingRun
        {
            Stage = options,
            Model = package,
            Device = where,
            PaintsOnDevice = paintsOnDevice,
            Log = log,
            SampleName = name,
            Vcf = "",
            Regions = _regions.Value,
            ExcludeRegions = _exclude.Value,
            PartitionSize = _partition.Value,
            Calling = new CallingOptions { MultiallelicModel = PostprocessVariantsCommand.Model(false, multiallelicFolder), HaploidContigs = _stage.Haploid.OfCalls, PseudoAutosomal = _stage.Haploid.TwoCopies(inputs.Reference) },
        };
        return new CallingSetup(run, inputs, small, smallFolder, multiallelicFolder);
    }
}
