using Shrike.Core;

namespace Shrike.Examples.Realigning.Alignment;

/// <summary>
/// Composes a read's alignment to a haplotype with the haplotype's alignment to the reference into the read's alignment to the
/// reference. Works on M, I, D and S; the result has no others.
/// </summary>
internal sealed class CigarComposer
{
    private readonly List<uint> _out = [];
    private readonly Feed _read = new();
    private readonly Feed _haplotype = new();
    private int _have;
    private int _length;

    /// <summary>The composed CIGAR; empty if composition failed.</summary>
    public List<uint> Cigar => _out;

    /// <summary>
    /// Distance of a haplotype position from where it would lie without gaps: the shift table of the haplotype's alignment at
    /// <paramref name="position"/>.
    /// </summary>
    /// <param name="haplotype">The haplotype's CIGAR against the reference.</param>
    /// <param name="position">0-based position in the haplotype.</param>
    public static int ShiftAt(ReadOnlySpan<uint> haplotype, int position)
    {
        int shift = 0;
        int at = 0;
        foreach (uint element in haplotype)
        {
            int n = Core.Cigar.Length(element);
            switch (Core.Cigar.Op(element))
            {
                case CigarOp.Deletion:
                    shift += n;
                    continue;
                case CigarOp.SoftClip:
                    shift -= n;
                    if (position < at + n) return shift;
                    break;
                case CigarOp.Insertion:
                    if (position < at + n) return shift - (position - at);
                    shift -= n;
                    break;
                default:
                    if (position < at + n) return shift;
                    break;
            }

            at += n;
        }

        return shift;
    }

    /// <summary>Composes.</summary>
    /// <param name="read">The read's CIGAR against the haplotype.</param>
    /// <param name="haplotype">The haplotype's CIGAR against the reference.</param>
    /// <param name="position">Haplotype position of the read's first aligned base.</param>
    /// <param name="length">Bases of the read.</param>
    /// <returns>Whether a composition was found.</returns>
    public bool TryCompose(ReadOnlySpan<uint> read, ReadOnlySpan<uint> haplotype, int position, int length)
    {
        _out.Clear();
        _have = 0;
        _length = length;
        _read.Reset(read);
        _haplotype.Reset(haplotype);
        _haplotype.Trim(position);
        if (_read.HasNext && _read.NextOp == CigarOp.SoftClip)
        {
            EmitNextOfRead();
        }

        while ((_read.HasNext || _haplotype.HasNext) && _have < _length)
        {
            if (!_haplotype.HasNext && _haplotype.Left == 0 && _read.HasNext)
            {
                EmitNextOfRead();
                continue;
            }

            if (!_read.HasNext && _read.Left == 0 && _haplotype.HasNext) break;
            if (_read.Left == 0) _read.Load();
            if (_haplotype.Left == 0) _haplotype.Load();
            while (_read.Left > 0 && _haplotype.Left > 0) Step();
        }

        if (_read is { Left: > 0, Op: CigarOp.SoftClip })
        {
            Emit(CigarOp.SoftClip, _read.Left);
            _read.Left = 0;
        }

        if (_read.Left == 0 && !_read.HasNext) return _out.Count > 0;
        _out.Clear();
        return false;
    }

    /// <summary>One row of the table of pairs: read operator against haplotype operator, as many units as both allow.</summary>
    private void Step()
    {
        (CigarOp r, CigarOp t) = (_read.Op, _haplotype.Op);
        int n = Math.Min(_read.Left, _haplotype.Left);
        if (r == CigarOp.Insertion && t == CigarOp.Deletion)
        {
            // A base the read adds where the haplotype lacks one: together an aligned base, after what is left of the longer one.
            _read.Left--;
            _haplotype.Left--;
            _read.PushMatch();
            _haplotype.PushMatch();
            return;
        }

        if (r == CigarOp.Insertion)
        {
            EmitUnits(t == CigarOp.SoftClip ? CigarOp.SoftClip : CigarOp.Insertion, _read.Left);
            _read.Left = 0;
            return;
        }

        if (t == CigarOp.Deletion)
        {
            EmitUnits(r == CigarOp.SoftClip ? CigarOp.SoftClip : CigarOp.Deletion, _haplotype.Left);
            _haplotype.Left = 0;
            return;
        }

        if (r == CigarOp.SoftClip || t == CigarOp.SoftClip) EmitUnits(CigarOp.SoftClip, n);
        else if (r == CigarOp.Deletion && t == CigarOp.Match) EmitUnits(CigarOp.Deletion, n);
        else if (r == CigarOp.Match) EmitUnits(t, n);
        _read.Left -= n;
        _haplotype.Left -= n;
    }

    private void EmitNextOfRead()
    {
        (CigarOp op, int n) = _read.Next();
        Emit(op, n);
    }

    /// <summary>Emits base by base where an insertion and a deletion meet, because every base cancels another there.</summary>
    private void EmitUnits(CigarOp op, int n)
    {
        for (; n > 0 && _out.Count > 0 && Cancels(op); n--) Emit(op, 1);
        Emit(op, n);
    }

    private bool Cancels(CigarOp op) => (Core.Cigar.Op(_out[^1]), op) is (CigarOp.Insertion, CigarOp.Deletion) or (CigarOp.Deletion, CigarOp.Insertion);

    private void Emit(CigarOp op, int n)
    {
        if (_have >= _length) return;
        if (op != CigarOp.Deletion) n = Math.Min(n, _length - _have);
        if (n <= 0) return;
        if (_out.Count > 0)
        {
            if (Cancels(op))
            {
                CancelOne();
                return;
            }

            if (Core.Cigar.Op(_out[^1]) == op)
            {
                _out[^1] = Core.Cigar.Pack(op, Core.Cigar.Length(_out[^1]) + n);
                if (op != CigarOp.Deletion) _have += n;
                return;
            }
        }

        _out.Add(Core.Cigar.Pack(op, n));
        if (op != CigarOp.Deletion) _have += n;
    }

    /// <summary>An insertion and a deletion that meet cancel one base: an aligned base goes in front of the last operation.</summary>
    private void CancelOne()
    {
        CigarOp last = Core.Cigar.Op(_out[^1]);
        int left = Core.Cigar.Length(_out[^1]) - 1;
        _out.RemoveAt(_out.Count - 1);
        Core.Cigar.Append(_out, Core.Cigar.Pack(CigarOp.Match, 1));
        if (left > 0) _out.Add(Core.Cigar.Pack(last, left));
        if (last == CigarOp.Deletion) _have++;
    }

    /// <summary>A CIGAR consumed from the front; = and X count as M, others than M, I, D, S are left out.</summary>
    private sealed class Feed
    {
        private readonly List<uint> _waiting = [];

        /// <summary>Operator being consumed.</summary>
        public CigarOp Op { get; private set; }

        /// <summary>What is left of it.</summary>
        public int Left { get; set; }

        /// <summary>Whether operations wait that were not started.</summary>
        public bool HasNext => _waiting.Count > 0;

        /// <summary>Operator of the next of them.</summary>
        public CigarOp NextOp => Core.Cigar.Op(_waiting[^1]);

        public void Reset(ReadOnlySpan<uint> cigar)
        {
            _waiting.Clear();
            Left = 0;
            for (int i = cigar.Length - 1; i >= 0; i--)
            {
                CigarOp op = Core.Cigar.Op(cigar[i]);
                if (op is CigarOp.SequenceMatch or CigarOp.SequenceMismatch) op = CigarOp.Match;
                if (op is CigarOp.Match or CigarOp.Insertion or CigarOp.Deletion or CigarOp.SoftClip) Core.Cigar.Append(_waiting, Core.Cigar.Pack(op, Core.Cigar.Length(cigar[i])));
            }
        }

        /// <summary>Takes the next waiting operation as a whole.</summary>
        public (CigarOp Op, int Length) Next()
        {
            uint next = _waiting[^1];
            _waiting.RemoveAt(_waiting.Count - 1);
            return (Core.Cigar.Op(next), Core.Cigar.Length(next));
        }

        /// <summary>Starts the next waiting operation.</summary>
        public void Load() => (Op, Left) = Next();

        /// <summary>Puts one M in front of what waits.</summary>
        public void PushMatch()
        {
            if (HasNext && NextOp == CigarOp.Match) _waiting[^1] = Core.Cigar.Pack(CigarOp.Match, Core.Cigar.Length(_waiting[^1]) + 1);
            else _waiting.Add(Core.Cigar.Pack(CigarOp.Match, 1));
        }

        /// <summary>Drops what lies before a position of the sequence; deletions on the way and one at the new front vanish.</summary>
        public void Trim(int position)
        {
            while (position > 0 && HasNext)
            {
                Load();
                if (Op == CigarOp.Deletion) continue;
                if (Left > position) _waiting.Add(Core.Cigar.Pack(Op, Left - position));
                position -= Math.Min(position, Left);
            }

            Left = 0;
            if (HasNext && NextOp == CigarOp.Deletion) _waiting.RemoveAt(_waiting.Count - 1);
        }
    }
}
