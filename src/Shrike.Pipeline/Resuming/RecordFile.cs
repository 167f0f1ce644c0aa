using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Shrike.Core;
using Shrike.Formats.TfRecord;

namespace Shrike.Pipeline.Resuming;

/// <summary>What a record tells.</summary>
internal enum RecordKind : byte
{
    /// <summary>A process has written here; its number.</summary>
    Process = (byte)'P',

    /// <summary>What decides the answer of the run.</summary>
    Fingerprint = (byte)'F',

    /// <summary>A finished tile; the number of its first partition.</summary>
    Tile = (byte)'T',
}

/// <summary>A record of a <see cref="RecordFile"/>; nothing of it is verified before it is read.</summary>
/// <param name="Kind">What it tells.</param>
/// <param name="Number">Of what.</param>
/// <param name="Offset">Where its content begins.</param>
/// <param name="Length">Bytes of its content.</param>
internal sealed record Record(RecordKind Kind, int Number, long Offset, int Length);

/// <summary>
/// A file that grows record by record and belongs to one process at a time. Records are framed as those of a TFRecord file
/// (length, checksum of the length, content, checksum of the content), so each tells by itself whether it is whole:
/// whenever the process is killed, what stands in front of the cut can be used. Content begins with kind and number.
/// </summary>
internal sealed class RecordFile : IDisposable
{
    private const int LengthBytes = 12;
    private const int ChecksumBytes = 4;
    private const int NameBytes = 5;
    private const ulong Largest = 1UL << 30;

    // EWOULDBLOCK of Linux and of macOS: another process has locked the file.
    private static readonly int[] Locked = [11, 35];
    private readonly string _path;
    private readonly SafeFileHandle _handle;
    private long _end;

    private RecordFile(string path, SafeFileHandle handle)
    {
        _path = path;
        _handle = handle;
        Records = Walk();
        IsCut = _end < RandomAccess.GetLength(handle);
    }

    /// <summary>The records that were there when the file was opened.</summary>
    public IReadOnlyList<Record> Records { get; }

    /// <summary>What stood behind them cannot be read.</summary>
    public bool IsCut { get; }

    /// <summary>Opens the file, or makes it, and keeps other processes out.</summary>
    /// <exception cref="ShrikeException">Another process has it (exit 2), or it cannot be opened (exit 4).</exception>
    public static RecordFile Open(string path)
    {
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new RecordFile(path, handle);
        }
        catch (IOException e) when (Locked.Contains(e.HResult))
        {
            throw ShrikeException.Usage($"{path}: another run is at work with it: wait for its end, or give another --output_vcf");
        }
        catch (DirectoryNotFoundException e)
        {
            throw ShrikeException.InputOutput($"{path}: cannot be written: the folder {Path.GetDirectoryName(Path.GetFullPath(path))} does not exist", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            handle?.Dispose();
            throw ShrikeException.InputOutput($"{path}: cannot be written: {e.Message}", e);
        }
    }

    /// <summary>The content of a record behind its kind and number; null if it is damaged. Safe for several threads.</summary>
    public ArraySegment<byte>? Read(Record record)
    {
        var bytes = new byte[record.Length + ChecksumBytes];
        try
        {
            for (int got = 0; got < bytes.Length;)
            {
                int more = RandomAccess.Read(_handle, bytes.AsSpan(got), record.Offset + got);
                if (more == 0) return null;
                got += more;
            }
        }
        catch (IOException)
        {
            return null;
        }

        var content = new ArraySegment<byte>(bytes, 0, record.Length);
        if (Crc32C.Mask(Crc32C.Compute(content)) != BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(record.Length))) return null;
        return content[NameBytes..];
    }

    /// <summary>Appends a record. One thread at a time.</summary>
    /// <exception cref="IOException">It cannot be written; what stood in the file is as it was.</exception>
    public Record Append(RecordKind kind, int number, ReadOnlySpan<byte> body)
    {
        var bytes = new byte[LengthBytes + NameBytes + body.Length + ChecksumBytes];
        Span<byte> content = bytes.AsSpan(LengthBytes, NameBytes + body.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)content.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Crc32C.Mask(Crc32C.Compute(bytes.AsSpan(0, 8))));
        content[0] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(content[1..], number);
        body.CopyTo(content[NameBytes..]);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.Length - ChecksumBytes), Crc32C.Mask(Crc32C.Compute(content)));
        RandomAccess.Write(_handle, bytes, _end);
        var record = new Record(kind, number, _end + LengthBytes, content.Length);
        _end += bytes.Length;
        return record;
    }

    /// <summary>Deletes all records, and waits until they are gone, so that what follows cannot stand in front of any of them.</summary>
    public void Clear()
    {
        _end = 0;
        Trim();
        Flush();
    }

    /// <summary>Cuts off what stands behind the last whole record.</summary>
    public void Trim() => RandomAccess.SetLength(_handle, _end);

    /// <summary>Waits until everything is on the disk. Safe beside <see cref="Append"/>.</summary>
    public void Flush() => RandomAccess.FlushToDisk(_handle);

    /// <summary>Deletes the file, which nobody else can have opened.</summary>
    public void Delete() => File.Delete(_path);

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private List<Record> Walk()
    {
        var records = new List<Record>();
        Span<byte> head = stackalloc byte[LengthBytes + NameBytes];
        long size = RandomAccess.GetLength(_handle);
        while (RandomAccess.Read(_handle, head, _end) == head.Length
            && BinaryPrimitives.ReadUInt32LittleEndian(head[8..]) == Crc32C.Mask(Crc32C.Compute(head[..8]))
            && BinaryPrimitives.ReadUInt64LittleEndian(head) is >= NameBytes and <= Largest and var length
            && _end + LengthBytes + (long)length + ChecksumBytes <= size)
        {
            records.Add(new Record((RecordKind)head[LengthBytes], BinaryPrimitives.ReadInt32LittleEndian(head[(LengthBytes + 1)..]), _end + LengthBytes, (int)length));
            _end += LengthBytes + (long)length + ChecksumBytes;
        }

        return records;
    }
}
