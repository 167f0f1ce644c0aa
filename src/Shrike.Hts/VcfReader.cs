using System.Runtime.InteropServices;
using System.Text;
using Shrike.Core;
using Shrike.Hts.Native;

namespace Shrike.Hts;

/// <summary>
/// Reads VCF (plain, gzip, bgzip) and BCF: the whole file in order, or the records overlapping an interval through
/// the .tbi or .csi beside it.
/// </summary>
public sealed unsafe class VcfReader : IDisposable
{
    private const int LineSeparator = 2;
    private readonly string _path;
    private LibHts.HtsFile* _file;
    private LibHts.KString _text;
    private nint _bcfHeader;
    private nint _bcfRecord;
    private nint _bcfIndex;
    private LibHts.Tabix* _tabix;
    private string? _first;
    private long _number;

    private VcfReader(string path) => _path = path;

    /// <summary>Contigs, samples and INFO types.</summary>
    public VcfHeader Header { get; private set; } = null!;

    /// <summary>Path the reader was opened with.</summary>
    public string Path => _path;

    /// <exception cref="ShrikeException">Missing or out of reach (exit 4), not a VCF or BCF, or cut off (exit 3).</exception>
    public static VcfReader Open(string path)
    {
        LibHts.EnsureLoaded();
        AlignmentReader.RequireFile(path, "variants");
        var reader = new VcfReader(path);
        try
        {
            reader.OpenFile();
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>All records in file order; may be enumerated once.</summary>
    public IEnumerable<VcfRecord> ReadAll()
    {
        while (NextLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#') yield return VcfRecord.Parse(_path, ++_number, line);
        }
    }

    /// <summary>
    /// Records overlapping [start, end) of a contig, in file order. A contig that is in the header but not in the
    /// index has none.
    /// </summary>
    /// <exception cref="ShrikeException">No index, or the contig is not in the header.</exception>
    public IReadOnlyList<VcfRecord> Query(string contig, long start, long end) => [.. Stream(contig, start, end)];

    /// <summary>The same, record by record as they are asked for; the reader serves nothing else meanwhile.</summary>
    /// <exception cref="ShrikeException">No index, or the contig is not in the header.</exception>
    public IEnumerable<VcfRecord> Stream(string contig, long start, long end)
    {
        nint iterator = Iterator(contig, start, end);
        try
        {
            while (iterator != 0 && NextText(iterator) is { } line)
            {
                VcfRecord record = VcfRecord.Parse(_path, ++_number, line);
                if (record.Start < end && record.End > start) yield return record;
            }
        }
        finally
        {
            if (iterator != 0) LibHts.hts_itr_destroy(iterator);
        }
    }

    /// <summary>
    /// Contigs that have records, as the index knows them, with their number; -1 where the index does not tell.
    /// </summary>
    /// <exception cref="ShrikeException">No index.</exception>
    public IReadOnlyList<(string Contig, long Records)> IndexedContigs()
    {
        LoadIndex();
        var names = new List<(string Name, int Target)>();
        if (_bcfHeader != 0)
        {
            // The library must not be asked for the numbers of a contig that the index does not have.
            foreach (Contig contig in Header.Contigs)
            {
                if (Stream(contig.Name, 0, int.MaxValue).Any()) names.Add((contig.Name, LibHts.bcf_hdr_id2int(_bcfHeader, LibHts.BcfContigs, contig.Name)));
            }
        }
        else
        {
            int count;
            nint* texts = LibHts.tbx_seqnames(_tabix, &count);
            for (int i = 0; i < count; i++) names.Add((Marshal.PtrToStringUTF8(texts[i])!, i));
            LibHts.free(texts);
        }

        var contigs = new List<(string, long)>();
        foreach ((string name, int target) in names)
        {
            ulong mapped, unmapped;
            bool tells = LibHts.hts_idx_get_stat(_bcfHeader != 0 ? _bcfIndex : _tabix->Index, target, &mapped, &unmapped) == 0;
            contigs.Add((name, tells ? (long)(mapped + unmapped) : -1));
        }

        return contigs;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_tabix is not null) LibHts.tbx_destroy(_tabix);
        _tabix = null;
        if (_bcfIndex != 0) LibHts.hts_idx_destroy(_bcfIndex);
        _bcfIndex = 0;
        if (_bcfRecord != 0) LibHts.bcf_destroy(_bcfRecord);
        _bcfRecord = 0;
        if (_bcfHeader != 0) LibHts.bcf_hdr_destroy(_bcfHeader);
        _bcfHeader = 0;
        if (_file is not null) _ = LibHts.hts_close(_file);
        _file = null;
        LibHts.free(_text.Text);
        _text = default;
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the native state of a reader that was not disposed.</summary>
    ~VcfReader() => Dispose();

    private void OpenFile()
    {
        _file = LibHts.hts_open(_path, "r");
        if (_file is null) RemoteFile.ThrowUnlessOpened(_path, Marshal.GetLastPInvokeError());
        if (_file is null || LibHts.hts_get_format(_file)->Category != LibHts.CategoryVariantData)
        {
            throw ShrikeException.InvalidData($"{_path}: is not a VCF or BCF file");
        }

        if (LibHts.hts_check_EOF(_file) == 0) throw ShrikeException.InvalidData($"{_path}: is cut off (its end-of-file block is missing)");
        if (LibHts.hts_get_format(_file)->Format == LibHts.FormatBcf)
        {
            _bcfHeader = LibHts.bcf_hdr_read(_file);
            if (_bcfHeader == 0) throw ShrikeException.InvalidData($"{_path}: its header cannot be read");
            _bcfRecord = LibHts.bcf_init();
            SetText(text => LibHts.bcf_hdr_format(_bcfHeader, 0, (LibHts.KString*)text));
            Header = new VcfHeader(_path, Encoding.UTF8.GetString(_text.Span).Split('\n'));
            return;
        }

        var lines = new List<string>();
        string? line;
        while ((line = NextLine()) is not null && line.StartsWith('#')) lines.Add(line);
        _first = line;
        Header = new VcfHeader(_path, lines);
    }

    private void LoadIndex()
    {
        if (_bcfHeader != 0 && _bcfIndex == 0) _bcfIndex = LibHts.bcf_index_load3(_path, null, LibHts.IndexSilentFailure);
        else if (_bcfHeader == 0 && _tabix is null) _tabix = LibHts.tbx_index_load3(_path, null, LibHts.IndexSilentFailure);
        if (_bcfIndex == 0 && _tabix is null) throw NoIndex();
    }

    /// <summary>An iterator over what may overlap an interval; 0 if there is nothing.</summary>
    private nint Iterator(string contig, long start, long end)
    {
        LoadIndex();
        bool known = Header.Contigs.Any(c => c.Name == contig);
        if (_bcfHeader != 0)
        {
            if (!known) throw UnknownContig(contig);
            return LibHts.hts_itr_query(_bcfIndex, LibHts.bcf_hdr_id2int(_bcfHeader, LibHts.BcfContigs, contig), start, end, LibHts.Export("bcf_readrec"));
        }

        int target = LibHts.tbx_name2id(_tabix, contig);
        if (target < 0) return known || Header.Contigs.Count == 0 ? 0 : throw UnknownContig(contig);
        return LibHts.hts_itr_query(_tabix->Index, target, start, end, LibHts.Export("tbx_readrec"));
    }

    private string? NextText(nint iterator) => Next(iterator) ? Encoding.UTF8.GetString(_text.Span).TrimEnd('\n') : null;

    private string? NextLine()
    {
        if (_first is { } first)
        {
            _first = null;
            return first;
        }

        if (_bcfHeader != 0)
        {
            int status = LibHts.bcf_read(_file, _bcfHeader, _bcfRecord);
            if (status == -1) return null;
            if (status < 0) throw Damaged();
            FormatBcfRecord();
        }
        else
        {
            int status;
            fixed (LibHts.KString* text = &_text) status = LibHts.hts_getline(_file, LineSeparator, text);
            if (status == -1) return null;
            if (status < 0) throw Damaged();
        }

        return Encoding.UTF8.GetString(_text.Span).TrimEnd('\n', '\r');
    }

    private bool Next(nint iterator)
    {
        int status;
        if (_bcfHeader != 0)
        {
            status = LibHts.hts_itr_next(_file->Stream, iterator, (void*)_bcfRecord, null);
            if (status >= 0) FormatBcfRecord();
        }
        else
        {
            fixed (LibHts.KString* text = &_text) status = LibHts.hts_itr_next(_file->Stream, iterator, text, _tabix);
        }

        if (status < -1) throw Damaged();
        return status >= 0;
    }

    private void FormatBcfRecord() => SetText(text => LibHts.vcf_format(_bcfHeader, _bcfRecord, (LibHts.KString*)text));

    private void SetText(Func<nint, int> format)
    {
        _text.Length = 0;
        fixed (LibHts.KString* text = &_text)
        {
            if (format((nint)text) < 0) throw Damaged();
        }
    }

    private ShrikeException NoIndex() => ShrikeException.Usage($"{_path}: no index beside it: bcftools index -t {_path} (the file must be compressed with bgzip)");

    private ShrikeException UnknownContig(string contig) => ShrikeException.Usage($"{_path}: contig {contig} is not in its header");

    private ShrikeException Damaged() => ShrikeException.InvalidData($"{_path}: record {_number + 1} cannot be read: the file is damaged or cut off");
}
