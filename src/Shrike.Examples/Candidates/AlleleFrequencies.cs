namespace Shrike.Examples.Candidates;

/// <summary>How frequent the alleles of a candidate are in a population.</summary>
/// <param name="Reference">Share of the reference allele.</param>
/// <param name="Alternates">Share of each ALT; 0 where the population has none.</param>
public sealed record AlleleFrequencies(float Reference, float[] Alternates);
