using Shrike.Cli.Flags;
using Shrike.Core;
using Shrike.Examples.Realigning;
using Shrike.Examples.Realigning.Alignment;
using Shrike.Examples.Realigning.Assembly;
using Shrike.Examples.Realigning.Windows;
using Shrike.Hts;

namespace Shrike.Cli.Commands;

/// <summary>The flags of the local realigner.</summary>
internal sealed class RealignerFlags
{
    private readonly Flag<bool> _realign, _splitSkips, _realignAll, _strictInsertions, _useModel, _fastPass, _emitReads;
    private readonly Flag<int> _maxLength, _minSupport, _maxSupport, _minMapq, _minBaseq, _distance, _maxSize, _expansion;
    private readonly Flag<int> _minK, _maxK, _stepK, _graphMapq, _graphBaseq, _minEdge, _maxPaths;
    private readonly Flag<int> _match, _mismatch, _gapOpen, _gapExtend, _kmer, _maxMismatches;
    private readonly Flag<double> _similarity;
    private readonly Flag<string> _model, _diagnostics;

    // Keeps memory bounded whatever is asked for.
    private const int Longest = 100_000;

    public RealignerFlags(FlagSet f)
    {
        _realign = f.Switch("realign_reads", "assemble and realign reads locally", true);
        _maxLength = f.Integer("max_read_length_to_realign", "reads of more bases are not realigned, 0 for no limit", 500, 0);
        _splitSkips = f.Switch("split_skip_reads", "cut spliced reads at their introns before realignment");
        _realignAll = f.Switch("realign_all", "assemble every partition as a whole");
        _strictInsertions = f.Switch("enable_strict_insertion_filter", "one-base insertions need 8 % of the reads to open a window");
        _useModel = f.Switch("ws_use_window_selector_model", "find windows by a linear model of the alleles");
        _model = f.Text("ws_window_selector_model", "window model in protobuf text format instead of the built-in one");
        _minSupport = f.Integer("ws_min_num_supporting_reads", "fewest reads of a window's mark, -1 for 2", -1, -1);
        _maxSupport = f.Integer("ws_max_num_supporting_reads", "most reads of a window's mark, -1 for 300", -1, -1);
        _minMapq = f.Integer("ws_min_mapq", "smallest mapping quality of a read that marks windows", 20);
        _minBaseq = f.Integer("ws_min_base_quality", "smallest base quality that marks windows", 20);
        _distance = f.Integer("ws_min_windows_distance", "padding of a window; closer marks share one", 80, 0, Longest);
        _maxSize = f.Integer("ws_max_window_size", "longer windows are not assembled", 1000, 0, Longest);
        _expansion = f.Integer("ws_region_expansion_in_bp", "bases around a partition where windows are looked for", 20, 0, Longest);
        _minK = f.Integer("dbg_min_k", "smallest k of the assembly", 10);
        _maxK = f.Integer("dbg_max_k", "largest k of the assembly", 101);
        _stepK = f.Integer("dbg_step_k", "step between two k", 1);
        _graphMapq = f.Integer("dbg_min_mapq", "smallest mapping quality of an assembled read", 14);
        _graphBaseq = f.Integer("dbg_min_base_quality", "smallest base quality of an assembled base", 15);
        _minEdge = f.Integer("dbg_min_edge_weight", "lighter edges off the reference are removed", 2);
        _maxPaths = f.Integer("dbg_max_num_paths", "a window with more haplotypes is left alone", 256, 0, 10_000);
        _match = f.Integer("aln_match", "score of a match", 4);
        _mismatch = f.Integer("aln_mismatch", "cost of a mismatch", 6);
        _gapOpen = f.Integer("aln_gap_open", "cost of a gap's first base", 8);
        _gapExtend = f.Integer("aln_gap_extend", "cost of a gap's further bases", 2);
        _kmer = f.Integer("kmer_size", "seed length of ungapped placement, 3 to 32", 32);
        _maxMismatches = f.Integer("max_num_mismatches", "most mismatches of an ungapped placement", 2);
        _similarity = f.Number("realignment_similarity_threshold", "similarity a gapped alignment needs", 0.16934);
        _diagnostics = f.Text("realigner_diagnostics", "folder for the realigner's metrics and graphs");
        _emitReads = f.Switch("emit_realigned_reads", "also write the realigned reads there, as BAM");
        _fastPass = f.Switch("use_fast_pass_aligner", "the only aligner there is", true);
        f.Ignored("aln_k", "aln_error_rate");
    }

    /// <summary>How reads are aligned to haplotypes.</summary>
    public HaplotypeAlignerOptions Aligner => new()
    {
        Match = _match.Value,
        Mismatch = _mismatch.Value,
        GapOpen = _gapOpen.Value,
        GapExtend = _gapExtend.Value,
        KmerSize = _kmer.Value,
        MaxMismatches = _maxMismatches.Value,
        SimilarityThreshold = _similarity.Value,
    };

    /// <summary>The options; null if reads are not to be realigned.</summary>
    /// <param name="legacy">Older rule for low base qualities.</param>
    /// <param name="normalize">Reads are left-aligned later.</param>
    /// <exception cref="ShrikeException">Values that contradict each other.</exception>
    public RealignerOptions? Build(bool legacy, bool normalize)
    {
        if (!_realign.Value) return null;
        if (!_fastPass.Value) throw ShrikeException.Usage("--nouse_fast_pass_aligner: there is no other aligner; leave the flag out");
        if (_model.Value.Length > 0 && !_useModel.Value) throw ShrikeException.Usage("--ws_window_selector_model needs --ws_use_window_selector_model");
        if (_useModel.Value && (_minSupport.Value != -1 || _maxSupport.Value != -1))
        {
            throw ShrikeException.Usage("--ws_min_num_supporting_reads and --ws_max_num_supporting_reads do not go with --ws_use_window_selector_model");
        }

        var windows = new WindowSelectorOptions
        {
            MinMappingQuality = _minMapq.Value,
            MinBaseQuality = _minBaseq.Value,
            MinDistance = _distance.Value,
            MaxSize = _maxSize.Value,
            RegionExpansion = _expansion.Value,
            LegacyBehavior = legacy,
            StrictInsertionFilter = _strictInsertions.Value,
            RealignAll = _realignAll.Value,
            Linear = _useModel.Value ? new LinearWindowModel() : null,
        };
        if (_minSupport.Value != -1) windows = windows with { MinSupportingReads = _minSupport.Value };
        if (_maxSupport.Value != -1) windows = windows with { MaxSupportingReads = _maxSupport.Value };
        if (_model.Value.Length > 0) windows = LinearWindowModel.Read(_model.Value, windows);
        var options = new RealignerOptions
        {
            Windows = windows,
            Graph = new DeBruijnGraphOptions
            {
                MinK = _minK.Value,
                MaxK = _maxK.Value,
                StepK = _stepK.Value,
                MinMappingQuality = _graphMapq.Value,
                MinBaseQuality = _graphBaseq.Value,
                MinEdgeWeight = _minEdge.Value,
                MaxPaths = _maxPaths.Value,
            },
            Aligner = Aligner with { NormalizeReads = normalize },
            MaxReadLength = _maxLength.Value,
            SplitSkippedReads = _splitSkips.Value,
        };
        options.Validate();
        return options;
    }

    /// <summary>Where the realigner's doings are written; null if nobody asked. Disposing it completes the files.</summary>
    /// <param name="reads">First alignment file, whose header realigned reads get.</param>
    public RealignerDiagnostics? Diagnostics(string reads)
    {
        if (_diagnostics.Value.Length == 0)
        {
            return _emitReads.Value ? throw ShrikeException.Usage("--emit_realigned_reads needs --realigner_diagnostics FOLDER to write to") : null;
        }

        if (!_realign.Value) throw ShrikeException.Usage("--realigner_diagnostics does not go with --norealign_reads");
        using AlignmentReader? reader = _emitReads.Value ? AlignmentReader.Open(reads) : null;
        return new RealignerDiagnostics(_diagnostics.Value, reader?.Header.Text);
    }
}
