namespace Shrike.Calling;

/// <summary>The way of one call through stage 3.</summary>
public sealed record CallTrace
{
    /// <summary>First base, 0-based.</summary>
    public required long Start { get; init; }

    /// <summary>REF as it is written: bases that all alleles end with are cut off.</summary>
    public required string Reference { get; init; }

    /// <summary>ALTs that were not pruned, as they are written.</summary>
    public required IReadOnlyList<string> Alternates { get; init; }

    /// <summary>Probabilities of the genotypes of <see cref="Reference"/> and <see cref="Alternates"/>, in VCF order.</summary>
    public required IReadOnlyList<double> Probabilities { get; init; }

    /// <summary>Genotype of the site by itself, as in a VCF.</summary>
    public required string OwnGenotype { get; init; }

    /// <summary>Genotype that is written.</summary>
    public string Genotype { get; init; } = "";

    /// <summary>The genotype, 0 for REF and -1 for no call.</summary>
    public (int First, int Second) Alleles { get; init; }

    /// <summary>Genotype quality.</summary>
    public required int GenotypeQuality { get; init; }

    /// <summary>QUAL before it is rounded for the VCF.</summary>
    public required double Quality { get; init; }

    /// <summary>FILTER that is written.</summary>
    public string Filter { get; init; } = "";

    /// <summary>First bases, 0-based, of the calls it overlaps, directly or through others; itself not among them.</summary>
    public IReadOnlyList<long> Overlapping { get; init; } = [];

    /// <summary>Genotype or likelihoods were changed so that overlapping calls fit on two haplotypes.</summary>
    public bool IsResolved { get; init; }

    /// <summary>The line of the VCF; empty if there is none.</summary>
    public string Line { get; init; } = "";
}
