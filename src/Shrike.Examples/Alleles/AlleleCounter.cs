using Shrike.Core;
using Shrike.Examples.Reads;

namespace Shrike.Examples.Alleles;

/// <summary>
/// Turns the reads of a partition into at most one allele per read and position. Bases that match the reference go
/// into a difference array, run by run; only what differs becomes an <see cref="Observation"/>. One object per thread,
/// reused from partition to partition.
/// </summary>
public sealed class AlleleCounter
{
    private readonly AlleleCounterOptions _options;
    private readonly byte _minQuality;
    private ReadBatch _batch = new();
    private ReferenceWindow _reference = null!;
    private Observation[] _observations = new Observation[1024];
    private int _count;
    private int[] _order = new int[1024];
    private int[] _referenceDelta = [];

    // The last item of the read being walked: it is recorded only when the next one is known not to displace it.
    private Pending _kind;
    private Observation _pending;

    /// <param name="options">How to count.</param>
    public AlleleCounter(AlleleCounterOptions options)
    {
        _options = options;
        _minQuality = (byte)Math.Clamp(options.MinBaseQuality, 0, 255);
    }

    private enum Pending : byte
    {
        None,
        Void,
        Recordable,
    }

    /// <summary>First counted position.</summary>
    public int Start { get; private set; }

    /// <summary>One past the last counted position.</summary>
    public int End { get; private set; }

    /// <summary>Number of counted positions.</summary>
    public int Length => End - Start;

    /// <summary>Reference bases of the interval.</summary>
    public byte[] ReferenceBases { get; private set; } = [];

    /// <summary>Good reads equal to the reference, per position (index 0 is <see cref="Start"/>).</summary>
    public int[] ReferenceCount { get; private set; } = [];

    /// <summary>Good observations other than the reference, per position; soft clips included.</summary>
    public int[] GoodAlternates { get; private set; } = [];

    /// <summary>Stored observations, per position: low quality ones and tracked reference reads included.</summary>
    public int[] Stored { get; private set; } = [];

    /// <summary>First entry of each position in the order of positions; Length + 1 entries.</summary>
    private int[] PositionOffset { get; set; } = [];

    /// <summary>Depth at a position: everything of good quality.</summary>
    public int Total(int index) => ReferenceCount[index] + GoodAlternates[index];

    /// <summary>Observations at a position, in order of counting.</summary>
    public ObservationList At(int index) => new(_observations, _order.AsSpan(PositionOffset[index], PositionOffset[index + 1] - PositionOffset[index]));

    /// <summary>Counts the reads of <paramref name="batch"/> that overlap [readStart, readEnd) over [start, end).</summary>
    /// <param name="batch">Reads.</param>
    /// <param name="reference">Reference of their contig.</param>
    /// <param name="start">First counted position.</param>
    /// <param name="end">One past the last.</param>
    /// <param name="readStart">Start of the interval that reads must overlap.</param>
    /// <param name="readEnd">Its end.</param>
    /// <param name="firstRead">Reads of the batch before this one are left out.</param>
    public void Count(ReadBatch batch, ReferenceWindow reference, int start, int end, int readStart, int readEnd, int firstRead = 0)
    {
        Begin(batch, reference, start, end);
        ReadNormalizer? normalizer = _options.NormalizeReads ? ReadNormalizer.For(batch, reference, start, end, readStart, readEnd) : null;
        for (int i = firstRead; i < batch.Count; i++)
        {
            if (batch.Start[i] >= readEnd || batch.End[i] <= readStart || batch.MappingQualityOf(i) < _options.MinMappingQuality) continue;
            if (normalizer is null) Walk(i, batch.Start[i], batch.CigarOf(i));
            else WalkNormalized(i, normalizer);
        }

        Finish();
    }

    /// <summary>Whether read <paramref name="i"/>, as it is aligned now, is recorded as reference at a position.</summary>
    /// <param name="i">Read index in the batch.</param>
    /// <param name="position">0-based position inside the interval.</param>
    /// <param name="place">Where the read's CIGAR is read on: <see cref="CigarPlace.Begin"/>, then whatever the call for a smaller position left.</param>
    /// <param name="observation">What is recorded, low quality or not.</param>
    public bool TryGetReference(int i, int position, ref CigarPlace place, out Observation observation)
    {
        observation = default;
        ReadOnlySpan<uint> cigar = _batch.CigarOf(i);
        (int k, int pos, int offset) = (place.Element, place.Position, place.Offset);
        for (; k < cigar.Length && pos <= position; k++)
        {
            place = new CigarPlace(k, pos, offset);
            CigarOp op = Cigar.Op(cigar[k]);
            int length = Cigar.Length(cigar[k]);
            bool aligned = op is CigarOp.Match or CigarOp.SequenceMatch or CigarOp.SequenceMismatch;
            if (aligned && position < pos + length)
            {
                int at = offset + position - pos;
                byte b = _batch.BasesOf(i)[at];
                int quality = _batch.QualitiesOf(i)[at];
                bool low = quality < _options.MinBaseQuality;
                if (b != ReferenceBases[position - Start] || !MatchRun.IsCanonical(b) || (_options.LegacyBehavior && low)) return false;
                if (position == pos + length - 1 && k + 1 < cigar.Length && Displaces(i, cigar, k + 1, pos + length, offset + length)) return false;
                observation = new Observation(position, i, AlleleType.Reference, !_options.LegacyBehavior && low, b, (short)quality, at, 0);
                return true;
            }

            if (Cigar.ConsumesRead(op)) offset += length;
            if (Cigar.SpansReference(op) || op == CigarOp.Pad) pos += length;
        }

        return false;
    }

    /// <summary>Adds tracked reference reads to <see cref="Stored"/> of one position.</summary>
    public void AddTracked(int index, int reads) => Stored[index] += reads;

    /// <summary>Text of an observation's bases: anchor, then the event.</summary>
    public string BasesOf(in Observation o)
    {
        Span<byte> text = o.Length < 512 ? stackalloc byte[o.Length + 1] : new byte[o.Length + 1];
        text[0] = o.Anchor;
        EventBases(o).CopyTo(text[1..]);
        return System.Text.Encoding.ASCII.GetString(text);
    }

    /// <summary>Whether two observations show the same allele: kind and bases.</summary>
    public bool SameAllele(in Observation a, in Observation b) =>
        a.Type == b.Type && a.Anchor == b.Anchor && a.Length == b.Length && (a.Length == 0 || EventBases(a).SequenceEqual(EventBases(b)));

    /// <summary>A hash that equal alleles share.</summary>
    public ulong HashOf(in Observation o)
    {
        const ulong k = 0x9E3779B97F4A7C15;
        ulong hash = (((ulong)o.Type << 8) | o.Anchor) * k;
        foreach (byte b in EventBases(o)) hash = ulong.RotateLeft((hash ^ b) * k, 29);
        return hash ^ (ulong)o.Length;
    }

    private ReadOnlySpan<byte> EventBases(in Observation o)
    {
        if (o.Length == 0) return default;
        return o.Type == AlleleType.Deletion
            ? _reference.Bases(o.Position + 1, o.Position + 1 + o.Length)
            : _batch.BasesOf(o.Read).Slice(o.Offset, o.Length);
    }

    private void Begin(ReadBatch batch, ReferenceWindow reference, int start, int end)
    {
        _batch = batch;
        _reference = reference;
        _count = 0;
        (Start, End) = (start, end);
        int n = end - start;
        if (ReferenceCount.Length < n + 1)
        {
            int size = n + 1 + (n / 2);
            ReferenceBases = new byte[size];
            ReferenceCount = new int[size];
            GoodAlternates = new int[size];
            Stored = new int[size];
            PositionOffset = new int[size];
            _referenceDelta = new int[size];
        }

        reference.Bases(start, end).CopyTo(ReferenceBases);
        ReferenceCount.AsSpan(0, n + 1).Clear();
        GoodAlternates.AsSpan(0, n + 1).Clear();
        Stored.AsSpan(0, n + 1).Clear();
        _referenceDelta.AsSpan(0, n + 1).Clear();
    }

    private void WalkNormalized(int i, ReadNormalizer normalizer)
    {
        int shift = normalizer.Normalize(_batch.Start[i], _batch.CigarOf(i), _batch.BasesOf(i), out bool modified);
        int start = _batch.Start[i] + shift;
        if (modified) _batch.SetAlignment(i, start, normalizer.Cigar);
        Walk(i, start, normalizer.Cigar);
    }

    private void Walk(int read, int pos, ReadOnlySpan<uint> cigar)
    {
        ReadOnlySpan<byte> bases = _batch.BasesOf(read);
        ReadOnlySpan<byte> qualities = _batch.QualitiesOf(read);
        int offset = 0;
        _kind = Pending.None;
        foreach (uint element in cigar)
        {
            int length = Cigar.Length(element);
            switch (Cigar.Op(element))
            {
                case CigarOp.Match or CigarOp.SequenceMatch or CigarOp.SequenceMismatch:
                    AddRun(read, pos, bases.Slice(offset, length), qualities.Slice(offset, length), offset);
                    offset += length;
                    pos += length;
                    break;
                case CigarOp.Insertion:
                    Replace(Indel(read, AlleleType.Insertion, pos, offset, length, out bool inserted), inserted);
                    offset += length;
                    break;
                case CigarOp.SoftClip:
                    Replace(Indel(read, AlleleType.SoftClip, pos, offset, length, out bool clipped), clipped);
                    offset += length;
                    break;
                case CigarOp.Deletion:
                    Replace(Indel(read, AlleleType.Deletion, pos, offset, length, out bool deleted), deleted);
                    pos += length;
                    break;
                case CigarOp.Skip or CigarOp.Pad:
                    pos += length;
                    break;
            }
        }

        CommitPending();
    }

    /// <summary>All bases of an aligned run; the last one stays pending, an indel behind it may displace it.</summary>
    private void AddRun(int read, int pos, ReadOnlySpan<byte> bases, ReadOnlySpan<byte> qualities, int offset)
    {
        if (bases.IsEmpty) return;
        CommitPending();
        int last = bases.Length - 1;
        int from = Math.Max(0, Start - pos);
        int to = Math.Min(last, End - pos);
        if (from < to)
        {
            _referenceDelta[pos + from - Start]++;
            _referenceDelta[pos + to - Start]--;
            ReadOnlySpan<byte> reference = ReferenceBases.AsSpan(pos + from - Start, to - from);
            for (int i = from; i < to; i += 32)
            {
                int n = Math.Min(32, to - i);
                uint exceptions = MatchRun.Exceptions(bases.Slice(i, n), reference.Slice(i - from, n), qualities.Slice(i, n), _minQuality);
                while (exceptions != 0)
                {
                    int at = i + System.Numerics.BitOperations.TrailingZeroCount(exceptions);
                    exceptions &= exceptions - 1;
                    ReferenceCount[pos + at - Start]--;
                    if (TryBase(read, pos + at, bases[at], qualities[at], offset + at, out Observation o)) Record(o);
                }
            }
        }

        if (pos + last >= Start && pos + last < End && TryBase(read, pos + last, bases[last], qualities[last], offset + last, out Observation end))
        {
            _pending = end;
            _kind = Pending.Recordable;
        }
    }

    /// <summary>The observation of one aligned base; false if the base is not usable.</summary>
    private bool TryBase(int read, int position, byte b, byte quality, int offset, out Observation observation)
    {
        bool low = quality < _options.MinBaseQuality;
        observation = new Observation(
            position,
            read,
            b == ReferenceBases[position - Start] ? AlleleType.Reference : AlleleType.Substitution,
            low,
            b,
            quality,
            offset,
            0);
        return MatchRun.IsCanonical(b) && !(low && _options.LegacyBehavior);
    }

    /// <summary>The observation of an insertion, deletion or clip in front of <paramref name="pos"/>; void if it cannot be told.</summary>
    private Observation Indel(int read, AlleleType type, int pos, int offset, int length, out bool isVoid)
    {
        ReadOnlySpan<byte> bases = _batch.BasesOf(read);
        ReadOnlySpan<byte> qualities = _batch.QualitiesOf(read);
        isVoid = true;
        byte anchor;
        if (offset > 0) anchor = bases[offset - 1];
        else if (pos - 1 >= 0 && pos - 1 < _reference.Contig.Length) anchor = _reference.Bases(pos - 1, pos)[0];
        else return default;
        if (!MatchRun.IsCanonical(anchor)) return default;
        bool low = false;
        int quality;
        if (type == AlleleType.Deletion)
        {
            if (length == 0 || pos + length > _reference.Contig.Length) return default;
            foreach (byte b in _reference.Bases(pos, pos + length))
            {
                if (!MatchRun.IsCanonical(b)) return default;
            }

            quality = qualities[Math.Max(0, offset - 1)];
        }
        else
        {
            int sum = 0;
            for (int i = offset; i < offset + length; i++)
            {
                if (!MatchRun.IsCanonical(bases[i]) || (_options.LegacyBehavior && qualities[i] < _options.MinBaseQuality)) return default;
                sum += qualities[i];
            }

            low = !_options.LegacyBehavior && sum < _options.MinBaseQuality * length;
            quality = sum / Math.Max(1, length);
        }

        isVoid = false;
        return new Observation(pos - 1, read, type, low, anchor, (short)quality, offset, length);
    }

    private bool Displaces(int read, ReadOnlySpan<uint> cigar, int k, int pos, int offset)
    {
        AlleleType type;
        switch (Cigar.Op(cigar[k]))
        {
            case CigarOp.Insertion: type = AlleleType.Insertion; break;
            case CigarOp.SoftClip: type = AlleleType.SoftClip; break;
            case CigarOp.Deletion: type = AlleleType.Deletion; break;
            default: return false;
        }

        _ = Indel(read, type, pos, offset, Cigar.Length(cigar[k]), out bool isVoid);
        if (!isVoid) return true;

        // A void item displaces nothing, but the event behind it may still overwrite the reference under the same key.
        return k + 1 < cigar.Length && !Cigar.SpansReference(Cigar.Op(cigar[k])) && Displaces(
            read, cigar, k + 1, pos, offset + (Cigar.ConsumesRead(Cigar.Op(cigar[k])) ? Cigar.Length(cigar[k]) : 0));
    }

    private void Replace(in Observation next, bool isVoid)
    {
        if (isVoid)
        {
            CommitPending();
            _kind = Pending.Void;
            return;
        }

        if (_kind == Pending.Recordable && _pending.Position == next.Position) _kind = Pending.None;
        CommitPending();
        _pending = next;
        _kind = Pending.Recordable;
    }

    private void CommitPending()
    {
        if (_kind == Pending.Recordable && _pending.Position >= Start && _pending.Position < End) Record(_pending);
        _kind = Pending.None;
    }

    private void Record(in Observation o)
    {
        int index = o.Position - Start;
        if (o.Type == AlleleType.Reference)
        {
            if (!o.IsLowQuality) ReferenceCount[index]++;
            return;
        }

        int slot = SlotOfSameKey(o);
        if (slot < 0)
        {
            if (_count == _observations.Length) Array.Resize(ref _observations, _count * 2);
            slot = _count++;
            Stored[index]++;
        }
        else if (!_observations[slot].IsLowQuality)
        {
            GoodAlternates[index]--;
        }

        _observations[slot] = o;
        if (!o.IsLowQuality) GoodAlternates[index]++;
    }

    /// <summary>Alleles are kept by read key: a later one of the same key replaces the earlier.</summary>
    private int SlotOfSameKey(in Observation o)
    {
        if (_count > 0 && _observations[_count - 1].Read == o.Read && _observations[_count - 1].Position == o.Position) return _count - 1;
        int key = _batch.Key[o.Read];
        if (key == o.Read) return -1;
        for (int i = _count - 1; i >= 0; i--)
        {
            if (_observations[i].Position == o.Position && _batch.Key[_observations[i].Read] == key) return i;
        }

        return -1;
    }

    /// <summary>Sums the difference array and sorts the observations by position, stable.</summary>
    private void Finish()
    {
        int n = Length;
        int running = 0;
        int offset = 0;
        for (int i = 0; i < n; i++)
        {
            running += _referenceDelta[i];
            ReferenceCount[i] += running;
            PositionOffset[i] = offset;
            offset += Stored[i];
        }

        PositionOffset[n] = offset;
        if (_order.Length < _count) _order = new int[_observations.Length];
        for (int i = 0; i < _count; i++) _order[PositionOffset[_observations[i].Position - Start]++] = i;
        for (int i = n; i > 0; i--) PositionOffset[i] = PositionOffset[i - 1];
        PositionOffset[0] = 0;
    }
}
