using System.Text;
using Shrike.Core;
using Shrike.Hts.Native;

namespace Shrike.Hts;

/// <summary>Writes a BCF file from the lines of a VCF.</summary>
public sealed unsafe class BcfWriter : IDisposable
{
    private readonly string _path;
    private readonly LibHts.HtsFile* _file;
    private readonly nint _header;
    private readonly nint _record;
    private byte[] _line = new byte[4096];
    private bool _disposed;

    /// <param name="path">File to write.</param>
    /// <param name="header">Header lines of a VCF, the last one with the column names.</param>
    /// <exception cref="ShrikeException">The file cannot be written (exit 4), or the header is none.</exception>
    public BcfWriter(string path, string header)
    {
        LibHts.EnsureLoaded();
        _path = path;
        _file = LibHts.hts_open(path, "wb");
        if (_file == null) throw ShrikeException.InputOutput($"{path}: cannot be written");
        _header = LibHts.bcf_hdr_init("r");
        _record = LibHts.bcf_init();
        byte[] text = Encoding.UTF8.GetBytes(header + "\0");
        fixed (byte* bytes = text)
        {
            if (LibHts.bcf_hdr_parse(_header, bytes) < 0)
            {
                Dispose();
                throw ShrikeException.InvalidData($"{path}: the header has a line that is none of a VCF");
            }
        }

        if (LibHts.bcf_hdr_write(_file, _header) < 0)
        {
            Dispose();
            throw Failed();
        }
    }

    /// <summary>Appends a record.</summary>
    /// <param name="line">Its line, with or without the line end.</param>
    public void Write(ReadOnlySpan<byte> line)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (line is [.., (byte)'\n']) line = line[..^1];
        if (_line.Length <= line.Length) _line = new byte[line.Length * 2];
        line.CopyTo(_line);
        _line[line.Length] = 0;
        fixed (byte* bytes = _line)
        {
            // Parsing marks ends of words in the text and does not free it.
            var text = new LibHts.KString { Length = (nuint)line.Length, Capacity = (nuint)_line.Length, Text = bytes };
            if (LibHts.vcf_parse(&text, _header, _record) < 0) throw ShrikeException.InvalidData($"{_path}: a record cannot be stored as BCF: {Encoding.UTF8.GetString(line[..Math.Min(line.Length, 80)])}");
            if (LibHts.bcf_write(_file, _header, _record) < 0) throw Failed();
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        LibHts.bcf_destroy(_record);
        LibHts.bcf_hdr_destroy(_header);
        if (LibHts.hts_close(_file) != 0) throw Failed();
    }

    private ShrikeException Failed() => ShrikeException.InputOutput($"{_path}: writing failed: is the disk full?");
}
