namespace Shrike.Pipeline.Explaining;

/// <summary>Reads that overlap a place, as their files align them.</summary>
/// <param name="Overlapping">Records in the files.</param>
/// <param name="Refused">Records that take no part, by reason.</param>
/// <param name="SampledAway">Reads left out because the partition has too many.</param>
/// <param name="Used">Reads that take part.</param>
/// <param name="Forward">How many of them lie on the forward strand.</param>
/// <param name="MedianMappingQuality">Median of their mapping qualities.</param>
public sealed record ReadReport(int Overlapping, IReadOnlyList<RefusedReads> Refused, int SampledAway, int Used, int Forward, int MedianMappingQuality);

/// <summary>Records refused for one reason.</summary>
/// <param name="Reason">The reason, in words.</param>
/// <param name="Count">How many.</param>
public sealed record RefusedReads(string Reason, int Count);
