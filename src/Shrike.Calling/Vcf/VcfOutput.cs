using System.Text;
using Shrike.Calling.Records;
using Shrike.Core;
using Shrike.Hts;

namespace Shrike.Calling.Vcf;

/// <summary>How an output is stored.</summary>
public enum VcfFormat
{
    /// <summary>Plain text.</summary>
    Text,

    /// <summary>Text in BGZF blocks, with an index.</summary>
    Bgzf,

    /// <summary>BCF, with an index.</summary>
    Bcf,
}

/// <summary>One output file of stage 3. File and index appear under their names when whole.</summary>
public sealed class VcfOutput : IDisposable
{
    // Beyond this contig length the original switches from tabix to CSI.
    private const long LongestForTabix = 500_000_000;
    private readonly string _path;
    private readonly AtomicFile _file;
    private readonly ContigTable _contigs;
    private readonly FileStream? _stream;
    private readonly BcfWriter? _bcf;
    private readonly VariantIndexBuilder? _index;
    private readonly bool _csi;
    private long _written;

    /// <param name="path">Final name.</param>
    /// <param name="format">How to store it.</param>
    /// <param name="header">Header text.</param>
    /// <param name="contigs">Contigs of the reference.</param>
    public VcfOutput(string path, VcfFormat format, string header, ContigTable contigs)
    {
        _path = path;
        _contigs = contigs;
        Format = format;
        _csi = contigs.Contigs.Any(c => c.Length > LongestForTabix);
        _file = new AtomicFile(path);
        try
        {
            if (format == VcfFormat.Bcf)
            {
                _bcf = new BcfWriter(_file.TemporaryPath, header);
                return;
            }

            _stream = _file.OpenWrite();
            WriteHeader(Encoding.UTF8.GetBytes(header));
            if (format == VcfFormat.Bgzf && !_file.IsDevice && path.EndsWith(".gz", StringComparison.Ordinal)) _index = new VariantIndexBuilder(_csi, (ulong)_written << 16);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>How the file is stored.</summary>
    public VcfFormat Format { get; }

    /// <summary>Number of records written.</summary>
    public long Count { get; private set; }

    /// <summary>The format a file name asks for.</summary>
    public static VcfFormat FormatOf(string path) => path.EndsWith(".bcf", StringComparison.Ordinal) || path.EndsWith(".bcf.gz", StringComparison.Ordinal)
        ? VcfFormat.Bcf
        : path.EndsWith(".gz", StringComparison.Ordinal) || path.EndsWith(".bgz", StringComparison.Ordinal) ? VcfFormat.Bgzf : VcfFormat.Text;

    /// <summary>Appends the next part; compressed already if the format is <see cref="VcfFormat.Bgzf"/>.</summary>
    public void Write(VcfPart part)
    {
        if (_bcf is not null)
        {
            int begin = 0;
            foreach (VcfPart.Line line in part.Lines)
            {
                _bcf.Write(part.Text.Span[begin..line.TextEnd]);
                begin = line.TextEnd;
            }
        }
        else
        {
            if (_index is not null) PushToIndex(part);
            WriteBytes(Format == VcfFormat.Bgzf ? part.Packed : part.Text.Span);
        }

        Count += part.Lines.Count;
    }

    /// <summary>Ends the file, makes the index, and gives both their names.</summary>
    public void Complete()
    {
        if (_bcf is not null)
        {
            _bcf.Dispose();
            if (!_file.IsDevice) CompleteWithIndex(".csi", path => VariantIndex.BuildBcf(_file.TemporaryPath, path));
            else _file.Complete();
            return;
        }

        ulong end = (ulong)_written << 16;
        if (Format == VcfFormat.Bgzf) WriteBytes(BgzfBlock.EndOfFile);
        CloseStream();
        if (_index is not null) CompleteWithIndex(_csi ? ".csi" : ".tbi", path => _index.Save(end, path));
        else _file.Complete();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Closing tries once more to write what is buffered; after a failure it fails again, which has been said.
        try
        {
            _stream?.Dispose();
            _bcf?.Dispose();
        }
        catch (Exception e) when (e is IOException or ShrikeException)
        {
        }
        finally
        {
            _index?.Dispose();
            _file.Dispose();
        }
    }

    private void CompleteWithIndex(string extension, Action<string> save)
    {
        using var index = new AtomicFile(_path + extension);
        save(index.TemporaryPath);
        _file.Complete();
        index.Complete();
    }

    private void WriteHeader(ReadOnlySpan<byte> header)
    {
        if (Format == VcfFormat.Text)
        {
            WriteBytes(header);
            return;
        }

        var block = new byte[BgzfBlock.MaxSize];
        for (; header.Length > 0; header = header[Math.Min(header.Length, BgzfBlock.MaxContent)..])
        {
            int size = BgzfBlock.Compress(header[..Math.Min(header.Length, BgzfBlock.MaxContent)], block);
            WriteBytes(block.AsSpan(0, size));
        }
    }

    /// <summary>A record's end in the file; the end of a block counts as the beginning of the next, as htslib has it.</summary>
    private void PushToIndex(VcfPart part)
    {
        string contig = _contigs.Contigs[part.Contig].Name;
        int at = 0;
        int blockStart = 0;
        ulong blockOffset = (ulong)_written;
        foreach (VcfPart.Line line in part.Lines)
        {
            while (part.Blocks[at].TextEnd <= line.TextEnd)
            {
                blockStart = part.Blocks[at].TextEnd;
                blockOffset = (ulong)(_written + part.Blocks[at].PackedEnd);
                if (++at == part.Blocks.Count) break;
            }

            if (!_index!.Push(contig, line.Start, line.End, (blockOffset << 16) | (uint)(line.TextEnd - blockStart)))
            {
                throw ShrikeException.InputOutput($"{_path}: position {line.Start + 1} of {contig} cannot be indexed");
            }

            if (at == part.Blocks.Count) break;
        }
    }

    private void CloseStream()
    {
        try
        {
            _stream!.Dispose();
        }
        catch (IOException e)
        {
            throw ShrikeException.InputOutput($"{_path}: writing failed: {e.Message}", e);
        }
    }

    private void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _stream!.Write(bytes);
            _written += bytes.Length;
        }
        catch (IOException e)
        {
            throw ShrikeException.InputOutput($"{_path}: writing failed: {e.Message}", e);
        }
    }
}
