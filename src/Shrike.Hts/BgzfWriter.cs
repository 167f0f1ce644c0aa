using System.Runtime.InteropServices;
using Shrike.Core;
using Shrike.Hts.Native;

namespace Shrike.Hts;

/// <summary>A write-only stream into a BGZF file; closing it writes the end-of-file block.</summary>
public sealed unsafe class BgzfWriter : Stream
{
    private readonly string _path;
    private nint _file;

    /// <param name="path">File to create or replace.</param>
    /// <param name="level">Deflate level 0..9, -1 for the library's default.</param>
    /// <exception cref="ShrikeException">The file cannot be made (exit 4).</exception>
    public BgzfWriter(string path, int level = -1)
    {
        LibHts.EnsureLoaded();
        _path = path;
        _file = LibHts.bgzf_open(path, level < 0 ? "w" : $"w{Math.Min(level, 9)}");
        if (_file == 0) throw ShrikeException.InputOutput($"{path}: cannot be written: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
    }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_file == 0, this);
        fixed (byte* data = buffer)
        {
            if (LibHts.bgzf_write(_file, data, (nuint)buffer.Length) != buffer.Length) throw Failed();
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Ends the current block and hands it to the system.</summary>
    public override void Flush()
    {
        if (_file != 0 && LibHts.bgzf_flush(_file) != 0) throw Failed();
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        nint file = _file;
        _file = 0;
        if (file != 0 && LibHts.bgzf_close(file) != 0 && disposing) throw Failed();
        base.Dispose(disposing);
    }

    private ShrikeException Failed() => ShrikeException.InputOutput($"{_path}: writing failed: is the disk full?");
}
