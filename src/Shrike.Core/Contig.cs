namespace Shrike.Core;

/// <summary>One reference sequence.</summary>
/// <param name="Name">First word of the FASTA header, or SN of the alignment header.</param>
/// <param name="Length">Number of bases.</param>
/// <param name="Index">Ordinal in the file it was read from, 0 for the first; the sort key of contigs.</param>
public readonly record struct Contig(string Name, long Length, int Index);
