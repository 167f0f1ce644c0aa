using Shrike.Examples.Candidates;

namespace Shrike.Pipeline.Explaining;

/// <summary>What reads show at one position.</summary>
/// <param name="Position">1-based.</param>
/// <param name="ReferenceBase">The base of the reference.</param>
/// <param name="Depth">Good observations of any kind, which fractions refer to.</param>
/// <param name="IsCandidate">Some allele passes.</param>
/// <param name="Reference">Reads of the reference base.</param>
/// <param name="Alleles">All others, the most frequent first.</param>
public sealed record PositionReport(int Position, char ReferenceBase, int Depth, bool IsCandidate, ReferenceReport Reference, IReadOnlyList<AlleleReport> Alleles);

/// <summary>Reads that show the reference base.</summary>
/// <param name="Count">Good reads.</param>
/// <param name="Forward">How many of them lie on the forward strand.</param>
/// <param name="LowQuality">Reads whose base is below the quality floor.</param>
public sealed record ReferenceReport(int Count, int Forward, int LowQuality);

/// <summary>One allele at a position, and the arithmetic of its way to a candidate.</summary>
/// <param name="Kind">substitution, insertion, deletion or soft_clip.</param>
/// <param name="Ref">REF of a VCF for this allele alone.</param>
/// <param name="Alt">ALT.</param>
/// <param name="Count">Good reads after realignment.</param>
/// <param name="Forward">How many of them lie on the forward strand.</param>
/// <param name="LowQuality">Reads whose bases are below the quality floor.</param>
/// <param name="Fraction"><paramref name="Count"/> over the depth.</param>
/// <param name="CountBefore">Good reads as they were aligned in their files.</param>
/// <param name="Test">What became of it.</param>
/// <param name="Arithmetic">The same with numbers and thresholds.</param>
public sealed record AlleleReport(string Kind, string Ref, string Alt, int Count, int Forward, int LowQuality, double Fraction, int CountBefore, AlleleVerdict Test, string Arithmetic);
