namespace Shrike.Pipeline.Scoring;

/// <summary>An allele whose copies were called wrong.</summary>
/// <param name="Contig">Where.</param>
/// <param name="Allele">Which.</param>
/// <param name="Truth">Copies in the truth, 0..2.</param>
/// <param name="Called">Copies called, 0..2; never what the truth has.</param>
public readonly record struct AlleleError(string Contig, Allele Allele, int Truth, int Called);
