using Shrike.Calling;
using Shrike.Calling.Genotyping;
using Shrike.Calling.PostprocessVariants;
using Shrike.Calling.Streaming;
using Shrike.Cli.Flags;
using Shrike.Core;
using Shrike.Examples.Partitioning;
using Shrike.Formats;
using Shrike.Formats.TfRecord;
using Shrike.Hts;

namespace Shrike.Cli.Commands;

/// <summary><c>shrike postprocess-variants</c>: stage 3 with files.</summary>
internal static class PostprocessVariantsCommand
{
    public static void Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        var f = new FlagSet("postprocess-variants", "turns predictions into a VCF and a gVCF");
        Flag<string> reference = f.Text("ref", "reference FASTA with .fai", required: true);
        Flag<string> input = f.Text("infile", "predictions of call-variants", required: true);
        Flag<string> small = f.Text("small_model_cvo_records", "predictions of the small model");
        Flag<string> output = f.Text("outfile", "VCF to write; .gz is compressed and indexed, .bcf is BCF", required: true);
        Flag<string> blocks = f.Text("nonvariant_site_tfrecord_path", "reference records of make-examples");
        Flag<string> gvcf = f.Text("gvcf_outfile", "gVCF to write");
        Flag<double> qual = f.Number("qual_filter", "calls with a lower QUAL are LowQual", 1);
        Flag<double> multi = f.Number("multi_allelic_qual_filter", "ALTs with a lower QUAL are pruned", 1);
        Flag<double> homRef = f.Number("cnn_homref_call_min_gq", "reference calls with a lower GQ become no-calls", 20);
        Flag<bool> group = f.Switch("group_variants", "merge the predictions of one site", true);
        Flag<bool> pass = f.Switch("only_keep_pass", "write only PASS records to the VCF");
        var haploid = new HaploidFlags(f, "commas or blanks");
        Flag<string> sample = f.Text("sample_name", "sample name where the records have none");
        Flag<bool> resolve = f.Switch("disable_haplotype_resolution", "leave overlapping calls as they are");
        Flag<int> cpus = f.Integer("cpus", "threads, 0 for all; without effect on the output", 0, 0, 1024);
        Flag<string> damaged = f.Choice("damaged_records", "what a damaged record means", "fail", "fail", "stop");
        Flag<bool> useModel = f.Switch("use_multiallelic_model", "genotype sites with two ALTs by the model of --multiallelic_model");
        Flag<string> modelFolder = f.Text("multiallelic_model", "that model, a package or a SavedModel folder; implies --use_multiallelic_model");
        Flag<string> candidates = f.Text("debug_output_all_candidates", "keep pruned ALTs in the ALT column, or list all in INFO: ALT or INFO");
        Flag<bool> somatic = f.Switch("process_somatic", "calls of a tumour alone: what is not homozygous for the ALT is GERMLINE");
        Flag<string> normals = f.Text("pon_filtering", "indexed VCF of a panel of normals, whose variants do not pass");
        Flag<string> cuts = f.Choice("postprocess_cuts", "where to cut the genome for the threads: where nothing is cut apart, or as the original", "safe", "safe", "equal");
        Flag<int> partitions = f.Integer("num_partitions", "parts of the genome with --postprocess_cuts equal, at least --cpus", 0, 0);
        Flag<string> regions = f.Text("regions", "regions to keep with --postprocess_cuts equal");
        Flag<string> lines = f.Text("header_lines", "further lines of the header, ##NAME=VALUE, with line breaks between them");
        f.Ignored("vcf_stats_report");
        if (!f.Parse(arguments, context.Output)) return;
        if (useModel.IsSet && !useModel.Value && modelFolder.Value.Length > 0) throw ShrikeException.Usage("--nouse_multiallelic_model and --multiallelic_model contradict each other");
        OutputNames.Check(
            [output.Value, gvcf.Value],
            [reference.Value, .. Shards(input, ShardedName.ResolvePredictions), .. Shards(small, ShardedName.ResolvePredictions), .. Shards(blocks, ShardedName.Resolve), haploid.Bed, normals.Value, .. RegionParser.Files(regions.Value)]);
        using ReferenceReader contigs = ReferenceReader.Open(reference.Value);
        int threads = StageOneFlags.Threads(cpus);
        bool equal = cuts.Value == "equal";
        if (!equal && (partitions.IsSet || regions.IsSet)) context.Log("note: --num_partitions and --regions have no effect without --postprocess_cuts equal: all records are used");
        else if (equal) CallingRegions.Check(contigs.Contigs, contigs.Contigs, regions.Value, "", context.Log);
        haploid.Warn(contigs.Contigs, likelihoods: false, context.Log);
        bool isDivided = equal && (!cpus.IsSet || cpus.Value > 0 || partitions.Value > 0);
        long records = PostprocessDriver.Run(
            new PostprocessRun
            {
                Reference = reference.Value,
                Predictions = input.Value,
                SmallModelPredictions = OrNull(small),
                Vcf = output.Value,
                NonVariantRecords = OrNull(blocks),
                Gvcf = OrNull(gvcf),
                SampleName = OrNull(sample),
                Threads = threads,
                HeaderLines = HeaderLines(lines.Value),
                Damaged = damaged.Value == "stop" ? DamagedRecords.Stop : DamagedRecords.Fail,
                Parts = isDivided ? GenomeParts.Divide(CallingRegions.Select(contigs.Contigs, contigs.Contigs, regions.Value, ""), Math.Max(partitions.Value, cpus.IsSet ? cpus.Value : threads), contigs.Contigs) : null,
                Calling = new CallingOptions
                {
                    QualFilter = qual.Value,
                    MultiAllelicQualFilter = multi.Value,
                    HomRefMinGq = homRef.Value,
                    GroupVariants = group.Value,
                    MultiallelicModel = Model(useModel.Value, modelFolder.Value),
                    AllCandidates = Candidates(candidates.Value, useModel.Value || modelFolder.Value.Length > 0),
                    OnlyKeepPass = pass.Value,
                    DisableHaplotypeResolution = resolve.Value,
                    HaploidContigs = haploid.OfCalls,
                    PseudoAutosomal = haploid.TwoCopies(contigs.Contigs),
                    Somatic = somatic.Value,
                    PanelOfNormals = normals.Value.Length == 0 ? null
                        : somatic.Value ? normals.Value : throw ShrikeException.Usage("--pon_filtering belongs to --process_somatic: give both"),
                },
            },
            context.Cancellation);
        context.Log($"{records} records");
    }

    private static string[] Shards(Flag<string> flag, Func<string, string[]> resolve) => flag.Value.Length > 0 ? resolve(flag.Value) : [];

    private static string[] HeaderLines(string text)
    {
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return Array.Find(lines, l => !l.StartsWith("##", StringComparison.Ordinal) || l.IndexOf('=', StringComparison.Ordinal) < 3 || l.Any(char.IsControl)) is { } bad
            ? throw ShrikeException.Usage($"--header_lines: \"{bad}\" is not ##NAME=VALUE")
            : lines;
    }

    private static string? OrNull(Flag<string> flag) => flag.Value.Length > 0 ? flag.Value : null;

    /// <summary>The model for sites with two ALTs, or null.</summary>
    internal static MultiallelicModel? Model(bool use, string folder)
    {
        if (folder.Length > 0) return MultiallelicModel.Load(folder);
        return use ? throw ShrikeException.Usage("--use_multiallelic_model: --multiallelic_model must name the model's folder (deepvariant/multiallelic_model in the original's sources)") : null;
    }

    private static AllCandidates Candidates(string value, bool hasModel) => value.ToUpperInvariant() switch
    {
        "" => AllCandidates.None,
        "INFO" => AllCandidates.Info,
        "ALT" => hasModel ? throw ShrikeException.Usage("--debug_output_all_candidates ALT cannot be had with the multi-allelic model: use INFO") : AllCandidates.Alt,
        _ => throw ShrikeException.Usage($"--debug_output_all_candidates: \"{value}\" is neither ALT nor INFO"),
    };
}
