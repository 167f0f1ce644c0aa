using System.Text.Json.Serialization;

namespace Shrike.Pipeline.Explaining;

/// <summary>A pileup image in letters, and its bytes.</summary>
public sealed record PileupPicture
{
    /// <summary>ALTs whose support is marked.</summary>
    public required IReadOnlyList<string> Alts { get; init; }

    /// <summary>Position of the first column, 1-based.</summary>
    public required int FirstPosition { get; init; }

    /// <summary>Reference letters of the columns.</summary>
    public required string Reference { get; init; }

    /// <summary>Rows of reads, from top to bottom.</summary>
    public required IReadOnlyList<PictureRow> Rows { get; init; }

    /// <summary>Rows, columns and channels.</summary>
    public required IReadOnlyList<int> Shape { get; init; }

    /// <summary>Names of the channels.</summary>
    public required IReadOnlyList<string> Channels { get; init; }

    /// <summary>The image, row by row, channel fastest.</summary>
    [JsonIgnore]
    public byte[] Bytes { get; init; } = [];
}

/// <summary>One row of a picture.</summary>
/// <param name="Supports">Whether the read supports a shown ALT, another ALT, or none: <c>#</c>, <c>+</c> or a blank.</param>
/// <param name="Letters">A column each: <c>.</c> (forward) or <c>,</c> (reverse) for the reference base, else the base (small: reverse), <c>*</c> where an insertion or deletion begins behind the base, <c>-</c> where the read has no base, a blank outside of it.</param>
public sealed record PictureRow(char Supports, string Letters);
