using Shrike.Examples.Reads;
using Shrike.Examples.Realigning.Assembly;

namespace Shrike.Examples.Realigning.Alignment;

/// <summary>
/// Places reads on haplotypes without gaps, by shared seeds. Equal to walking along every haplotype and trying, at every
/// position, every read that contains the seed there; but a read and a haplotype that share a seed and the letter before it
/// have met already one position earlier, so only the first seed of every common stretch is an event. Reads walk along the
/// graph of the haplotypes' seeds, and hash only where they enter it.
/// </summary>
internal sealed class UngappedPlacer
{
    /// <summary>Position of a read that is not placed.</summary>
    public const int Unplaced = -1;

    private const byte Start = 1 << 5, OtherLetter = 1 << 4;
    private readonly int _k;
    private readonly int _maxMismatches;
    private readonly int _match;
    private readonly int _mismatch;
    private readonly SeedTable _seeds = new();
    private readonly List<Event> _found = [];

    // Per seed: successor by letter, last letter, letters that precede it in some haplotype, whether a read contains it.
    private int[] _next = new int[4 * 1024];
    private byte[] _last = new byte[1024];
    private byte[] _before = new byte[1024];
    private bool[] _inReads = new bool[1024];
    private int[] _firstEvent = new int[1025];
    private Event[] _events = new Event[1024];
    private int[] _seedAt = [];
    private int[] _seedOffset = [];
    private int[] _score = [];
    private int[] _position = [];
    private int[] _haplotypeScore = [];
    private int _readCount;

    /// <param name="options">Resolved options.</param>
    public UngappedPlacer(HaplotypeAlignerOptions options)
    {
        _k = options.KmerSize;
        _maxMismatches = options.MaxMismatches;
        _match = options.Match;
        _mismatch = options.Mismatch;
    }

    /// <summary>Sum of the scores of the reads placed on each haplotype; 0 = not supported.</summary>
    public ReadOnlySpan<int> HaplotypeScores => _haplotypeScore;

    /// <summary>Score of a read's placement on a haplotype, 0 if there is none.</summary>
    public int ScoreOf(int haplotype, int read) => _score[(haplotype * _readCount) + read];

    /// <summary>Haplotype position of a read's placement, or <see cref="Unplaced"/>.</summary>
    public int PositionOf(int haplotype, int read) => _position[(haplotype * _readCount) + read];

    /// <summary>Places all reads on all haplotypes.</summary>
    /// <param name="haplotypes">Haplotypes with their flanks, bytewise ascending.</param>
    /// <param name="reference">Index of the haplotype that is the reference, -1 if none is.</param>
    /// <param name="prefix">Length of the left flank.</param>
    /// <param name="suffix">Length of the right flank.</param>
    /// <param name="batch">Where the reads live.</param>
    /// <param name="reads">Their indexes.</param>
    public void Place(HaplotypeSet haplotypes, int reference, int prefix, int suffix, ReadBatch batch, ReadOnlySpan<int> reads)
    {
        int cells = haplotypes.Count * reads.Length;
        _readCount = reads.Length;
        if (_score.Length < cells)
        {
            _score = new int[cells * 2];
            _position = new int[cells * 2];
        }

        _score.AsSpan(0, cells).Clear();
        _position.AsSpan(0, cells).Fill(Unplaced);
        if (_haplotypeScore.Length != haplotypes.Count) _haplotypeScore = new int[haplotypes.Count];
        IndexHaplotypes(haplotypes);
        FindEvents(batch, reads);
        for (int h = 0; h < haplotypes.Count; h++)
        {
            _haplotypeScore[h] = PlaceOn(haplotypes, h, h == reference ? int.MaxValue : prefix, suffix, batch, reads);
            if (_haplotypeScore[h] != 0) continue;
            _score.AsSpan(h * _readCount, _readCount).Clear();
            _position.AsSpan(h * _readCount, _readCount).Fill(Unplaced);
        }
    }

    private void IndexHaplotypes(HaplotypeSet haplotypes)
    {
        _seeds.Clear();
        if (_seedOffset.Length < haplotypes.Count) _seedOffset = new int[haplotypes.Count * 2];
        int used = 0;
        ReadOnlySpan<byte> previous = default;
        for (int h = 0; h < haplotypes.Count; h++)
        {
            ReadOnlySpan<byte> letters = haplotypes[h];
            int seeds = Math.Max(0, letters.Length - _k + 1);
            if (_seedAt.Length < used + seeds) Array.Resize(ref _seedAt, (used + seeds) * 2);
            Span<int> seedAt = _seedAt.AsSpan(used, seeds);

            // What a haplotype begins with like the one before needs no second look.
            int known = h == 0 ? 0 : Math.Min(seeds, letters.CommonPrefixLength(previous) - _k + 1);
            if (known > 0) _seedAt.AsSpan(_seedOffset[h - 1], known).CopyTo(seedAt);
            for (int i = Math.Max(0, known); i < seeds; i++) seedAt[i] = SeedAt(letters, i, i == 0 ? -1 : seedAt[i - 1]);
            _seedOffset[h] = used;
            used += seeds;
            previous = letters;
        }
    }

    private int SeedAt(ReadOnlySpan<byte> letters, int at, int before)
    {
        byte last = letters[at + _k - 1];
        int seed = before < 0 ? -1 : _next[(before * 4) + ((last >> 1) & 3)];
        if (seed < 0 || _last[seed] != last)
        {
            seed = _seeds.FindOrAdd(SeedTable.Load(letters, at, _k), out bool isNew);
            if (isNew) AddSeed(seed, last);
            if (before >= 0 && Alleles.MatchRun.IsCanonical(last)) _next[(before * 4) + ((last >> 1) & 3)] = seed;
        }

        _before[seed] |= at == 0 ? Start : LetterBit(letters[at - 1]);
        return seed;
    }

    private void AddSeed(int seed, byte last)
    {
        if (seed == _last.Length)
        {
            int size = seed * 2;
            Array.Resize(ref _next, size * 4);
            Array.Resize(ref _last, size);
            Array.Resize(ref _before, size);
            Array.Resize(ref _inReads, size);
            Array.Resize(ref _firstEvent, size + 1);
        }

        _next.AsSpan(seed * 4, 4).Fill(-1);
        _last[seed] = last;
        _before[seed] = 0;
        _inReads[seed] = false;
    }

    private static byte LetterBit(byte letter) => Alleles.MatchRun.IsCanonical(letter) ? (byte)(1 << ((letter >> 1) & 3)) : OtherLetter;

    /// <summary>Walks the reads along the seeds, and sorts the events by seed; those of a seed stay in order of read and offset.</summary>
    private void FindEvents(ReadBatch batch, ReadOnlySpan<int> reads)
    {
        _found.Clear();
        int n = _seeds.Count;
        Span<int> count = _firstEvent.AsSpan(0, n + 1);
        count.Clear();
        for (int r = 0; r < reads.Length; r++)
        {
            ReadOnlySpan<byte> bases = batch.BasesOf(reads[r]);
            if (bases.Length <= _k) continue;
            int seed = -1;
            for (int p = 0; p + _k <= bases.Length; p++)
            {
                byte last = bases[p + _k - 1];
                int before = seed;
                seed = before < 0 ? -1 : _next[(before * 4) + ((last >> 1) & 3)];
                if (seed < 0 || _last[seed] != last) seed = _seeds.Find(SeedTable.Load(bases, p, _k));
                if (seed < 0) continue;
                _inReads[seed] = true;
                if (p > 0 && before >= 0 && (_before[seed] & ~LetterBit(bases[p - 1])) == 0) continue;
                _found.Add(new Event(seed, r, p));
                count[seed + 1]++;
            }
        }

        for (int s = 0; s < n; s++) count[s + 1] += count[s];
        if (_events.Length < _found.Count) _events = new Event[_found.Count * 2];
        foreach (Event e in _found) _events[count[e.Seed]++] = e;

        // Every entry has moved to the start of the next seed.
        for (int s = n; s > 0; s--) count[s] = count[s - 1];
        count[0] = 0;
    }

    /// <summary>Places the reads on one haplotype.</summary>
    /// <returns>Sum of the scores; 0 if the haplotype is discarded because no read covers a seed that reads contain.</returns>
    private int PlaceOn(HaplotypeSet haplotypes, int h, int prefix, int suffix, ReadBatch batch, ReadOnlySpan<int> reads)
    {
        ReadOnlySpan<byte> letters = haplotypes[h];
        ReadOnlySpan<int> seedAt = _seedAt.AsSpan(_seedOffset[h], Math.Max(0, letters.Length - _k + 1));
        Span<int> score = _score.AsSpan(h * _readCount, _readCount);
        Span<int> position = _position.AsSpan(h * _readCount, _readCount);
        int sum = 0;
        int coveredTo = 0;
        int checkTo = letters.Length - suffix;
        for (int i = 0; i < seedAt.Length; i++)
        {
            int seed = seedAt[i];
            if (!_inReads[seed]) continue;
            for (int e = _firstEvent[seed]; e < _firstEvent[seed + 1]; e++)
            {
                (_, int r, int p) = _events[e];
                ReadOnlySpan<byte> bases = batch.BasesOf(reads[r]);
                if (i > 0 && p > 0 && bases[p - 1] == letters[i - 1]) continue;
                int t = Math.Max(0, i - p);
                if (t + bases.Length > letters.Length || position[r] == t) continue;
                int mismatches = Mismatches.Count(bases, letters[t..], _maxMismatches);
                if (mismatches > _maxMismatches) continue;
                coveredTo = Math.Max(coveredTo, t + bases.Length);
                int s = (_match * (bases.Length - mismatches)) - (_mismatch * mismatches);
                if (s <= score[r]) continue;
                sum += s - score[r];
                score[r] = s;
                position[r] = t;
            }

            if (coveredTo <= i && i >= prefix && i < checkTo) return 0;
        }

        return sum;
    }

    private readonly record struct Event(int Seed, int Read, int Offset);
}
