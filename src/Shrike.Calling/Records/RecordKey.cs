namespace Shrike.Calling.Records;

/// <summary>Where a record stands: the order of records in stage 3.</summary>
/// <param name="Contig">Ordinal in the reference.</param>
/// <param name="Start">First base, 0-based.</param>
/// <param name="End">Behind the last base.</param>
public readonly record struct RecordKey(int Contig, long Start, long End) : IComparable<RecordKey>
{
    /// <inheritdoc/>
    public int CompareTo(RecordKey other)
    {
        if (Contig != other.Contig) return Contig.CompareTo(other.Contig);
        return Start != other.Start ? Start.CompareTo(other.Start) : End.CompareTo(other.End);
    }

    public static bool operator <(RecordKey a, RecordKey b) => a.CompareTo(b) < 0;

    public static bool operator >(RecordKey a, RecordKey b) => a.CompareTo(b) > 0;

    public static bool operator <=(RecordKey a, RecordKey b) => a.CompareTo(b) <= 0;

    public static bool operator >=(RecordKey a, RecordKey b) => a.CompareTo(b) >= 0;
}
