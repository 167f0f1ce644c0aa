using System.Globalization;
using System.Text;
using Shrike.Calling.Statistics.Report;
using Shrike.Cli.Commands;
using Shrike.Cli.Flags;
using Shrike.Core;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Pileup;
using Shrike.Formats;

namespace Shrike.Cli.Planning;

/// <summary>
/// A run as a bash script of its three stages, which gives the same records: all that a model type and its models imply is
/// spelled out. What a run can do and the stages cannot is refused, so that no plan gives another answer.
/// </summary>
internal sealed class StagePlan
{
    // Seen to below, one by one; every other flag must be one that a stage has too.
    private static readonly HashSet<string> SeenTo =
    [
        "model_type", "customized_model", "disable_small_model", "customized_small_model", "use_multiallelic_model", "multiallelic_model",
        "ref", "reads", "regions", "exclude_regions", "sample_name", "partition_size", "output_vcf", "output_gvcf", "vcf_stats_report", "report_title",
        "num_shards", "threads", "quiet", "print_plan", "dry_run", "intermediate_results_dir",
    ];

    // What a run makes of these depends on more than the flag.
    private static readonly HashSet<string> Decided = ["track_ref_reads", "pileup_image_width", "pileup_image_height", "small_model_snp_gq_threshold", "small_model_indel_gq_threshold"];

    private readonly FlagSet _flags;
    private readonly CallingSetup _setup;
    private readonly Flag[] _ofStageOne, _ofStageTwo;

    /// <param name="flags">The run's, parsed.</param>
    /// <param name="setup">What the run would do.</param>
    /// <exception cref="ShrikeException">A flag has no counterpart, or the inputs do not fit together (exit 2).</exception>
    public StagePlan(FlagSet flags, CallingSetup setup)
    {
        (_flags, _setup) = (flags, setup);
        _ofStageOne = Shared(f => _ = (new StageOneFlags(f), new SmallModelFlags(f), new GuardFlags(f)));
        _ofStageTwo = Shared(f => _ = (new DeviceFlag(f), new PrecisionFlag(f)));
        foreach (Flag flag in flags.Chosen.Where(f => f.ValueText != f.DefaultText))
        {
            if (flag.Name is "realigner_diagnostics" or "emit_realigned_reads") throw Refused(flag, "several tasks would write the same files");
            if (!SeenTo.Contains(flag.Name) && !_ofStageOne.Contains(flag) && !_ofStageTwo.Contains(flag)) throw Refused(flag, "a run in one process has it, but no stage");
            if (flag.Name == "haploid_contigs" && flag.ValueText.Any(char.IsWhiteSpace)) throw ShrikeException.Usage($"--print_plan: --haploid_contigs \"{flag.ValueText}\": put commas between the names: not all stages divide them at blanks");
        }

        _ = setup.Run.CalledRegions(setup.Inputs);
    }

    /// <summary>The script.</summary>
    /// <param name="vcf">Calls.</param>
    /// <param name="gvcf">Calls and reference blocks; empty for none.</param>
    /// <param name="pageTitle">Heading of the page of charts, empty for the sample's name; null without the page.</param>
    /// <param name="folder">Folder of the files between the stages; empty for one beside the VCF.</param>
    /// <param name="tasks">Tasks of stage 1, and threads of the others.</param>
    /// <exception cref="ShrikeException">An output cannot be written (exit 4), or nothing says where the files between the stages may go (exit 2).</exception>
    public string Write(string vcf, string gvcf, string? pageTitle, string folder, int tasks)
    {
        foreach (string output in (string[])[vcf, gvcf])
        {
            if (output.Length > 0) new AtomicFile(output).Dispose();
        }

        if (folder.Length == 0 && AtomicFile.IsDevicePath(vcf)) throw ShrikeException.Usage($"--print_plan: beside {vcf} there is no place for the files between the stages: add --intermediate_results_dir FOLDER");
        if (folder.Length == 0) folder = VisualReport.BaseOf(vcf) + ".intermediate";

        // Phase sets are numbered by task and partition: a second task would number them otherwise.
        bool isOneTask = _setup.Run.Stage.Phasing is { OutputPhaseInformation: true };
        int shards = isOneTask ? 1 : tasks;
        string Between(string name) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{name}.tfrecord@{shards}.gz"));
        string examples = Between("make_examples"), blocks = gvcf.Length > 0 ? Between("gvcf") : "";
        string predictions = Path.Combine(folder, "call_variants_output.tfrecord.gz");
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            #!/usr/bin/env bash
            # The stages of: {_flags.CommandLine("print_plan", "dry_run", "intermediate_results_dir", "quiet")}
            set -euo pipefail
            cd {ShellCommand.Quote(Environment.CurrentDirectory)}
            shrike() {"{"} {Program()} "$@"; {"}"}

            # Stage 1, reads to examples{(isOneTask ? ": one task of several threads, as phase sets are numbered by task." : shards > 1 ? $": these {shards} may run at the same time, on machines that share the folder." : ".")}

            """);
        for (int task = 0; task < shards; task++) text.Append(StageOne(examples, blocks, task, isOneTask ? tasks : 1)).Append('\n');
        text.Append("\n# Stage 2, examples to predictions.\n").Append(StageTwo(examples, predictions, tasks)).Append('\n');
        text.Append("\n# Stage 3, predictions to calls.\n").Append(StageThree(examples, predictions, blocks, vcf, gvcf, tasks)).Append('\n');
        if (pageTitle is not null) text.Append("\n# The page of charts, and the numbers below them.\n").Append(new ShellCommand("shrike stats").With("input_vcf", vcf).With("title", pageTitle)).Append('\n');
        return text.Append(CultureInfo.InvariantCulture, $"\n# {ShellCommand.Quote(folder)} is not needed any more.\n").ToString();
    }

    private ShellCommand StageOne(string examples, string blocks, int task, int threads)
    {
        StageOneOptions stage = _setup.Run.Stage;
        PileupOptions pileup = stage.Pileup!;
        ShellCommand command = new ShellCommand("shrike make-examples")
            .With("mode", "calling")
            .With("ref", stage.Reference)
            .With("reads", string.Join(',', stage.Reads))
            .With("examples", examples)
            .With("gvcf", blocks)
            .With("task", task)
            .With("threads", threads)
            .With("regions", _setup.Run.Regions)
            .With("exclude_regions", _setup.Run.ExcludeRegions)
            .With("partition_size", _setup.Run.PartitionSize)
            .With("sample_name", _setup.Run.SampleName)
            .With("channel_list", string.Join(',', pileup.Channels.SkipLast(PileupOptions.AltChannels(pileup.AltAligned).Length).Select(ChannelNames.NameOf)))
            .With("pileup_image_width", pileup.Width)
            .With("pileup_image_height", pileup.Height)
            .Switch("track_ref_reads", stage.Counter.TrackReferenceReads)
            .With(_ofStageOne.Where(f => !Decided.Contains(f.Name)));
        return stage.SmallModel is not { } small ? command : command
            .Switch("call_small_model_examples", true)
            .With("trained_small_model_path", _setup.SmallModelFolder)
            .With("small_model_snp_gq_threshold", small.SnpThreshold)
            .With("small_model_indel_gq_threshold", small.IndelThreshold);
    }

    private ShellCommand StageTwo(string examples, string predictions, int threads) =>
        new ShellCommand("shrike call-variants").With("examples", examples).With("outfile", predictions).With("checkpoint", _setup.Run.Model.Path).With("threads", threads).With(_ofStageTwo);

    private ShellCommand StageThree(string examples, string predictions, string blocks, string vcf, string gvcf, int threads) => new ShellCommand("shrike postprocess-variants")
        .With("ref", _setup.Run.Stage.Reference)
        .With("infile", predictions.Replace(".tfrecord.gz", "@1.tfrecord.gz", StringComparison.Ordinal))
        .With("small_model_cvo_records", _setup.SmallModel is null ? null : MakeExamplesDriver.SmallModelPath(examples))
        .With("outfile", vcf)
        .With("nonvariant_site_tfrecord_path", blocks)
        .With("gvcf_outfile", gvcf)
        .With("cpus", threads)
        .With("sample_name", _setup.Run.SampleName)
        .With("multiallelic_model", _setup.MultiallelicFolder)
        .With(_ofStageOne.Where(f => f.Name is "haploid_contigs" or "par_regions_bed"))
        .With("header_lines", string.Join('\n', [$"##shrike_version={Version.Text}", .. _setup.ModelLines]));

    /// <summary>Flags in force that a stage declares too.</summary>
    private Flag[] Shared(Action<FlagSet> declare)
    {
        var stage = new FlagSet("", "");
        declare(stage);
        return [.. _flags.Chosen.Where(f => stage.Declares(f.Name))];
    }

    private static ShrikeException Refused(Flag flag, string why) => ShrikeException.Usage($"--print_plan: --{flag.Name} has no place in a plan of the stages ({why}): leave it out");

    /// <summary>This program, as bash can start it from anywhere.</summary>
    private static string Program()
    {
        string process = Environment.ProcessPath ?? "shrike";
        bool isHost = Path.GetFileNameWithoutExtension(process) == "dotnet";
        return ShellCommand.Quote(process) + (isHost ? " " + ShellCommand.Quote(Path.Combine(AppContext.BaseDirectory, "shrike.dll")) : "");
    }
}
