namespace Shrike.Pipeline.Explaining;

/// <summary>Why a run writes what it writes at a place. Positions are 1-based, as in a VCF.</summary>
public sealed record Explanation
{
    /// <summary>The place, as text.</summary>
    public required string Place { get; init; }

    /// <summary>Where the way of the allele, or of the site, ended.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>The same in a sentence.</summary>
    public required string Verdict { get; init; }

    /// <summary>The lines of the VCF at the place.</summary>
    public IReadOnlyList<string> VcfLines { get; init; } = [];

    /// <summary>Sample name.</summary>
    public required string Sample { get; init; }

    /// <summary>The network, <c>name version</c>.</summary>
    public required string Model { get; init; }

    /// <summary>The small model; null without one.</summary>
    public string? SmallModel { get; init; }

    /// <summary>The model that genotypes sites with two ALTs; null without one, or for one that does not say its name.</summary>
    public string? MultiallelicModel { get; init; }

    /// <summary>Partitions that hold the place, as regions.</summary>
    public IReadOnlyList<string> Partitions { get; init; } = [];

    /// <summary>Reads that overlap it.</summary>
    public ReadReport? Reads { get; init; }

    /// <summary>What realignment did there; null without realignment.</summary>
    public RealignmentReport? Realignment { get; init; }

    /// <summary>Alleles counted there; of an interval only the positions where some allele has two reads.</summary>
    public IReadOnlyList<PositionReport> Positions { get; init; } = [];

    /// <summary>Candidates there.</summary>
    public IReadOnlyList<CandidateReport> Candidates { get; init; } = [];

    /// <summary>Candidates near by, which are not explained.</summary>
    public IReadOnlyList<NeighbourReport> Neighbours { get; init; } = [];
}
