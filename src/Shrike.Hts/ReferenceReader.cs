using System.Collections.Frozen;
using System.Globalization;
using System.Runtime.InteropServices;
using Shrike.Core;
using Shrike.Hts.Native;

namespace Shrike.Hts;

/// <summary>
/// An indexed FASTA (plain or bgzip). Bases come upper-case; letters other than A, C, G, T are kept. A contig is fetched
/// only where the index finds it in the file. Safe for concurrent use: fetches are serialised.
/// </summary>
public sealed unsafe class ReferenceReader : IDisposable
{
    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly FrozenDictionary<string, Contig> _byName;
    private readonly bool[] _fits;
    private FastaText? _text;
    private nint _index;

    private ReferenceReader(string path, nint index)
    {
        _path = path;
        _index = index;
        var contigs = new Contig[LibHts.faidx_nseq(index)];
        for (int i = 0; i < contigs.Length; i++)
        {
            string name = Marshal.PtrToStringUTF8((nint)LibHts.faidx_iseq(index, i))!;
            contigs[i] = new Contig(name, LibHts.faidx_seq_len(index, name), i);
        }

        Contigs = contigs;
        _fits = new bool[contigs.Length];
        _byName = contigs.ToFrozenDictionary(c => c.Name);
    }

    /// <summary>Contigs in the order of the .fai.</summary>
    public IReadOnlyList<Contig> Contigs { get; }

    /// <summary>Path of the FASTA.</summary>
    public string Path => _path;

    /// <exception cref="ShrikeException">Missing file or one out of reach (exit 4), missing or unusable index (exit 2).</exception>
    public static ReferenceReader Open(string path)
    {
        LibHts.EnsureLoaded();
        AlignmentReader.RequireFile(path, "reference sequences");
        if (!RemoteFile.Is(path))
        {
            if (!File.Exists(path + ".fai")) throw ShrikeException.Usage($"{path}: no index {path}.fai: samtools faidx {path}");
            if (IsGzip(path) && !File.Exists(path + ".gzi"))
            {
                throw ShrikeException.Usage($"{path}: compressed, but {path}.gzi is missing: compress it with bgzip (not gzip), then samtools faidx {path}");
            }
        }

        nint index = LibHts.fai_load3(path, null, null, 0);
        if (index == 0) RemoteFile.ThrowUnlessOpened(path, Marshal.GetLastPInvokeError());
        if (index == 0) throw ShrikeException.InvalidData($"{path}: the FASTA or its .fai cannot be loaded: make the index again with samtools faidx {path}");
        return new ReferenceReader(path, index);
    }

    /// <summary>Sees that the .fai is that of this FASTA: every contig has its header before it and its end behind it.</summary>
    /// <exception cref="ShrikeException">A contig is not where the index says (exit 3).</exception>
    public void RequireFittingIndex()
    {
        foreach (Contig contig in Contigs)
        {
            lock (_gate) RequireFit(contig);
        }
    }

    /// <summary>MD5 of a contig as the M5 of SAM headers: of its upper-case letters, as 32 lower-case hexadecimal digits. The contig is read from end to end.</summary>
    /// <exception cref="ShrikeException">The contig is unknown (exit 2), or the file does not fit its index (exit 3).</exception>
    public string Md5(string contig)
    {
        Contig known = Known(contig);
        lock (_gate)
        {
            RequireFit(known);
            return _text!.Md5(contig);
        }
    }

    /// <summary>Looks a contig up by name.</summary>
    public bool TryGetContig(string name, out Contig contig) => _byName.TryGetValue(name, out contig);

    /// <summary>Bases [start, end) of a contig, upper case, as ASCII.</summary>
    /// <exception cref="ShrikeException">The contig is unknown, the interval leaves it (exit 2), or the file is damaged or does not fit its index (exit 3).</exception>
    public byte[] Fetch(string contig, long start, long end)
    {
        var bases = new byte[checked((int)(end - start))];
        Fetch(contig, start, bases);
        return bases;
    }

    /// <summary>Fills <paramref name="bases"/> with the bases from <paramref name="start"/> on.</summary>
    public void Fetch(string contig, long start, Span<byte> bases)
    {
        long end = start + bases.Length;
        Contig known = Known(contig);
        if (start < 0 || end > known.Length)
        {
            throw ShrikeException.Usage(string.Create(CultureInfo.InvariantCulture, $"{_path}: {contig}:{start + 1}-{end} leaves the contig, which has {known.Length} bases"));
        }

        if (bases.IsEmpty) return;
        long length = 0;
        byte* text;
        lock (_gate)
        {
            RequireFit(known);
            text = LibHts.faidx_fetch_seq64(_index, contig, start, end - 1, &length);
        }

        try
        {
            if (text is null || length != bases.Length)
            {
                throw ShrikeException.InvalidData(string.Create(CultureInfo.InvariantCulture, $"{_path}: {contig}:{start + 1}-{end} cannot be read: the file does not fit its .fai"));
            }

            new ReadOnlySpan<byte>(text, bases.Length).CopyTo(bases);
        }
        finally
        {
            LibHts.free(text);
        }

        System.Text.Ascii.ToUpperInPlace(bases, out _);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_index != 0) LibHts.fai_destroy(_index);
            _index = 0;
            _text?.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the native index of a reader that was not disposed.</summary>
    ~ReferenceReader() => Dispose();

    private Contig Known(string contig) => _byName.TryGetValue(contig, out Contig known) ? known : throw ShrikeException.Usage($"{_path}: has no contig {contig}");

    /// <summary>Looks once at each contig; the lock is held.</summary>
    private void RequireFit(Contig contig)
    {
        ObjectDisposedException.ThrowIf(_index == 0, this);
        if (_fits[contig.Index]) return;
        (_text ??= new FastaText(_path)).Require(contig.Name);
        _fits[contig.Index] = true;
    }

    private static bool IsGzip(string path)
    {
        using FileStream file = File.OpenRead(path);
        return file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
    }
}
