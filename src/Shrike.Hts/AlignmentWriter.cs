using System.Text;
using Shrike.Core;
using Shrike.Hts.Native;

namespace Shrike.Hts;

/// <summary>Writes a BAM file and its index; both appear under their names when whole. One thread at a time.</summary>
public sealed unsafe class AlignmentWriter : IDisposable
{
    private readonly string _path;
    private readonly AtomicFile _output;
    private LibHts.HtsFile* _file;
    private LibHts.Bam* _record;
    private nint _header;

    /// <param name="path">BAM file to write.</param>
    /// <param name="headerText">Header as SAM text.</param>
    /// <exception cref="ShrikeException">The file cannot be written (exit 4).</exception>
    public AlignmentWriter(string path, string headerText)
    {
        LibHts.EnsureLoaded();
        _path = path;
        _output = new AtomicFile(path);
        byte[] text = Encoding.UTF8.GetBytes(headerText);
        fixed (byte* t = text) _header = LibHts.sam_hdr_parse((nuint)text.Length, t);
        _record = LibHts.bam_init1();
        _file = LibHts.hts_open(_output.TemporaryPath, "wb");
        if (_header == 0 || _file is null || LibHts.sam_hdr_write(_file, _header) < 0) throw Failed();
    }

    /// <summary>Writes one record, without mate position and tags.</summary>
    /// <param name="name">QNAME.</param>
    /// <param name="flags">FLAG.</param>
    /// <param name="contig">Index of the contig in the header.</param>
    /// <param name="position">0-based leftmost base.</param>
    /// <param name="mappingQuality">MAPQ.</param>
    /// <param name="cigar">Packed CIGAR.</param>
    /// <param name="templateLength">TLEN.</param>
    /// <param name="bases">SEQ.</param>
    /// <param name="qualities">QUAL without offset.</param>
    public void Write(ReadOnlySpan<byte> name, ushort flags, int contig, int position, byte mappingQuality, ReadOnlySpan<uint> cigar, int templateLength, ReadOnlySpan<byte> bases, ReadOnlySpan<byte> qualities)
    {
        int status;
        fixed (byte* n = name, b = bases, q = qualities)
        {
            fixed (uint* c = cigar)
            {
                status = LibHts.bam_set1(_record, (nuint)name.Length, n, flags, contig, position, mappingQuality, (nuint)cigar.Length, c, -1, -1, templateLength, (nuint)bases.Length, b, q, 0);
            }
        }

        if (status < 0 || LibHts.sam_write1(_file, _header, _record) < 0) throw Failed();
    }

    /// <summary>Finishes the file, builds its index and gives both their names.</summary>
    public void Complete()
    {
        LibHts.HtsFile* file = _file;
        _file = null;
        if (LibHts.hts_close(file) < 0) throw Failed();
        using var index = new AtomicFile(_path + ".bai");
        if (LibHts.sam_index_build3(_output.TemporaryPath, index.TemporaryPath, 0, 1) < 0) throw ShrikeException.InputOutput($"{_path}: its index cannot be built: are the reads sorted?");
        _output.Complete();
        index.Complete();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_file is not null) _ = LibHts.hts_close(_file);
        if (_record is not null) LibHts.bam_destroy1(_record);
        if (_header != 0) LibHts.sam_hdr_destroy(_header);
        _file = null;
        _record = null;
        _header = 0;
        _output.Dispose();
    }

    private ShrikeException Failed()
    {
        Dispose();
        return ShrikeException.InputOutput($"{_path}: writing failed: is the disk full?");
    }
}
