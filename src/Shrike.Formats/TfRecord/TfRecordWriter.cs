using System.Buffers.Binary;
using System.IO.Compression;
using Google.Protobuf;
using Shrike.Core;

namespace Shrike.Formats.TfRecord;

/// <summary>
/// Writes a TFRecord file: one gzip member unless told otherwise, whatever the name says. The file appears under its
/// name when <see cref="Complete"/> is called; disposed without it, nothing stays behind.
/// </summary>
public sealed class TfRecordWriter : IDisposable
{
    // A gzip stream of nothing; the library writes zero bytes for it.
    private static readonly byte[] EmptyGzip = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private readonly AtomicFile _file;
    private readonly bool _gzip;
    private readonly Stream _target;
    private readonly Stream _stream;
    private readonly byte[] _frame = new byte[12];
    private byte[] _buffer = new byte[4096];
    private bool _closed;

    /// <param name="path">Final name.</param>
    /// <param name="gzip">Compress; needed by other programs that read these files.</param>
    public TfRecordWriter(string path, bool gzip = true)
    {
        _file = new AtomicFile(path);
        _target = _file.OpenWrite();
        _gzip = gzip;
        _stream = gzip ? new BufferedStream(new GZipStream(_target, CompressionLevel.Fastest, leaveOpen: true), 1 << 16) : _target;
    }

    /// <summary>Number of records written.</summary>
    public long Count { get; private set; }

    /// <summary>Appends one record.</summary>
    public void Write(ReadOnlySpan<byte> payload)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_frame, (ulong)payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(_frame.AsSpan(8), Crc32C.Mask(Crc32C.Compute(_frame.AsSpan(0, 8))));
        try
        {
            _stream.Write(_frame);
            _stream.Write(payload);
            BinaryPrimitives.WriteUInt32LittleEndian(_frame, Crc32C.Mask(Crc32C.Compute(payload)));
            _stream.Write(_frame.AsSpan(0, 4));
        }
        catch (IOException e)
        {
            throw ShrikeException.InputOutput($"{_file.TemporaryPath}: writing failed: {e.Message}", e);
        }

        Count++;
    }

    /// <summary>Appends one message.</summary>
    public void Write(IMessage message)
    {
        int size = message.CalculateSize();
        if (_buffer.Length < size) _buffer = new byte[Math.Max(size, _buffer.Length * 2)];
        message.WriteTo(_buffer.AsSpan(0, size));
        Write(_buffer.AsSpan(0, size));
    }

    /// <summary>Ends the file and gives it its final name.</summary>
    public void Complete()
    {
        Close();
        _file.Complete();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Close();
        }
        catch (IOException)
        {
            // The file is thrown away; what matters was reported where it happened.
        }

        _file.Dispose();
    }

    private void Close()
    {
        if (_closed) return;
        _closed = true;
        try
        {
            if (_gzip) _stream.Dispose();
            if (_gzip && Count == 0 && !_file.IsDevice)
            {
                _target.SetLength(0);
                _target.Write(EmptyGzip);
            }
        }
        finally
        {
            _target.Dispose();
        }
    }
}
