using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using Google.Protobuf;
using Shrike.Core;

namespace Shrike.Formats.TfRecord;

/// <summary>What a damaged or cut off record means.</summary>
public enum DamagedRecords
{
    /// <summary>An error that names file and offset.</summary>
    Fail,

    /// <summary>The end of the file, as the original has it.</summary>
    Stop,
}

/// <summary>
/// Reads a TFRecord file, gzip or not (decided by its first two bytes). A file of zero bytes has no records. Both
/// checksums of every record are verified.
/// </summary>
public sealed class TfRecordReader : IDisposable
{
    /// <summary>No record of the pipeline comes near this; a larger length is damage.</summary>
    private const ulong MaxRecord = 1UL << 30;

    private readonly string _path;
    private readonly DamagedRecords _damaged;
    private readonly FileStream _file;
    private readonly Stream _stream;
    private readonly byte[] _frame = new byte[12];
    private byte[] _payload = new byte[4096];
    private int _length;
    private long _offset;
    private readonly bool _gzip;
    private bool _ended;

    /// <exception cref="ShrikeException">The file cannot be opened (exit 4).</exception>
    public TfRecordReader(string path, DamagedRecords damaged = DamagedRecords.Fail)
    {
        _path = path;
        _damaged = damaged;
        try
        {
            _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ShrikeException.InputOutput($"{path}: cannot be read: {e.Message}", e);
        }

        Span<byte> magic = stackalloc byte[2];
        int got = _file.ReadAtLeast(magic, 2, throwOnEndOfStream: false);
        _file.Position = 0;
        _ended = got == 0;
        _gzip = got == 2 && magic[0] == 0x1f && magic[1] == 0x8b;
        _stream = _gzip
            ? new BufferedStream(new GZipStream(_file, CompressionMode.Decompress), 1 << 16)
            : _file;
    }

    /// <summary>Number of records read.</summary>
    public long Count { get; private set; }

    /// <summary>Payload of the last record read; valid until the next one.</summary>
    public ReadOnlySpan<byte> Current => _payload.AsSpan(0, _length);

    /// <summary>Moves to the next record; false at the end.</summary>
    /// <exception cref="ShrikeException">A damaged, cut off or foreign file (exit 3).</exception>
    public bool Read()
    {
        if (_ended) return false;
        string? damage;
        Exception? cause = null;
        try
        {
            damage = ReadRecord();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or IOException)
        {
            damage = e is EndOfStreamException ? "it is cut off" : "its compressed data are damaged or cut off";
            cause = e;
        }

        if (damage is null) return !_ended;
        _ended = true;
        if (_damaged == DamagedRecords.Stop) return false;
        throw ShrikeException.InvalidData(
            string.Create(CultureInfo.InvariantCulture, $"{_path}: record {Count + 1} at byte {_offset}: {damage}: make the file again, or read up to here with --damaged_records stop"),
            cause);
    }

    /// <summary>Parses the current record; a record of another kind is an error that names it.</summary>
    public T Parse<T>(MessageParser<T> parser)
        where T : IMessage<T>
    {
        try
        {
            return parser.ParseFrom(Current);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw ShrikeException.InvalidData($"{_path}: record {Count} is not a {typeof(T).Name}: is this the right file?", e);
        }
    }

    /// <summary>All messages of a file.</summary>
    public static IEnumerable<T> ReadAll<T>(string path, MessageParser<T> parser, DamagedRecords damaged = DamagedRecords.Fail)
        where T : IMessage<T>
    {
        using var reader = new TfRecordReader(path, damaged);
        while (reader.Read()) yield return reader.Parse(parser);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream.Dispose();
        _file.Dispose();
    }

    /// <summary>
    /// The library takes a cut off gzip stream for a short one. The last four bytes of a whole one are the size of its
    /// last member: all of the content where there is one member, no more than all where there are several.
    /// </summary>
    private bool IsWholeGzip()
    {
        const int shortest = 18;
        if (_file.Length < shortest) return false;
        Span<byte> tail = stackalloc byte[4];
        _file.Seek(-4, SeekOrigin.End);
        _file.ReadExactly(tail);
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(tail);
        return size == (uint)_offset || (size < _offset && HasSecondMember());
    }

    private bool HasSecondMember()
    {
        _file.Position = 0;
        var buffer = new byte[1 << 16];
        int kept = 0;
        for (bool first = true; ; first = false)
        {
            int got = _file.Read(buffer, kept, buffer.Length - kept);
            if (got == 0) return false;
            Span<byte> seen = buffer.AsSpan(0, kept + got);
            if (seen[(first ? 3 : 0)..].IndexOf([(byte)0x1f, (byte)0x8b, (byte)8]) >= 0) return true;
            kept = Math.Min(2, seen.Length);
            seen[^kept..].CopyTo(buffer);
        }
    }

    private string? ReadRecord()
    {
        int got = _stream.ReadAtLeast(_frame, 12, throwOnEndOfStream: false);
        if (got == 0)
        {
            if (_gzip && !IsWholeGzip()) return "it is cut off";
            _ended = true;
            return null;
        }

        if (got < 12) return "it is cut off";
        if (BinaryPrimitives.ReadUInt32LittleEndian(_frame.AsSpan(8)) != Crc32C.Mask(Crc32C.Compute(_frame.AsSpan(0, 8))))
        {
            return Count == 0 ? "this is not a TFRecord file" : "its length is damaged";
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(_frame);
        if (length > MaxRecord) return "its length is impossible";
        if (_payload.Length < (int)length) _payload = new byte[Math.Max((int)length, _payload.Length * 2)];
        _length = (int)length;
        _stream.ReadExactly(_payload.AsSpan(0, _length));
        _stream.ReadExactly(_frame.AsSpan(0, 4));
        if (BinaryPrimitives.ReadUInt32LittleEndian(_frame) != Crc32C.Mask(Crc32C.Compute(Current))) return "its content is damaged";
        Count++;
        _offset += 16 + _length;
        return null;
    }
}
