using Shrike.Calling;
using Shrike.Calling.PostprocessVariants;
using Shrike.Cli.Flags;
using Shrike.Core;
using Shrike.Examples.Partitioning;
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
        Flag<string> output = f.Text("outfile", "VCF to write; .gz is compressed and indexed", required: true);
        Flag<string> blocks = f.Text("nonvariant_site_tfrecord_path", "reference records of make-examples");
        Flag<string> gvcf = f.Text("gvcf_outfile", "gVCF to write");
        Flag<double> qual = f.Number("qual_filter", "calls with a lower QUAL are LowQual", 1);
        Flag<double> multi = f.Number("multi_allelic_qual_filter", "ALTs with a lower QUAL are pruned", 1);
        Flag<double> homRef = f.Number("cnn_homref_call_min_gq", "reference calls with a lower GQ become no-calls", 20);
        Flag<bool> group = f.Switch("group_variants", "merge the predictions of one site", true);
        Flag<bool> pass = f.Switch("only_keep_pass", "write only PASS records to the VCF");
        Flag<string> haploid = f.Text("haploid_contigs", "contigs with one copy, separated by commas or blanks");
        Flag<string> par = f.Text("par_regions_bed", "BED of regions of them with two copies");
        Flag<string> sample = f.Text("sample_name", "sample name where the records have none");
        Flag<bool> resolve = f.Switch("disable_haplotype_resolution", "leave overlapping calls as they are");
        f.Ignored("cpus", "num_partitions", "regions", "vcf_stats_report");
        f.Unsupported(("use_multiallelic_model", "false"), ("debug_output_all_candidates", ""), ("process_somatic", "false"), ("pon_filtering", ""), ("postprocess_cuts", "safe"));
        if (!f.Parse(arguments, context.Output)) return;
        static string? OrNull(Flag<string> flag) => flag.Value.Length > 0 ? flag.Value : null;
        using ReferenceReader contigs = ReferenceReader.Open(reference.Value);
        long records = PostprocessDriver.Run(new PostprocessRun
        {
            Reference = reference.Value,
            Predictions = input.Value,
            SmallModelPredictions = OrNull(small),
            Vcf = output.Value,
            NonVariantRecords = OrNull(blocks),
            Gvcf = OrNull(gvcf),
            SampleName = OrNull(sample),
            Calling = new CallingOptions
            {
                QualFilter = qual.Value,
                MultiAllelicQualFilter = multi.Value,
                HomRefMinGq = homRef.Value,
                GroupVariants = group.Value,
                OnlyKeepPass = pass.Value,
                DisableHaplotypeResolution = resolve.Value,
                HaploidContigs = haploid.Value.Split([',', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries).ToHashSet(),
                PseudoAutosomal = par.Value.Length == 0 ? null : new RegionSet(RegionParser.ReadBed(par.Value), contigs.Contigs),
            },
        });
        context.Log($"{records} records");
    }
}
