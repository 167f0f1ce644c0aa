using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Shrike.Core;
using Shrike.Hts.Native;

namespace Shrike.Hts;

/// <summary>
/// Reads BAM, CRAM or SAM: the whole file in order, or the records overlapping an interval through the index.
/// One thread at a time. CRAM decodes against the given reference only and never asks the network.
/// </summary>
public sealed unsafe class AlignmentReader : IDisposable
{
    private readonly string _path;
    private LibHts.HtsFile* _file;
    private nint _header;
    private nint _index;
    private nint _iterator;
    private LibHts.Bam* _record;
    private string _where = "";
    private bool _hasReference;

    private AlignmentReader(string path) => _path = path;

    /// <summary>Contigs, samples and sort order.</summary>
    public AlignmentHeader Header { get; private set; } = null!;

    /// <summary>Path the reader was opened with.</summary>
    public string Path => _path;

    /// <summary>Whether it is CRAM, whose bases are read with the help of a reference.</summary>
    public bool IsCram => _file->IsCram;

    /// <summary>Whether reads of a contig may have been decoded with any reference that was given, the file's checksums left aside: as htslib does with CRAM containers of several contigs.</summary>
    /// <param name="contig">A contig of the header.</param>
    public bool MayBeDecodedUnchecked(string contig) => IsCram && CramContainers.MayMix(_path, Header.IndexOf(contig));

    /// <summary>The record of the last successful <see cref="Read"/>.</summary>
    public AlignmentRecord Current => new(_record);

    /// <param name="path">BAM, CRAM or SAM file; recognised by content.</param>
    /// <param name="referencePath">FASTA that CRAM decodes against; null to use embedded references only.</param>
    /// <exception cref="ShrikeException">Missing or out of reach (exit 4), not an alignment file or cut off at its end (exit 3).</exception>
    public static AlignmentReader Open(string path, string? referencePath = null)
    {
        LibHts.EnsureLoaded();
        RequireFile(path, "alignments");
        var reader = new AlignmentReader(path);
        try
        {
            reader.OpenFile(referencePath);
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>Whether an index stands beside the file; loads it.</summary>
    public bool TryLoadIndex()
    {
        if (_index == 0) _index = LibHts.sam_index_load3(_file, _path, null, LibHts.IndexSilentFailure);
        return _index != 0;
    }

    /// <summary>Whether it is text without compression (SAM), which can have no index.</summary>
    public bool IsText => LibHts.hts_get_format(_file)->Format == LibHts.FormatSam && !_file->IsBgzf;

    /// <summary>Whether the index beside the file was written before the file, in whole seconds.</summary>
    public bool HasOlderIndex
    {
        get
        {
            static long Seconds(string path) => new DateTimeOffset(File.GetLastWriteTimeUtc(RealPath.Of(path))).ToUnixTimeSeconds();
            return IndexPath is { } index && File.Exists(_path) && Seconds(index) < Seconds(_path);
        }
    }

    /// <summary>Loads the index beside the file.</summary>
    /// <exception cref="ShrikeException">There is none (exit 2), or it is damaged (exit 3).</exception>
    public void RequireIndex()
    {
        if (TryLoadIndex()) return;
        if (AtomicFile.IsDevicePath(_path)) throw ShrikeException.Usage($"{_path}: is a stream, in which nothing can be looked up: write the alignments to a file, with an index");
        if (IndexPath is { } index) throw ShrikeException.InvalidData($"{_path}: its index {index} cannot be read: make it again: samtools index {_path}");
        throw ShrikeException.Usage($"{_path}: no index beside it: samtools index {_path}");
    }

    /// <summary>
    /// Positions the reader on the records with <c>pos &lt; end</c> and <c>end of alignment &gt; start</c>, in file order.
    /// </summary>
    /// <exception cref="ShrikeException">No index, or the contig is not in the header.</exception>
    public void Query(string contig, long start, long end)
    {
        RequireIndex();
        int target = Header.IndexOf(contig);
        if (target < 0) throw ShrikeException.Usage($"{_path}: contig {contig} is not in its header");
        _where = string.Create(CultureInfo.InvariantCulture, $"{contig}:{start + 1}-{end}");
        CloseIterator();
        _iterator = LibHts.sam_itr_queryi(_index, target, start, end);
        if (_iterator == 0) throw ShrikeException.InvalidData($"{_path}: its index cannot answer {_where}: rebuild it with samtools index");
    }

    /// <summary>Moves to the next record of the query, or of the file if there was none; false at the end.</summary>
    /// <exception cref="ShrikeException">A damaged or cut off file, or a CRAM that another reference was used for (exit 3).</exception>
    public bool Read()
    {
        int status = _iterator == 0
            ? LibHts.sam_read1(_file, _header, _record)
            : LibHts.hts_itr_next(_file->IsBgzf ? _file->Stream : 0, _iterator, _record, _file);
        if (status >= 0)
        {
            return true;
        }

        if (status == -1) return false;
        throw ShrikeException.InvalidData(Damage());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CloseIterator();
        if (_record is not null) LibHts.bam_destroy1(_record);
        _record = null;
        if (_index != 0) LibHts.hts_idx_destroy(_index);
        _index = 0;
        if (_header != 0) LibHts.sam_hdr_destroy(_header);
        _header = 0;
        if (_file is not null) _ = LibHts.hts_close(_file);
        _file = null;
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the native state of a reader that was not disposed.</summary>
    ~AlignmentReader() => Dispose();

    /// <summary>Clear message for a file that is not there, instead of the library's number.</summary>
    internal static void RequireFile(string path, string what)
    {
        if (RemoteFile.Is(path)) return;
        if (Directory.Exists(path)) throw ShrikeException.InputOutput($"{path}: is a folder, not a file of {what}");
        if (!File.Exists(path)) throw ShrikeException.InputOutput($"{path}: no such file ({what})");

        // Opening one would wait for somebody to write, and nothing could be looked up in it. What a shell opened (/dev/fd/63) waits for nobody, and may be read once.
        if (NamedPipe.Is(path) && !AtomicFile.IsDevicePath(path)) throw ShrikeException.InputOutput($"{path}: is a pipe, in which nothing can be looked up: write the {what} to a file, with an index");
        try
        {
            using FileStream probe = File.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ShrikeException.InputOutput($"{path}: cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The index beside a local file, in the order in which htslib looks; null if there is none.</summary>
    private string? IndexPath =>
        (_file->IsCram ? [".crai"] : (string[])[".csi", ".bai"]).SelectMany(e => (string[])[_path + e, System.IO.Path.ChangeExtension(_path, e)]).FirstOrDefault(File.Exists);

    private void OpenFile(string? referencePath)
    {
        _file = LibHts.hts_open(_path, "r");
        if (_file is null) RemoteFile.ThrowUnlessOpened(_path, Marshal.GetLastPInvokeError());
        if (_file is null || LibHts.hts_get_format(_file)->Category != LibHts.CategorySequenceData)
        {
            throw ShrikeException.InvalidData($"{_path}: is not a BAM, CRAM or SAM file");
        }

        _hasReference = referencePath is not null;
        if (_file->IsCram && referencePath is not null && LibHts.hts_set_fai_filename(_file, referencePath) < 0)
        {
            throw ShrikeException.InvalidData($"{_path}: the reference {referencePath} cannot be used to decode it");
        }

        if (LibHts.hts_check_EOF(_file) == 0)
        {
            throw ShrikeException.InvalidData($"{_path}: is cut off (its end-of-file block is missing): copy or make it again");
        }

        _header = LibHts.sam_hdr_read(_file);
        if (_header == 0) throw ShrikeException.InvalidData($"{_path}: its header cannot be read: the file is damaged");
        _record = LibHts.bam_init1();
        int count = LibHts.sam_hdr_nref(_header);
        var contigs = new Contig[Math.Max(0, count)];
        for (int i = 0; i < contigs.Length; i++)
        {
            contigs[i] = new Contig(Marshal.PtrToStringUTF8((nint)LibHts.sam_hdr_tid2name(_header, i))!, LibHts.sam_hdr_tid2len(_header, i), i);
        }

        byte* text = LibHts.sam_hdr_str(_header);
        Header = new AlignmentHeader(contigs, text is null ? "" : Marshal.PtrToStringUTF8((nint)text)!);
    }

    private string Damage()
    {
        var message = new StringBuilder().Append(_path).Append(": a record cannot be read");
        if (_where.Length > 0) message.Append(" in ").Append(_where);
        message.Append(!_file->IsCram ? ": the file is damaged or cut off: copy or make it again"
            : _hasReference ? ": the file is damaged, or --ref is not the reference it was written with"
            : ": the file is damaged, or does not hold the reference that it is read without");
        if (RemoteFile.Is(_path)) message.Append("; or the connection broke off");
        if (_iterator != 0) message.Append($"; or its index{(HasOlderIndex ? ", which is older than the file," : "")} does not belong to it: samtools index");
        return message.ToString();
    }

    private void CloseIterator()
    {
        if (_iterator != 0) LibHts.hts_itr_destroy(_iterator);
        _iterator = 0;
    }
}
