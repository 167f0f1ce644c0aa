namespace Shrike.Examples.Phasing;

/// <summary>A site whose alleles were divided.</summary>
/// <param name="Start">0-based position.</param>
/// <param name="First">Allele on haplotype 1, REF for the reference.</param>
/// <param name="Second">Allele on haplotype 2.</param>
public readonly record struct PhasedSite(int Start, string First, string Second);
