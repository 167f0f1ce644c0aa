namespace Shrike.Pipeline.Explaining;

/// <summary>What realignment did around a place.</summary>
/// <param name="Windows">Windows that cover the place, of every partition that holds it.</param>
/// <param name="ReadsBefore">Reads over the place as their files align them.</param>
/// <param name="ReadsAfter">Reads over it afterwards.</param>
/// <param name="Moved">Reads over it, before or after, whose alignment changed.</param>
/// <param name="TooLong">Reads over it that are too long to be realigned.</param>
public sealed record RealignmentReport(IReadOnlyList<WindowReport> Windows, int ReadsBefore, int ReadsAfter, int Moved, int TooLong);

/// <summary>One window.</summary>
/// <param name="First">First base, 1-based.</param>
/// <param name="Last">Last base.</param>
/// <param name="Result">What became of it, in words.</param>
/// <param name="K">k of its graph; null without one.</param>
/// <param name="Reads">Reads given to the graph.</param>
/// <param name="Haplotypes">Its haplotypes, the reference among them; those that differ from it at the place come first.</param>
public sealed record WindowReport(int First, int Last, string Result, int? K, int Reads, IReadOnlyList<HaplotypeReport> Haplotypes);

/// <summary>One haplotype of a window.</summary>
/// <param name="Length">Number of bases.</param>
/// <param name="DiffersAtPlace">One of its differences lies at the place.</param>
/// <param name="Differences">How it differs from the reference, e.g. <c>10004223 A>G</c>; empty for the reference itself.</param>
public sealed record HaplotypeReport(int Length, bool DiffersAtPlace, IReadOnlyList<string> Differences);
