using Shrike.Formats.Messages;

namespace Shrike.Examples.Pileup;

/// <summary>One image of one ALT set of a candidate: what stage 1 hands to stage 2.</summary>
/// <param name="Variant">The candidate variant.</param>
/// <param name="AltIndices">0-based ALTs shown as "alt", ascending, one or two.</param>
/// <param name="Image">H x W x C bytes, row-major, channel fastest.</param>
public sealed record PileupExample(Variant Variant, int[] AltIndices, byte[] Image);
