using System.Globalization;

namespace Shrike.Calling.Records;

/// <summary>One record of a <see cref="Streaming.Stretch"/>.</summary>
/// <param name="Key">Where it counts; a reference block's may be a part of what its bytes say.</param>
/// <param name="Offset">Where its bytes begin.</param>
/// <param name="Length">How many there are.</param>
/// <param name="File">The file it comes from; null for one made in memory.</param>
/// <param name="Record">Its number in that file, from 1.</param>
/// <param name="IsForced">A prediction of a site the user gave, which has its key to itself.</param>
public readonly record struct StretchRecord(RecordKey Key, int Offset, int Length, string? File, long Record, bool IsForced = false)
{
    /// <summary>File and record as a message begins; empty for one made in memory.</summary>
    public string Where => File is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{File}: record {Record}: ");
}
