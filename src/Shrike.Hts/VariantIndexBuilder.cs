using System.Buffers.Binary;
using System.Text;
using Shrike.Core;
using Shrike.Hts.Native;

namespace Shrike.Hts;

/// <summary>
/// Builds the tabix or CSI index of a VCF while the file is being written: records are pushed with their place in the
/// file, so that nothing is read again. The index is the same as tabix makes.
/// </summary>
public sealed unsafe class VariantIndexBuilder : IDisposable
{
    private const int FormatCsi = 0;
    private const int FormatTbi = 2;
    private const int MinShift = 14;
    private const int TbiLevels = 5;
    private const int CsiLevels = 6;
    private const int MetaHead = 28;
    private readonly Dictionary<string, int> _contigs = [];
    private readonly bool _csi;
    private nint _index;

    /// <param name="csi">CSI, for long contigs; else tabix.</param>
    /// <param name="begin">Virtual offset of the first record.</param>
    public VariantIndexBuilder(bool csi, ulong begin)
    {
        LibHts.EnsureLoaded();
        _csi = csi;
        _index = LibHts.hts_idx_init(0, csi ? FormatCsi : FormatTbi, begin, MinShift, csi ? CsiLevels : TbiLevels);
        if (_index == 0) throw new ShrikeException(ExitCode.OutOfMemory, "no memory for an index");
    }

    /// <summary>Adds a record.</summary>
    /// <param name="contig">Its contig; contigs must come one after the other.</param>
    /// <param name="start">First base, 0-based; not below the record's before.</param>
    /// <param name="end">Behind its last base.</param>
    /// <param name="offset">Virtual offset behind it.</param>
    /// <returns>False if the record is out of order, or too far right for the index.</returns>
    public bool Push(string contig, long start, long end, ulong offset)
    {
        ObjectDisposedException.ThrowIf(_index == 0, this);
        if (!_contigs.TryGetValue(contig, out int target)) _contigs.Add(contig, target = _contigs.Count);
        return LibHts.hts_idx_push(_index, target, start, end, offset, 1) >= 0;
    }

    /// <summary>Writes the index.</summary>
    /// <param name="end">Virtual offset of the file's end block.</param>
    /// <param name="path">Where to.</param>
    /// <exception cref="ShrikeException">It cannot be written (exit 4).</exception>
    public void Save(ulong end, string path)
    {
        ObjectDisposedException.ThrowIf(_index == 0, this);
        byte[] meta = Meta();
        fixed (byte* bytes = meta)
        {
            if (LibHts.hts_idx_finish(_index, end) < 0
                || LibHts.hts_idx_set_meta(_index, (uint)meta.Length, bytes, 1) < 0
                || LibHts.hts_idx_save_as(_index, path, path, _csi ? FormatCsi : FormatTbi) < 0)
            {
                throw ShrikeException.InputOutput($"{path}: the index cannot be written: is the disk full?");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_index != 0) LibHts.hts_idx_destroy(_index);
        _index = 0;
    }

    /// <summary>Columns of a VCF and the names of its contigs.</summary>
    private byte[] Meta()
    {
        byte[] names = Encoding.UTF8.GetBytes(string.Concat(_contigs.OrderBy(c => c.Value).Select(c => c.Key + "\0")));
        var meta = new byte[MetaHead + names.Length];
        LibHts.TabixConfiguration columns = LibHts.TabixConfiguration.Vcf;
        int at = 0;
        foreach (int value in (ReadOnlySpan<int>)[columns.Preset, columns.SequenceColumn, columns.BeginColumn, columns.EndColumn, columns.MetaCharacter, columns.LinesToSkip, names.Length])
        {
            BinaryPrimitives.WriteInt32LittleEndian(meta.AsSpan(at), value);
            at += sizeof(int);
        }

        names.CopyTo(meta, MetaHead);
        return meta;
    }
}
