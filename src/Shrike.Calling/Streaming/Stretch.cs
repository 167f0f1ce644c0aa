using Shrike.Calling.Records;
using Shrike.Core;

namespace Shrike.Calling.Streaming;

/// <summary>
/// A piece of one contig that can be called by itself: no candidate reaches out of it and no reference block crosses its
/// edges. Records as bytes, each kind in order.
/// </summary>
public sealed class Stretch
{
    private const int Largest = 1 << 30;
    private byte[] _data = new byte[1 << 16];
    private int _used;

    /// <summary>Predictions by start and end.</summary>
    public List<StretchRecord> Predictions { get; } = [];

    /// <summary>Reference blocks by start, disjoint.</summary>
    public List<StretchRecord> Blocks { get; } = [];

    /// <summary>Number of records.</summary>
    public int Count => Predictions.Count + Blocks.Count;

    /// <summary>Part of the genome the stretch belongs to, where the genome is cut as the original does; else 0.</summary>
    public int Part { get; set; }

    /// <summary>Ordinal of the contig; -1 if there is no record.</summary>
    public int Contig => Predictions.Count > 0 ? Predictions[0].Key.Contig : Blocks.Count > 0 ? Blocks[0].Key.Contig : -1;

    /// <summary>Behind the last base of any prediction.</summary>
    public long PredictionEnd { get; private set; }

    /// <summary>The bytes of a record.</summary>
    public ReadOnlyMemory<byte> Bytes(in StretchRecord record) => _data.AsMemory(record.Offset, record.Length);

    /// <summary>Appends a prediction.</summary>
    public void AddPrediction(RecordKey key, ReadOnlySpan<byte> bytes, string? file, long record, bool isForced = false)
    {
        PredictionEnd = Math.Max(PredictionEnd, key.End);
        Predictions.Add(new StretchRecord(key, Store(bytes, key), bytes.Length, file, record, isForced));
    }

    /// <summary>Appends a reference block.</summary>
    public void AddBlock(RecordKey key, ReadOnlySpan<byte> bytes, string? file, long record) => Blocks.Add(new StretchRecord(key, Store(bytes, key), bytes.Length, file, record));

    /// <summary>Ends the last block at a position; gives the part behind it, if there is one.</summary>
    /// <param name="position">Where the next stretch begins.</param>
    /// <param name="rest">Key of the part behind.</param>
    public bool CutLastBlock(long position, out RecordKey rest)
    {
        rest = default;
        if (Blocks.Count == 0 || Blocks[^1].Key.End <= position) return false;
        StretchRecord last = Blocks[^1];
        rest = last.Key with { Start = position };
        Blocks[^1] = last with { Key = last.Key with { End = position } };
        return true;
    }

    /// <summary>Forgets all records.</summary>
    public void Clear()
    {
        _used = 0;
        Part = 0;
        PredictionEnd = 0;
        Predictions.Clear();
        Blocks.Clear();
    }

    private int Store(ReadOnlySpan<byte> bytes, RecordKey key)
    {
        if (bytes.Length > Largest - _used)
        {
            throw ShrikeException.InvalidData($"position {key.Start + 1} of contig {key.Contig + 1}: a gigabyte of overlapping candidates: are their ends right?");
        }

        if (_used + bytes.Length > _data.Length) Array.Resize(ref _data, Math.Max(_used + bytes.Length, _data.Length * 2));
        bytes.CopyTo(_data.AsSpan(_used));
        int offset = _used;
        _used += bytes.Length;
        return offset;
    }
}
