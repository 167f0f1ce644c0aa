using System.Runtime.InteropServices;
using Shrike.Hts.Native;

namespace Shrike.Hts;

/// <summary>
/// One alignment, viewed in place in htslib's record: no field is copied until asked for. Valid until the reader
/// moves on.
/// </summary>
public readonly unsafe ref struct AlignmentRecord
{
    private readonly LibHts.Bam* _bam;

    internal AlignmentRecord(LibHts.Bam* bam) => _bam = bam;

    /// <summary>Index of the contig in the header, -1 if none.</summary>
    public int ContigIndex => _bam->TargetId;

    /// <summary>0-based leftmost aligned base, -1 if none.</summary>
    public long Position => _bam->Position;

    /// <summary>SAM flags.</summary>
    public ushort Flags => _bam->Flags;

    /// <summary>MAPQ.</summary>
    public byte MappingQuality => _bam->MappingQuality;

    /// <summary>Contig index of the mate, -1 if unknown.</summary>
    public int MateContigIndex => _bam->MateTargetId;

    /// <summary>TLEN, clamped to 32 bits.</summary>
    public int TemplateLength => (int)Math.Clamp(_bam->TemplateLength, int.MinValue, int.MaxValue);

    /// <summary>Number of bases.</summary>
    public int Length => _bam->SequenceLength;

    /// <summary>QNAME without terminator.</summary>
    public ReadOnlySpan<byte> Name => new(_bam->Data, Math.Max(0, _bam->NameLength - _bam->ExtraNuls - 1));

    /// <summary>Packed CIGAR elements (length &lt;&lt; 4 | operator).</summary>
    public ReadOnlySpan<uint> Cigar => new(_bam->Data + _bam->NameLength, (int)_bam->CigarCount);

    /// <summary>Bases, two per byte.</summary>
    public ReadOnlySpan<byte> PackedBases => new(_bam->Data + _bam->NameLength + (_bam->CigarCount * 4), (_bam->SequenceLength + 1) / 2);

    /// <summary>Base qualities without offset; the first is 255 if the record has none.</summary>
    public ReadOnlySpan<byte> Qualities =>
        new(_bam->Data + _bam->NameLength + (_bam->CigarCount * 4) + ((_bam->SequenceLength + 1) / 2), _bam->SequenceLength);

    /// <summary>An integer tag such as HP.</summary>
    public bool TryGetInteger(ReadOnlySpan<byte> tag, out long value)
    {
        byte* field = Find(tag);
        value = 0;
        if (field is null || !"cCsSiI"u8.Contains(*field)) return false;
        value = LibHts.bam_aux2i(field);
        return true;
    }

    /// <summary>A text tag such as OQ; borrowed from the record.</summary>
    public bool TryGetText(ReadOnlySpan<byte> tag, out ReadOnlySpan<byte> value)
    {
        byte* field = Find(tag);
        byte* text = field is null ? null : LibHts.bam_aux2Z(field);
        value = text is null ? default : MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text);
        return text is not null;
    }

    private byte* Find(ReadOnlySpan<byte> tag)
    {
        byte* name = stackalloc byte[2] { tag[0], tag[1] };
        return LibHts.bam_aux_get(_bam, name);
    }
}
