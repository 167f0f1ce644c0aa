namespace Shrike.Examples.Phasing;

/// <summary>What the phaser found, before haplotypes are exchanged.</summary>
/// <param name="Haplotypes">Haplotype by read key: 1, 2, 0 for neither, -1 for a read that took no part.</param>
/// <param name="Sites">Sites whose alleles were divided, ascending.</param>
public sealed record PhasedReads(sbyte[] Haplotypes, List<PhasedSite> Sites);
