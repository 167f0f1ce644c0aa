namespace Shrike.Examples.Candidates;

/// <summary>Thresholds of the candidate caller. Fractions are float32 on purpose: the rounded value is compared.</summary>
public sealed record CandidateCallerOptions
{
    /// <summary>Name of the sample, for the call.</summary>
    public string SampleName { get; init; } = "default";

    /// <summary>Fewest good reads of a substitution.</summary>
    public int MinCountSnps { get; init; } = 2;

    /// <summary>Fewest good reads of any other allele.</summary>
    public int MinCountIndels { get; init; } = 2;

    /// <summary>Smallest share of the depth, substitutions.</summary>
    public float MinFractionSnps { get; init; } = 0.12f;

    /// <summary>Smallest share of the depth, all other alleles.</summary>
    public float MinFractionIndels { get; init; } = 0.06f;

    /// <summary>Factor on both fractions for the second test, in (0, 1] or infinite.</summary>
    public float MinFractionMultiplier { get; init; } = 1;

    /// <summary>Positions in the allele-fraction window around a candidate, odd; 0 or less for none.</summary>
    public int ContextWindowSize { get; init; } = 51;
}
