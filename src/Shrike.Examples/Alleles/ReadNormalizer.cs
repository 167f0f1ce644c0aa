using Shrike.Core;
using Shrike.Examples.Reads;

namespace Shrike.Examples.Alleles;

/// <summary>Left-aligns the indels of a read against the reference, and merges what meets.</summary>
public sealed class ReadNormalizer
{
    private const int MaxRounds = 10;
    private readonly byte[] _reference;
    private readonly int _start;
    private readonly List<uint> _cigar = [];
    private uint[] _result = [];

    /// <param name="reference">Reference bases that indels may move over.</param>
    /// <param name="start">Position of the first of them.</param>
    public ReadNormalizer(byte[] reference, int start)
    {
        _reference = reference;
        _start = start;
    }

    /// <summary>The CIGAR of the last read normalised.</summary>
    public ReadOnlySpan<uint> Cigar => _result;

    /// <summary>A normaliser over the union of the counted interval and all reads that overlap [readStart, readEnd).</summary>
    public static ReadNormalizer For(ReadBatch batch, ReferenceWindow reference, int start, int end, int readStart, int readEnd)
    {
        int contigEnd = (int)reference.Contig.Length - 1;
        int from = Math.Min(start, readStart);
        int to = Math.Max(end, readEnd);
        for (int i = 0; i < batch.Count; i++)
        {
            if (batch.Start[i] >= readEnd || batch.End[i] <= readStart) continue;
            from = Math.Min(from, batch.Start[i]);
            to = Math.Max(to, Math.Min(contigEnd, batch.End[i]));
        }

        return new ReadNormalizer(reference.Bases(from, to).ToArray(), from);
    }

    /// <summary>Normalises one read.</summary>
    /// <param name="position">Alignment start.</param>
    /// <param name="cigar">Packed CIGAR.</param>
    /// <param name="bases">Read bases.</param>
    /// <param name="modified">Whether the stored read must change (a mere change at its head does not count).</param>
    /// <returns>Shift of the alignment start.</returns>
    public int Normalize(int position, ReadOnlySpan<uint> cigar, ReadOnlySpan<byte> bases, out bool modified)
    {
        _cigar.Clear();
        foreach (uint element in cigar) _cigar.Add(element);
        modified = false;
        int shift = 0;
        if (_cigar.Count > 0)
        {
            for (int round = 0; round < MaxRounds; round++)
            {
                bool shifted = ShiftFirst(position - _start, ref shift, bases);
                bool cleaned = Clean();
                modified |= shifted | cleaned;
                if (!shifted && !cleaned) break;
            }

            shift += Head(0);
        }

        _result = [.. _cigar];
        return shift;
    }

    /// <summary>Moves the first indel that can move as far left as the element before it is long.</summary>
    private bool ShiftFirst(int start, ref int shift, ReadOnlySpan<byte> bases)
    {
        int read = 0;
        int cur = start + shift;
        int previous = Core.Cigar.Length(_cigar[0]);
        for (int k = 0; k < _cigar.Count; k++)
        {
            CigarOp op = Core.Cigar.Op(_cigar[k]);
            int length = Core.Cigar.Length(_cigar[k]);
            if (op is CigarOp.Insertion or CigarOp.Deletion)
            {
                int steps = 0;
                while (previous > 0 && CanMove(op, length, read, cur, bases))
                {
                    cur--;
                    previous--;
                    read--;
                    steps++;
                }

                if (steps > 0)
                {
                    shift += Apply(steps, k);
                    return true;
                }
            }

            previous = length;
            if (Core.Cigar.ConsumesRead(op)) read += length;
            if (Core.Cigar.SpansReference(op) || op == CigarOp.Pad) cur += length;
        }

        return false;
    }

    private bool CanMove(CigarOp op, int length, int read, int cur, ReadOnlySpan<byte> bases)
    {
        if (op == CigarOp.Deletion)
        {
            int at = cur + length - 1;
            return read > 0 && at >= 0 && at < _reference.Length && bases[read - 1] == _reference[at];
        }

        return cur > 0 && cur - 1 < _reference.Length && read + length - 1 >= 0 && read + length - 1 < bases.Length && bases[read + length - 1] == _reference[cur - 1];
    }

    private int Apply(int steps, int k)
    {
        if (k == 0 || (k == 1 && Core.Cigar.Op(_cigar[0]) == CigarOp.SoftClip)) return Head(k);
        CigarOp before = Core.Cigar.Op(_cigar[k - 1]);
        if (before is not (CigarOp.Match or CigarOp.SequenceMatch or CigarOp.SequenceMismatch)) return 0;
        _cigar[k - 1] = Core.Cigar.Pack(before, Core.Cigar.Length(_cigar[k - 1]) - steps);
        if (k + 1 < _cigar.Count) _cigar[k + 1] = Core.Cigar.Pack(Core.Cigar.Op(_cigar[k + 1]), Core.Cigar.Length(_cigar[k + 1]) + steps);
        else _cigar.Add(Core.Cigar.Pack(CigarOp.Match, steps));
        return 0;
    }

    /// <summary>An indel at the head of the alignment: a deletion goes, an insertion becomes aligned.</summary>
    private int Head(int k)
    {
        if (k >= _cigar.Count) return 0;
        int length = Core.Cigar.Length(_cigar[k]);
        switch (Core.Cigar.Op(_cigar[k]))
        {
            case CigarOp.Deletion:
                _cigar.RemoveAt(k);
                return length;
            case CigarOp.Insertion:
                _cigar[k] = Core.Cigar.Pack(CigarOp.Match, length);
                return -length;
            default:
                return 0;
        }
    }

    private bool Clean()
    {
        bool changed = false;
        while (true)
        {
            changed |= _cigar.RemoveAll(e => Core.Cigar.Length(e) == 0) > 0;
            if (!MergeFirst()) return changed;
            changed = true;
        }
    }

    private bool MergeFirst()
    {
        for (int i = 0; i + 1 < _cigar.Count; i++)
        {
            (CigarOp a, int la) = (Core.Cigar.Op(_cigar[i]), Core.Cigar.Length(_cigar[i]));
            (CigarOp b, int lb) = (Core.Cigar.Op(_cigar[i + 1]), Core.Cigar.Length(_cigar[i + 1]));
            if (a == b || (IsAligned(a) && IsAligned(b)))
            {
                _cigar[i] = Core.Cigar.Pack(a, la + lb);
                _cigar[i + 1] = Core.Cigar.Pack(b, 0);
                return true;
            }

            if ((a, b) is (CigarOp.Insertion, CigarOp.Deletion) or (CigarOp.Deletion, CigarOp.Insertion))
            {
                int common = Math.Min(la, lb);
                _cigar[i] = Core.Cigar.Pack(CigarOp.Match, common);
                _cigar[i + 1] = Core.Cigar.Pack(la > lb ? a : b, Math.Max(la, lb) - common);
                return true;
            }
        }

        return false;
    }

    private static bool IsAligned(CigarOp op) => op is CigarOp.Match or CigarOp.SequenceMatch or CigarOp.SequenceMismatch;
}
