using Shrike.Core;

namespace Shrike.Examples.Pileup;

/// <summary>A read cut down to a region of the reference. The object is reused.</summary>
public sealed class TrimmedRead
{
    private uint[] _cigar = new uint[64];
    private int _cigarLength;

    /// <summary>First aligned base that is left.</summary>
    public int Start { get; private set; }

    /// <summary>First base of the read that is left.</summary>
    public int Offset { get; private set; }

    /// <summary>Number of bases that are left.</summary>
    public int Length { get; private set; }

    /// <summary>Reference bases spanned, deletions and skips included.</summary>
    public int ReferenceSpan { get; private set; }

    /// <summary>CIGAR that is left; the last operator may have length 0.</summary>
    public ReadOnlySpan<uint> Cigar => _cigar.AsSpan(0, _cigarLength);

    /// <summary>What is left of a whole read's bases or qualities.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> whole) => whole.Slice(Offset, Length);

    /// <summary>Becomes another trimmed read with an alignment of its own; the bases stay.</summary>
    public void Replace(TrimmedRead other, int start, ReadOnlySpan<uint> cigar)
    {
        if (_cigar.Length < cigar.Length) _cigar = new uint[cigar.Length * 2];
        cigar.CopyTo(_cigar);
        _cigarLength = cigar.Length;
        (Start, Offset, Length, ReferenceSpan) = (start, other.Offset, other.Length, Core.Cigar.ReferenceSpan(cigar));
    }

    /// <summary>Cuts an alignment to [regionStart, regionEnd), which it overlaps.</summary>
    public void Trim(int start, ReadOnlySpan<uint> cigar, int regionStart, int regionEnd)
    {
        if (_cigar.Length < cigar.Length + 1) _cigar = new uint[cigar.Length * 2];
        int skip = Math.Max(regionStart - start, 0);
        int keep = regionEnd - Math.Max(regionStart, start);
        Start = skip > 0 ? regionStart : start;
        (_cigarLength, Offset, Length, ReferenceSpan) = (0, 0, 0, 0);
        foreach (uint element in cigar)
        {
            CigarOp op = Core.Cigar.Op(element);
            int length = Core.Cigar.Length(element);
            bool onRead = Core.Cigar.ConsumesRead(op);
            bool onReference = Core.Cigar.SpansReference(op);
            if (skip > 0)
            {
                int dropped = onReference && length > skip ? skip : length;
                if (onReference) skip -= dropped;
                if (onRead) Offset += dropped;
                if (dropped == length) continue;
                length -= dropped;
            }

            bool last = onReference && length > keep;
            if (last) length = keep;
            _cigar[_cigarLength++] = Core.Cigar.Pack(op, length);
            if (onRead) Length += length;
            if (onReference)
            {
                ReferenceSpan += length;
                keep -= length;
            }

            if (last) break;
        }
    }
}
