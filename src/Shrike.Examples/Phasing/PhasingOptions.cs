namespace Shrike.Examples.Phasing;

/// <summary>How the reads of a partition are divided into two haplotypes (spec 80, 3.3).</summary>
public sealed record PhasingOptions
{
    /// <summary>What a partition is widened by on both sides, in percent of its length.</summary>
    public const int PaddingPercent = 20;

    /// <summary>Partitions with more candidates (those of the padding included) are not phased; 0 = no limit.</summary>
    public int MaxCandidates { get; init; } = 5000;

    /// <summary>Exchange haplotypes 1 and 2 where reads carry them; the phases of alleles stay.</summary>
    public bool ReverseHaplotypes { get; init; }

    /// <summary>Candidates carry the haplotypes of their alleles (ALT_PS, PS_CONTIG).</summary>
    public bool OutputPhaseInformation { get; init; }

    /// <summary>Number of the task, the first part of PS_CONTIG.</summary>
    public int Task { get; init; }

    /// <summary>Keep the names and haplotypes of all reads, for a table of them.</summary>
    public bool KeepReadPhases { get; init; }

    /// <summary>Compare with the HP tags of the input, which must be parsed, and keep them where nothing is phased.</summary>
    public bool CountErrors { get; init; }
}
