using System.Buffers;
using System.Globalization;
using System.Text;
using Shrike.Core;
using Shrike.Hts.Native;

namespace Shrike.Hts;

/// <summary>
/// The text of a FASTA (plain or bgzip) as its .fai describes it: whether a sequence lies where the index says, and its
/// MD5. The library goes by the index alone, so with that of another file its bases would be whatever lies there. One thread at a time.
/// </summary>
internal sealed unsafe class FastaText : IDisposable
{
    private const int Chunk = 1 << 20;

    // Longer headers are believed to be one. What is read around a sequence stays small: of a compressed file it is a block or two.
    private const int LongestHeader = 8192;
    private const int LongestBlank = 64;
    private static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n \t"u8);

    private readonly string _path;
    private readonly Dictionary<string, Row> _rows = [];
    private readonly byte[] _buffer = new byte[LongestHeader];
    private nint _file;

    /// <param name="path">The FASTA, with its .fai and, if it is compressed, its .gzi beside it.</param>
    /// <exception cref="ShrikeException">One of them cannot be read (exit 3).</exception>
    public FastaText(string path)
    {
        _path = path;
        ReadIndex();
        _file = LibHts.bgzf_open(path, "r");
        if (_file == 0 || (LibHts.bgzf_compression(_file) != 0 && LibHts.bgzf_index_load(_file, path, ".gzi") != 0))
        {
            Dispose();
            throw ShrikeException.InvalidData($"{path}: the FASTA or its .gzi cannot be loaded: make the index again with samtools faidx {path}");
        }
    }

    /// <summary>A line of the .fai: bases in all, place of the first, bases and bytes of a line.</summary>
    private readonly record struct Row(long Length, long Offset, long LineBases, long LineBytes)
    {
        /// <summary>Place in the text of a base, from 0.</summary>
        public long At(long position) => Offset + (position / LineBases * LineBytes) + (position % LineBases);
    }

    /// <summary>Sees that a header of this name stands before a sequence, and the end of the file or a next header behind it.</summary>
    /// <exception cref="ShrikeException">Something else stands there (exit 3).</exception>
    public void Require(string contig)
    {
        // A sequence without bases is never read.
        if (!_rows.TryGetValue(contig, out Row row) || row.Length == 0) return;
        long begin = Math.Max(0, row.Offset - LongestHeader);
        ReadOnlySpan<byte> before = Read(begin, _buffer.AsSpan(0, (int)(row.Offset - begin)));
        if (before.Length < row.Offset - begin || before.IsEmpty || before[^1] != '\n') throw Misfit($"the bases of {contig} do not begin where it says");
        int line = before[..^1].LastIndexOf((byte)'\n') + 1;
        if ((line > 0 || begin == 0) && NameOf(before[line..]) is var name && name != contig)
        {
            throw Misfit(name is null ? $"no header stands before the bases of {contig}" : $"it says {contig} where the FASTA says {name}");
        }

        ReadOnlySpan<byte> after = Read(row.At(row.Length - 1), _buffer.AsSpan(0, LongestBlank));
        bool endsInBase = !after.IsEmpty && after[0] is > (byte)' ' and not (byte)'>';
        int next = endsInBase ? after[1..].IndexOfAnyExcept(LineEnds) : -1;
        if (!endsInBase || (next >= 0 && after[next + 1] != '>') || next == 0) throw Misfit($"{contig} does not end where it says");
    }

    /// <summary>MD5 of a sequence as SAM headers have it (M5): of the upper-case letters alone, in hexadecimal.</summary>
    /// <exception cref="ShrikeException">The file ends before the sequence (exit 3).</exception>
    public string Md5(string contig)
    {
        Row row = _rows[contig];
        byte[] text = ArrayPool<byte>.Shared.Rent(Chunk);
        using var md5 = new Md5();
        try
        {
            long end = row.Length == 0 ? row.Offset : row.At(row.Length - 1) + 1;
            for (long at = row.Offset; at < end; at += Chunk)
            {
                int size = (int)Math.Min(Chunk, end - at);
                if (Read(at, text.AsSpan(0, size)).Length < size) throw Misfit($"the FASTA ends within {contig}");
                int bases = WithoutLineEnds(text.AsSpan(0, size));
                Ascii.ToUpperInPlace(text.AsSpan(0, bases), out _);
                md5.Add(text.AsSpan(0, bases));
            }

            return md5.Hex();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(text);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_file != 0) _ = LibHts.bgzf_close(_file);
        _file = 0;
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the native file of an object that was not disposed.</summary>
    ~FastaText() => Dispose();

    /// <summary>Moves the letters of a text together and says how many there are.</summary>
    private static int WithoutLineEnds(Span<byte> text)
    {
        int kept = 0;
        for (int at = 0; at < text.Length;)
        {
            int run = text[at..].IndexOfAny(LineEnds);
            if (run < 0) run = text.Length - at;
            text.Slice(at, run).CopyTo(text[kept..]);
            kept += run;
            at += run;
            while (at < text.Length && LineEnds.Contains(text[at])) at++;
        }

        return kept;
    }

    /// <summary>The name in a header line; null if the line is none.</summary>
    private static string? NameOf(ReadOnlySpan<byte> line)
    {
        if (line[0] != '>') return null;
        ReadOnlySpan<byte> name = line[1..].TrimStart(" \t"u8);
        return Encoding.UTF8.GetString(name[..name.IndexOfAny(LineEnds)]);
    }

    /// <summary>What of the text stands from an offset on; less than asked for at its end.</summary>
    private ReadOnlySpan<byte> Read(long offset, Span<byte> target)
    {
        if (LibHts.bgzf_useek(_file, offset, 0) != 0) return [];
        fixed (byte* to = target)
        {
            nint read = LibHts.bgzf_read(_file, to, (nuint)target.Length);
            return read < 0 ? [] : target[..(int)read];
        }
    }

    private void ReadIndex()
    {
        var text = new MemoryStream();
        nint file = LibHts.bgzf_open(_path + ".fai", "r");
        if (file == 0) throw Misfit("it cannot be read");
        fixed (byte* buffer = _buffer)
        {
            nint read;
            while ((read = LibHts.bgzf_read(file, buffer, (nuint)_buffer.Length)) > 0) text.Write(_buffer, 0, (int)read);
        }

        _ = LibHts.bgzf_close(file);
        foreach (string line in Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 5 || !Number(fields[1], out long length) || !Number(fields[2], out long offset) || !Number(fields[3], out long bases) || !Number(fields[4], out long bytes)
                || (length > 0 && (bases == 0 || bytes < bases)))
            {
                throw Misfit($"\"{line.Trim()}\" is no line of an index");
            }

            _rows.TryAdd(fields[0], new Row(length, offset, bases, bytes));
        }
    }

    private static bool Number(string text, out long value) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private ShrikeException Misfit(string why) => ShrikeException.InvalidData($"{_path}: its index {_path}.fai does not fit it: {why}: samtools faidx {_path}");
}
