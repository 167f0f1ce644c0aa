namespace Shrike.Examples.Phasing;

/// <summary>What phasing left of one partition for tables and counts.</summary>
public sealed record PartitionPhases
{
    /// <summary>Too many candidates: nothing was phased.</summary>
    public bool IsSkipped { get; init; }

    /// <summary>Sites whose alleles were divided, those of the padding included.</summary>
    public int PhasedSites { get; init; }

    /// <summary>Reads in order, with the haplotypes they carry from now on; empty unless asked for.</summary>
    public IReadOnlyList<(string Read, int Haplotype)> Reads { get; init; } = [];

    /// <summary>Comparison with the input's tags; null unless asked for.</summary>
    public PhasingErrors? Errors { get; init; }
}
