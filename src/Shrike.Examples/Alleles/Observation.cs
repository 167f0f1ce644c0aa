namespace Shrike.Examples.Alleles;

/// <summary>
/// One allele shown by one read. Its bases are a slice, not a string: anchor base, then <see cref="Length"/> bases of
/// the read from <see cref="Offset"/> on (insertion, clip) or of the reference behind the position (deletion).
/// </summary>
/// <param name="Position">0-based reference position; indels are attached to the base before them.</param>
/// <param name="Read">Index of the read in its batch.</param>
/// <param name="Type">Kind of allele.</param>
/// <param name="IsLowQuality">Mean quality of the event's bases is below the floor.</param>
/// <param name="Anchor">The base itself (substitution, reference), or the read's base before the event.</param>
/// <param name="BaseQuality">Quality of the base, or the integer mean over the event.</param>
/// <param name="Offset">Read offset of the event.</param>
/// <param name="Length">Number of bases behind the anchor; 0 for a substitution.</param>
public readonly record struct Observation(int Position, int Read, AlleleType Type, bool IsLowQuality, byte Anchor, short BaseQuality, int Offset, int Length);
