using System.Buffers.Binary;
using System.Globalization;
using Shrike.Calling.Records;
using Shrike.Formats.TfRecord;

namespace Shrike.Calling.Streaming;

/// <summary>
/// Sorts a file of predictions that does not fit in memory: parts that do are sorted, stably, and put down as files;
/// merged in the order of the parts they give the whole file, sorted.
/// </summary>
internal sealed class SortedRuns : IDisposable
{
    private readonly string _folder;
    private readonly int _partBytes;
    private int _count;

    /// <param name="folder">Where the parts may lie; made here, and removed at the end.</param>
    /// <param name="partBytes">Most bytes of a part.</param>
    public SortedRuns(string folder, int partBytes)
    {
        _folder = folder;
        _partBytes = partBytes;
    }

    /// <summary>Sorts one file.</summary>
    /// <returns>Openers of its parts, in order.</returns>
    public List<Func<RecordStream>> Sort(string file, ContigTable contigs, DamagedRecords damaged, CancellationToken cancellation)
    {
        Directory.CreateDirectory(_folder);
        var parts = new List<Func<RecordStream>>();
        var stretch = new Part(_partBytes);
        using var records = new FileRecords(file, RecordKind.Predictions, contigs, damaged, anyOrder: true);
        while (records.Next())
        {
            cancellation.ThrowIfCancellationRequested();
            if (!stretch.HasRoomFor(records.Bytes.Length)) parts.Add(PutDown(stretch, file));
            stretch.Add(records);
        }

        if (stretch.Count > 0) parts.Add(PutDown(stretch, file));
        return parts;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    private Func<RecordStream> PutDown(Part part, string file)
    {
        string path = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{_count++:00000}"));
        part.PutDown(path);
        return () => new RunRecords(path, file);
    }

    private sealed class Part(int capacity)
    {
        private readonly List<(RecordKey Key, int Offset, int Length, long Record)> _records = [];
        private byte[] _data = new byte[Math.Min(capacity, 1 << 20)];
        private int _used;

        public int Count => _records.Count;

        public bool HasRoomFor(int bytes) => _records.Count == 0 || bytes <= capacity - _used;

        public void Add(FileRecords records)
        {
            ReadOnlySpan<byte> bytes = records.Bytes;
            if (_used + bytes.Length > _data.Length) Array.Resize(ref _data, Math.Max(_used + bytes.Length, Math.Min(capacity, _data.Length * 2)));
            bytes.CopyTo(_data.AsSpan(_used));
            _records.Add((records.Key, _used, bytes.Length, records.Record));
            _used += bytes.Length;
        }

        public void PutDown(string path)
        {
            // Record numbers ascend, so comparing them last keeps the order of equal keys.
            _records.Sort((a, b) => a.Key.CompareTo(b.Key) is var order && order != 0 ? order : a.Record.CompareTo(b.Record));
            using var writer = new TfRecordWriter(path, gzip: false);
            byte[] frame = new byte[RunRecords.HeadBytes];
            foreach ((RecordKey key, int offset, int length, long record) in _records)
            {
                if (frame.Length < RunRecords.HeadBytes + length) frame = new byte[(RunRecords.HeadBytes + length) * 2];
                RunRecords.WriteHead(frame, key, record);
                _data.AsSpan(offset, length).CopyTo(frame.AsSpan(RunRecords.HeadBytes));
                writer.Write(frame.AsSpan(0, RunRecords.HeadBytes + length));
            }

            writer.Complete();
            _records.Clear();
            _used = 0;
        }
    }
}

/// <summary>A sorted part of a file: every record stands behind its key and its number in the file.</summary>
internal sealed class RunRecords : RecordStream
{
    /// <summary>Bytes in front of every record.</summary>
    public const int HeadBytes = 28;
    private readonly TfRecordReader _reader;
    private long _record;

    /// <param name="path">The part.</param>
    /// <param name="file">The file it is a part of.</param>
    public RunRecords(string path, string file)
    {
        _reader = new TfRecordReader(path);
        File = file;
    }

    public override ReadOnlySpan<byte> Bytes => _reader.Current[HeadBytes..];

    public override string File { get; }

    public override long Record => _record;

    /// <summary>Writes key and number.</summary>
    public static void WriteHead(Span<byte> target, RecordKey key, long record)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target, key.Contig);
        BinaryPrimitives.WriteInt64LittleEndian(target[4..], key.Start);
        BinaryPrimitives.WriteInt64LittleEndian(target[12..], key.End);
        BinaryPrimitives.WriteInt64LittleEndian(target[20..], record);
    }

    public override bool Next()
    {
        if (!_reader.Read()) return false;
        ReadOnlySpan<byte> head = _reader.Current;
        Key = new RecordKey(BinaryPrimitives.ReadInt32LittleEndian(head), BinaryPrimitives.ReadInt64LittleEndian(head[4..]), BinaryPrimitives.ReadInt64LittleEndian(head[12..]));
        _record = BinaryPrimitives.ReadInt64LittleEndian(head[20..]);
        return true;
    }

    public override void Dispose() => _reader.Dispose();
}
