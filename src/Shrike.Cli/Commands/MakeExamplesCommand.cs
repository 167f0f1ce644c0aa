using Shrike.Cli.Flags;
using Shrike.Core;
using Shrike.Core.Guarding;
using Shrike.Examples.Candidates;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Partitioning;
using Shrike.Examples.Realigning;
using Shrike.Formats.Examples;
using Shrike.Hts;
using Shrike.Inference.Models;
using Shrike.Inference.SmallModels;

namespace Shrike.Cli.Commands;

/// <summary><c>shrike make-examples</c>: stage 1 with files.</summary>
internal static class MakeExamplesCommand
{
    private const string Finder = "very_sensitive_caller";
    private const string Importer = "vcf_candidate_importer";

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
        Flag<string> caller = f.Choice("variant_caller", "where candidates come from: the reads, or the records of a VCF", Finder, Finder, Importer);
        Flag<string> proposed = f.Text("proposed_variants", "VCF whose records become the candidates with --variant_caller vcf_candidate_importer; in training it is the truth");
        Flag<bool> runInformation = f.Switch("write_run_info", "write options, counts and resources to EXAMPLES.run_info.pbtxt");
        Flag<bool> smallRows = f.Switch("write_small_model_examples", "in training mode: also write labelled rows for a small model, to NAME_small_model.tfrecord.gz");
        Flag<bool> noImages = f.Switch("skip_pileup_image_generation", "with --write_small_model_examples: only those rows");
        var stage = new StageOneFlags(f);
        var smallModel = new SmallModelFlags(f);
        var labels = new TrainingFlags(f);
        var phaseTables = new PhaseTableFlags(f);
        var guards = new GuardFlags(f);
        if (!f.Parse(arguments, context.Output)) return;
        bool training = mode.Value == "training";
        bool imports = caller.Value == Importer;
        bool sweep = mode.Value == "candidate_sweep";
        if (sweep != (positions.Value.Length > 0)) throw ShrikeException.Usage("--candidate_positions belongs to --mode candidate_sweep, which needs it");
        if (useSmall.Value && small.Value.Length == 0) throw ShrikeException.Usage("--call_small_model_examples needs --trained_small_model_path");
        if (training && gvcf.Value.Length > 0) throw ShrikeException.Usage("--gvcf does not go with --mode training");
        if (training && useSmall.Value) throw ShrikeException.Usage("--call_small_model_examples does not go with --mode training: a site it answers would have no image to learn from");
        if (imports && useSmall.Value) throw ShrikeException.Usage("--call_small_model_examples does not go with --variant_caller vcf_candidate_importer");
        if (imports && sweep) throw ShrikeException.Usage("--variant_caller vcf_candidate_importer does not go with --mode candidate_sweep");
        if (training && proposed.Value.Length > 0) throw ShrikeException.Usage("--proposed_variants does not go with --mode training: sites to import come from --truth_variants");
        if (imports && !training && proposed.Value.Length == 0) throw ShrikeException.Usage("--variant_caller vcf_candidate_importer needs --proposed_variants, the sites to call");
        if (!imports && proposed.Value.Length > 0) throw ShrikeException.Usage("--proposed_variants needs --variant_caller vcf_candidate_importer");
        if (smallRows.Value && !training) throw ShrikeException.Usage("--write_small_model_examples belongs to --mode training");
        if (noImages.Value && !smallRows.Value) throw ShrikeException.Usage("--skip_pileup_image_generation needs --write_small_model_examples: without both nothing would be made");
        labels.Validate(training, imports);
        if (smallRows.Value && labels.HasOwnClasses) throw ShrikeException.Usage("--write_small_model_examples needs labels that are genotypes, not --labeler_algorithm customized_classes_labeler");
        CheckNames();
        (RunGuard guard, int workers) = guards.Build(StageOneFlags.Threads(threads), context.Log, s => context.Log(s.ToString()));
        SmallModelPackage? package = useSmall.Value && !sweep ? SmallModelPackage.Load(small.Value, stage.ContextWindow.Value) : null;
        int[] list = (sweep || noImages.Value) && channels.Value.Length == 0 ? [] : ChannelsOf(checkpoint.Value, channels.Value, stage);
        InputPreflight inputs = InputPreflight.Check(reference.Value, reads.Value.Split(',', StringSplitOptions.RemoveEmptyEntries), context.Log, sample.Value);
        StageOneOptions options = stage.Build(reference.Value, reads.Value, list, gvcf.Value.Length > 0, inputs.Reference, inputs.SampleName);
        options = phaseTables.Apply(options, task.Value);
        if (package is not null) options = smallModel.Apply(options, package, null, stage.ContextWindow.IsSet, context.Log);
        if (smallRows.Value) options = smallModel.ForTraining(options);
        if (noImages.Value) options = options with { Pileup = null };
        if (sweep) options = options with { PositionsOnly = true };
        if (training) options = options with { Labelling = labels.Build(ref inputs, reads.Value, imports, context.Log) };
        CallingRegions.Check(inputs.Reference, CallingRegions.CommonContigs(inputs.Reference, inputs.ReadContigs, inputs.TruthContigs), regions.Value, exclude.Value, context.Log);
        if (gvcf.Value.Length > 0) stage.Haploid.Warn(inputs.Reference, likelihoods: true, context.Log);
        if (imports) options = options with { Import = Import(training ? labels.Truth : proposed.Value, training, inputs, context.Log) };
        DiskSpace.WarnIfLow([.. ((string[])[examples.Value, candidates.Value, gvcf.Value]).Where(o => o != "/dev/null"), positions.Value], context.Log);
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
                ReadPhases = phaseTables.Reads,
                PhasingErrors = phaseTables.Errors,
                ConfidentRegions = labels.Confident,
                WriteRunInformation = runInformation.Value,
                Task = task.Value,
                Regions = regions.Value,
                ExcludeRegions = exclude.Value,
                PartitionSize = partition.Value,
                Threads = workers,
                Guard = guard,
                Log = context.Log,
                Gzip = compression.Value == "gzip",
                SequencingType = Array.IndexOf(["", "WGS", "WES", "TRIO"], sequencing.Value),
            },
            inputs,
            context.Cancellation);
        context.Log($"{summary.Candidates} candidates, {summary.Examples} examples in {summary.Partitions} partitions");
        if (summary.Stats is { } s && training) context.Log($"examples by class 0, 1, 2: {s.NumClass0}, {s.NumClass1}, {s.NumClass2}; SNPs {s.NumSnps}, indels {s.NumIndels}");
        if (summary.Labelling is { } l) context.Log($"truth: {l.NTruePositiveSites} of {l.NTruthVariantSites} sites have a candidate; {l.NFalsePositiveSites} of {l.NCandidateVariantSites} confident candidates are false");
        if (options.Phasing is { OutputPhaseInformation: true }) context.Log($"{summary.PhasedSites} candidate variants phased");
        PhasingFlags.LogUnphased(summary.UnphasedPartitions, context.Log);
        if (package is not null) context.Log($"{summary.SmallModelCalls} small model examples called");
        if (summary.SmallModelUnsupported > 0) context.Log($"{summary.SmallModelUnsupported} sites were not offered to the small model: an ALT of theirs has no read");
        SmallModelFlags.LogWithdrawn(summary.SmallModelWithdrawn, context.Log);

        void CheckNames()
        {
            string OfTask(string spec, string master) => spec.Length == 0 ? "" : MakeExamplesDriver.Output(spec, task.Value, master).Path;
            string made = OfTask(examples.Value, examples.Value);
            string[] beside = made == "/dev/null" ? [] : [ExampleInfo.PathFor(made), useSmall.Value ? MakeExamplesDriver.SmallModelPath(made) : "", smallRows.Value ? MakeExamplesDriver.SmallModelExamplesPath(made) : ""];
            OutputNames.Check(
                [made, .. beside, .. ((string[])[candidates.Value, gvcf.Value, phaseTables.Reads, phaseTables.Errors]).Select(o => OfTask(o, examples.Value)), OfTask(positions.Value, positions.Value)],
                [.. reads.Value.Split(','), reference.Value, .. RegionParser.Files(regions.Value), .. RegionParser.Files(exclude.Value), .. stage.Inputs, .. labels.Inputs, proposed.Value]);
        }
    }

    /// <summary>The sites to import; says which contigs of the reference their VCF does not know.</summary>
    private static SiteImportOptions Import(string path, bool training, InputPreflight inputs, Action<string> log)
    {
        using VcfReader reader = VcfReader.Open(path);
        HashSet<string> known = [.. reader.Header.Contigs.Select(c => c.Name)];
        string[] unknown = [.. CallingRegions.CommonContigs(inputs.Reference, inputs.ReadContigs, inputs.TruthContigs).Select(c => c.Name).Where(c => !known.Contains(c))];
        if (unknown.Length > 0) log($"{path}: no site on {string.Join(", ", unknown.Take(3))}{(unknown.Length > 3 ? ", ..." : "")}, which its header does not have");
        if (known.Count > 0) _ = reader.Query(known.First(), 0, 1);
        return new SiteImportOptions(path, training);
    }

    private static int[] ChannelsOf(string checkpoint, string list, StageOneFlags stage)
    {
        if (checkpoint.Length > 0)
        {
            if (File.Exists(Path.Combine(checkpoint, "model.json"))) return ModelPackage.Load(checkpoint).Description.Channels;
            string folder = File.Exists(Path.Combine(checkpoint, "saved_model.pb")) ? checkpoint : Path.GetDirectoryName(checkpoint) ?? ".";
            return ExampleInfo.Read(Path.Combine(folder, "example_info.json")).Channels;
        }

        return list.Length > 0 ? stage.Channels(list) : throw ShrikeException.Usage("--channel_list is required (or --checkpoint, whose model knows its channels)");
    }
}
