using Shrike.Core;

namespace Shrike.Examples.Realigning.Alignment;

/// <summary>How reads are aligned to haplotypes. Zero means the built-in value where one is named.</summary>
public sealed record HaplotypeAlignerOptions
{
    private const int BuiltInMatch = 4;
    private const int BuiltInMismatch = 6;
    private const int BuiltInGapOpen = 8;
    private const int BuiltInGapExtend = 1;
    private const int BuiltInKmerSize = 32;
    private const int BuiltInMismatches = 2;
    private const double BuiltInSimilarity = 0.85;

    /// <summary>Score of a match; built in 4.</summary>
    public int Match { get; init; } = 4;

    /// <summary>Cost of a mismatch; built in 6.</summary>
    public int Mismatch { get; init; } = 6;

    /// <summary>Cost of the first base of a gap; built in 8.</summary>
    public int GapOpen { get; init; } = 8;

    /// <summary>Cost of every further base of a gap; built in 1.</summary>
    public int GapExtend { get; init; } = 2;

    /// <summary>Length of the seeds of ungapped placement, 3 to 32; built in 32.</summary>
    public int KmerSize { get; init; } = 32;

    /// <summary>Most mismatches of an ungapped placement; built in 2.</summary>
    public int MaxMismatches { get; init; } = 2;

    /// <summary>Similarity from which the smallest accepted score follows; built in 0.85.</summary>
    public double SimilarityThreshold { get; init; } = 0.16934;

    /// <summary>Reads were left-aligned before, so that alignments need not be checked for it.</summary>
    public bool NormalizeReads { get; init; }

    /// <summary>The same with zeros replaced by the built-in values.</summary>
    public HaplotypeAlignerOptions Resolved() => this with
    {
        Match = Match > 0 ? Match : BuiltInMatch,
        Mismatch = Mismatch > 0 ? Mismatch : BuiltInMismatch,
        GapOpen = GapOpen > 0 ? GapOpen : BuiltInGapOpen,
        GapExtend = GapExtend > 0 ? GapExtend : BuiltInGapExtend,
        KmerSize = KmerSize > 0 ? KmerSize : BuiltInKmerSize,
        MaxMismatches = MaxMismatches > 0 ? MaxMismatches : BuiltInMismatches,
        SimilarityThreshold = SimilarityThreshold > 0 ? SimilarityThreshold : BuiltInSimilarity,
    };

    /// <summary>The smallest accepted score of a gapped alignment of reads of a length.</summary>
    public int ScoreThreshold(int readLength)
    {
        double score = (Match * readLength * SimilarityThreshold) - (Mismatch * readLength * (1 - SimilarityThreshold));
        short threshold = unchecked((short)(long)score);
        return threshold < 0 ? 1 : threshold;
    }

    internal void Validate()
    {
        HaplotypeAlignerOptions o = Resolved();
        foreach ((string flag, int value) in ((string, int)[])[("aln_match", o.Match), ("aln_mismatch", o.Mismatch), ("aln_gap_open", o.GapOpen), ("aln_gap_extend", o.GapExtend)])
        {
            if (value > 255) throw ShrikeException.Usage($"--{flag} must be at most 255, not {value}");
        }

        if (o.GapOpen <= o.GapExtend) throw ShrikeException.Usage($"--aln_gap_open {o.GapOpen} must be larger than --aln_gap_extend {o.GapExtend}");
        if (o.KmerSize is < 3 or > 32) throw ShrikeException.Usage($"--kmer_size must lie in 3..32, not {o.KmerSize}");
        if (o.SimilarityThreshold > 1) throw ShrikeException.Usage($"--realignment_similarity_threshold must lie in 0..1, not {o.SimilarityThreshold}");
    }
}
