using Shrike.Cli.Flags;
using Shrike.Core;
using Shrike.Examples.Alleles;
using Shrike.Examples.Candidates;
using Shrike.Examples.Gvcf;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Partitioning;
using Shrike.Examples.Pileup;
using Shrike.Examples.Reads;
using Shrike.Examples.Realigning;
using Shrike.Formats;
using Variant = Shrike.Formats.Messages.Variant;

namespace Shrike.Cli.Commands;

/// <summary>The flags that decide what stage 1 makes, shared by make-examples and run.</summary>
internal sealed class StageOneFlags
{
    private readonly Flag<bool> _useRefForCram, _keepDuplicates, _keepSupplementary, _keepSecondary, _originalQualities;
    private readonly Flag<int> _minMapq, _minBaseq, _maxReads, _maxBases, _minCountSnps, _minCountIndels, _window, _gqBin, _width, _height;
    private readonly Flag<double> _minFractionSnps, _minFractionIndels, _multiplier, _pError, _downsample;
    private readonly Flag<bool> _normalize, _legacy, _track, _medianDepth, _otherAlt;
    private readonly RealignerFlags _realigner;
    private readonly HaploidFlags _haploid;
    private readonly PhasingFlags _phasing;
    private readonly Flag<string> _select, _multiAllelic, _shuffle, _altAligned, _altTypes, _population;

    public StageOneFlags(FlagSet f)
    {
        _realigner = new RealignerFlags(f);
        _useRefForCram = f.Switch("use_ref_for_cram", "decode CRAM against --ref", true);
        _keepDuplicates = f.Switch("keep_duplicates", "use reads marked as duplicates");
        _keepSupplementary = f.Switch("keep_supplementary_alignments", "use supplementary alignments");
        _keepSecondary = f.Switch("keep_secondary_alignments", "use secondary alignments");
        _originalQualities = f.Switch("use_original_quality_scores", "take base qualities from the OQ tag");
        _minMapq = f.Integer("min_mapping_quality", "smallest mapping quality of a read", 5, 0, 255);
        _minBaseq = f.Integer("min_base_quality", "smallest base quality that counts", 10, 0, 255);
        _downsample = f.Number("downsample_fraction", "share of the reads to keep, 0 for all; the draws go on from partition to partition, so one thread works", 0);
        _maxReads = f.Integer("max_reads_per_partition", "most reads of a partition, 0 for all", 1500, 0);
        _maxBases = f.Integer("max_reads_for_dynamic_bases_per_region", "most read bases per base of a partition, 0 for all", 0, 0);
        _normalize = f.Switch("normalize_reads", "left-align the indels of every read");
        _legacy = f.Switch("keep_legacy_allele_counter_behavior", "older rule for low base qualities");
        _track = f.Switch("track_ref_reads", "record which reads support the reference");
        _minCountSnps = f.Integer("vsc_min_count_snps", "fewest reads of a SNP allele", 2, 0);
        _minCountIndels = f.Integer("vsc_min_count_indels", "fewest reads of an indel allele", 2, 0);
        _minFractionSnps = f.Number("vsc_min_fraction_snps", "smallest fraction of a SNP allele", 0.12);
        _minFractionIndels = f.Number("vsc_min_fraction_indels", "smallest fraction of an indel allele", 0.06);
        _multiplier = f.Number("vsc_min_fraction_multiplier", "factor on both fractions in the second test", 1);
        _window = f.Integer("small_model_vaf_context_window_size", "positions of the allele-fraction window, odd", 51);
        _gqBin = f.Integer("gvcf_gq_binsize", "width of a GQ bin in the gVCF", 5, 1);
        _pError = f.Number("p_error", "probability that a read is wrong, for the gVCF", 0.001);
        _medianDepth = f.Switch("include_med_dp", "add the median depth to gVCF blocks");
        _haploid = new HaploidFlags(f, "commas");
        _select = f.Text("select_variant_types", "keep only these candidates: snps, indels, insertions, deletions, multi-allelics, all");
        _width = f.Integer("pileup_image_width", "columns of an image, 0 for 221", 0, 0);
        _height = f.Integer("pileup_image_height", "rows of an image, 0 for 100", 0, 0);
        _multiAllelic = f.Choice("multi_allelic_mode", "images of ALT pairs", "include_het_alt_images", "include_het_alt_images", "exclude_het_alt_images");
        _otherAlt = f.Switch("add_supporting_other_alt_color", "paint support of other ALTs darker");
        _phasing = new PhasingFlags(f);
        _shuffle = f.Choice("shuffle", "how rows are chosen in images of too many reads", "libstdcxx", "libstdcxx", "libcxx");
        _altAligned = f.Choice("alt_aligned_pileup", "show reads aligned to the ALT haplotypes too: as channels or rows more", "none", "none", "base_channels", "diff_channels", "rows");
        _altTypes = f.Choice("types_to_alt_align", "candidates whose reads are shown so", "indels", "indels", "all");
        _population = f.Text("population_vcfs", "VCFs whose INFO/AF the channel allele_frequency shows, separated by commas; * and ? match names");
        f.Ignored(
            "parse_sam_aux_fields", "aux_fields_to_keep", "trim_reads_for_pileup", "hts_block_size", "logging_every_n_candidates", "logging_level", "deterministic_serialization", "output_debug_info",
            "mean_coverage_per_sample", "sample_mean_coverage_on_calling_regions", "use_non_uniform_downsampling", "non_uniform_downsampling_threshold");
        f.Unsupported(
            ("create_complex_alleles", "false"), ("enable_methylation_calling", "false"), ("enable_methylation_aware_phasing", "false"),
            ("enable_joint_realignment", "false"), ("exclude_variants_vcf_filename", ""),
            ("training_random_emit_ref_sites", "0"), ("stream_examples", "false"), ("discard_non_dna_regions", "false"), ("runtime_by_region", ""), ("output_sitelist", "false"));
    }

    /// <summary>The options.</summary>
    public StageOneOptions Build(string reference, string reads, int[] channels, bool gvcf, IReadOnlyList<Contig>? contigs, string sample)
    {
        if (_window.Value > 0 && _window.Value % 2 == 0) throw ShrikeException.Usage("--small_model_vaf_context_window_size must be an odd number");
        if (!(_multiplier.Value > 0) || (_multiplier.Value > 1 && !double.IsPositiveInfinity(_multiplier.Value))) throw ShrikeException.Usage($"--vsc_min_fraction_multiplier must lie in (0, 1] or be inf, not {_multiplier.Value}");
        foreach (Flag<double> fraction in (Flag<double>[])[_minFractionSnps, _minFractionIndels, _pError])
        {
            if (!(fraction.Value >= 0)) throw ShrikeException.Usage($"--{fraction.Name} must not be negative");
        }

        if (!(_downsample.Value is >= 0 and <= 1)) throw ShrikeException.Usage($"--downsample_fraction must lie in 0 to 1, not {_downsample.Value}");
        var pileup = new PileupOptions
        {
            Channels = channels,
            Width = _width.Value == 0 ? 221 : _width.Value,
            Height = _height.Value == 0 ? 100 : _height.Value,
            MinMappingQuality = _minMapq.Value,
            MinBaseQuality = _minBaseq.Value,
            MarkOtherAlternates = _otherAlt.Value,
            HetAltImages = _multiAllelic.Value == "include_het_alt_images",
            SortByHaplotypes = _phasing.SortByHaplotypes,
            PolishedHaplotype = _phasing.PolishedHaplotype,
            Shuffle = _shuffle.Value == "libcxx" ? RowShuffle.LibCxx : RowShuffle.LibStdCxx,
            AltAligned = AltAligned,
            AltAlignsAllTypes = _altTypes.Value == "all",
            AltAligner = _realigner.Aligner,
        };
        if (channels.Length > 0) pileup.Validate();
        bool drawsFrequencies = channels.Contains(8);
        if (drawsFrequencies && _population.Value.Length == 0) throw ShrikeException.Usage("the channel allele_frequency needs --population_vcfs");
        if (!drawsFrequencies && _population.Value.Length > 0) throw ShrikeException.Usage("--population_vcfs needs the channel allele_frequency");
        return new StageOneOptions
        {
            Reference = reference,
            Reads = reads.Split(',', StringSplitOptions.RemoveEmptyEntries),
            UseReferenceForCram = _useRefForCram.Value,
            Filter = new ReadFilter
            {
                KeepDuplicates = _keepDuplicates.Value,
                KeepSupplementary = _keepSupplementary.Value,
                KeepSecondary = _keepSecondary.Value,
                MinMappingQuality = _minMapq.Value,
                UseOriginalQualities = _originalQualities.Value,
                ParseHaplotype = _phasing.ReadsTags(channels),
            },
            DownsampleFraction = _downsample.Value,
            MaxReadsPerPartition = _maxReads.Value,
            MaxBasesPerPosition = _maxBases.Value,
            Phasing = _phasing.Build(_track.Value),
            Realigner = _realigner.Build(_legacy.Value, _normalize.Value),
            Counter = new AlleleCounterOptions { MinBaseQuality = _minBaseq.Value, LegacyBehavior = _legacy.Value, NormalizeReads = _normalize.Value, TrackReferenceReads = _track.Value },
            Caller = new CandidateCallerOptions
            {
                SampleName = sample,
                MinCountSnps = _minCountSnps.Value,
                MinCountIndels = _minCountIndels.Value,
                MinFractionSnps = (float)_minFractionSnps.Value,
                MinFractionIndels = (float)_minFractionIndels.Value,
                MinFractionMultiplier = (float)_multiplier.Value,
                ContextWindowSize = _window.Value,
            },
            Gvcf = !gvcf
                ? null
                : new GvcfOptions
                {
                    SampleName = sample,
                    GqBinSize = _gqBin.Value,
                    ErrorProbability = (float)_pError.Value,
                    IncludeMedianDepth = _medianDepth.Value,
                    HaploidContigs = _haploid.OfLikelihoods,
                    PseudoAutosomal = _haploid.TwoCopies(contigs ?? []),
                },
            Pileup = channels.Length > 0 ? pileup : null,
            Population = drawsFrequencies ? PopulationVcfs.Open(_population.Value) : null,
            Select = Selector(),
        };
    }

    /// <summary>Positions of the allele-fraction window.</summary>
    public Flag<int> ContextWindow => _window;

    /// <summary>Contigs with one copy.</summary>
    public HaploidFlags Haploid => _haploid;

    /// <summary>Files that these flags name.</summary>
    public IEnumerable<string> Inputs => [_haploid.Bed, .. PopulationVcfs.Paths(_population.Value)];

    /// <summary>Where the realigner's doings are written; null if nobody asked.</summary>
    public RealignerDiagnostics? Diagnostics(string reads) => _realigner.Diagnostics(reads.Split(',')[0]);

    private Func<Variant, bool>? Selector()
    {
        string[] kinds = _select.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (kinds.Length == 0) return null;
        string[] known = ["snps", "indels", "insertions", "deletions", "multi-allelics", "all"];
        foreach (string kind in kinds)
        {
            if (!known.Contains(kind)) throw ShrikeException.Usage($"--select_variant_types: {kind} is not one of {string.Join(", ", known)}");
        }

        return v =>
        {
            string[] alts = [.. v.AlternateBases.Where(a => a is not ("<*>" or "<NON_REF>" or "."))];
            bool one = alts.Length == 1;
            bool indel = v.ReferenceBases.Length > 1 || alts.Any(a => a.Length > 1);
            return kinds.Any(k => k switch
            {
                "snps" => one && !indel,
                "indels" => one && indel,
                "insertions" => one && alts[0].Length > v.ReferenceBases.Length,
                "deletions" => one && alts[0].Length < v.ReferenceBases.Length,
                "multi-allelics" => alts.Length > 1,
                _ => true,
            });
        };
    }

    /// <summary>Number of threads: the flag, or all the process may use (SLURM_CPUS_PER_TASK and cgroups included).</summary>
    public static int Threads(Flag<int> flag)
    {
        if (flag.Value > 0) return flag.Value;
        return int.TryParse(Environment.GetEnvironmentVariable("SLURM_CPUS_PER_TASK"), out int slurm) && slurm > 0 ? slurm : Environment.ProcessorCount;
    }

    /// <summary>Channel numbers of a list, with those that --alt_aligned_pileup adds.</summary>
    public int[] Channels(string list) => [.. ChannelNames.Parse(list), .. PileupOptions.AltChannels(AltAligned)];

    private AltAlignedPileup AltAligned => _altAligned.Value switch
    {
        "base_channels" => AltAlignedPileup.BaseChannels,
        "diff_channels" => AltAlignedPileup.DiffChannels,
        "rows" => AltAlignedPileup.Rows,
        _ => AltAlignedPileup.None,
    };
}
