using System.Runtime.InteropServices;
using Shrike.Core;
using Shrike.Examples.Reads;
using Shrike.Examples.Realigning.Assembly;

namespace Shrike.Examples.Realigning.Alignment;

/// <summary>
/// Gives every read of a window the alignment that follows from its best haplotype: without gaps where it can be placed so on
/// some haplotype, by Smith-Waterman otherwise. All haplotypes are scored, but a path is traced only for the one chosen, and
/// a haplotype is aligned to the reference only when a read has chosen it. One object per thread.
/// </summary>
public sealed class HaplotypeAligner
{
    // Positions on a haplotype are kept in 16 bits in the original; longer windows are left as they are.
    private const int LongestHaplotype = ushort.MaxValue - 1;

    private readonly HaplotypeAlignerOptions _options;
    private readonly UngappedPlacer _placer;
    private readonly LocalAligner _readAligner;
    private readonly LocalAligner _haplotypeAligner;
    private readonly CigarComposer _composer = new();
    private readonly List<uint> _cigar = [];
    private HaplotypeToReference[] _toReference = [];
    private byte[] _codes = [];
    private byte[] _referenceCodes = [];
    private int[] _codeOffset = [];
    private int[] _sharedPrefix = [];
    private int[] _order = [];
    private int[] _gappedScore = [];
    private int _referenceLength;

    /// <param name="options">How to align.</param>
    public HaplotypeAligner(HaplotypeAlignerOptions options)
    {
        _options = options.Resolved();
        _placer = new UngappedPlacer(_options);
        var scoring = new AlignmentScoring(_options.Match, _options.Mismatch, _options.GapOpen, _options.GapExtend);
        _readAligner = new LocalAligner(scoring);
        _haplotypeAligner = new LocalAligner(scoring);
    }

    /// <summary>Aligns the reads; those without an acceptable alignment keep the one they have.</summary>
    /// <param name="batch">Receives the new alignments.</param>
    /// <param name="reads">Indexes of the reads.</param>
    /// <param name="haplotypes">Haplotypes with flanks, bytewise ascending.</param>
    /// <param name="reference">Reference letters from flank to flank.</param>
    /// <param name="referenceStart">Contig position of the first of them.</param>
    /// <param name="prefix">Length of the left flank.</param>
    /// <param name="suffix">Length of the right flank.</param>
    public void Align(ReadBatch batch, ReadOnlySpan<int> reads, HaplotypeSet haplotypes, ReadOnlySpan<byte> reference, int referenceStart, int prefix, int suffix)
    {
        int n = haplotypes.Count;
        int longest = 0;
        int same = -1;
        for (int h = 0; h < n; h++)
        {
            longest = Math.Max(longest, haplotypes.LengthOf(h));
            if (haplotypes[h].SequenceEqual(reference)) same = h;
        }

        if (longest > LongestHaplotype) return;
        _placer.Place(haplotypes, same, prefix, suffix, batch, reads);
        Prepare(haplotypes, same, reference);
        Span<int> order = _order.AsSpan(0, n);
        for (int h = 0; h < n; h++) order[h] = h;
        StandardSort.Sort(order, _placer.HaplotypeScores);
        int threshold = _options.ScoreThreshold(batch.BasesOf(reads[0]).Length);
        for (int r = 0; r < reads.Length; r++)
        {
            bool placed = IsPlaced(n, r);
            if (!placed) ScoreWithGaps(batch.BasesOf(reads[r]), haplotypes, threshold);
            int best = Best(order, r, placed, haplotypes, reference);
            if (best >= 0) Realign(batch, reads[r], r, placed, best, haplotypes, reference, referenceStart);
        }
    }

    /// <summary>
    /// Aligns the reads to one haplotype, which is its own reference: any positive score will do, and a read without one is said to be
    /// unaligned. Spec 40 section 13.
    /// </summary>
    /// <param name="batch">Receives the new alignments; a read whose indels could be moved left keeps the one it has.</param>
    /// <param name="reads">Indexes of the reads.</param>
    /// <param name="haplotype">The haplotype, alone in its set.</param>
    /// <param name="start">Contig position of its first letter.</param>
    /// <param name="isAligned">Receives, for every read, whether it fits anywhere.</param>
    public void AlignToOne(ReadBatch batch, ReadOnlySpan<int> reads, HaplotypeSet haplotype, int start, Span<bool> isAligned)
    {
        isAligned.Fill(true);
        ReadOnlySpan<byte> letters = haplotype[0];
        if (letters.Length > LongestHaplotype || reads.IsEmpty) return;
        _placer.Place(haplotype, 0, 0, 0, batch, reads);
        Prepare(haplotype, 0, letters, keepsUnsupported: true);
        for (int r = 0; r < reads.Length; r++)
        {
            bool placed = IsPlaced(1, r);
            if (!placed)
            {
                _readAligner.SetQuery(batch.BasesOf(reads[r]));
                _gappedScore[0] = _readAligner.Score(CodesOf(haplotype, 0));
            }

            isAligned[r] = placed || _gappedScore[0] > 0;
            if (isAligned[r]) Realign(batch, reads[r], r, placed, 0, haplotype, letters, start);
        }
    }

    private bool IsPlaced(int haplotypes, int r)
    {
        for (int h = 0; h < haplotypes; h++)
        {
            if (_placer.ScoreOf(h, r) > 0) return true;
        }

        return false;
    }

    private void Prepare(HaplotypeSet haplotypes, int same, ReadOnlySpan<byte> reference, bool keepsUnsupported = false)
    {
        int n = haplotypes.Count;
        if (_toReference.Length < n)
        {
            int old = _toReference.Length;
            Array.Resize(ref _toReference, n);
            for (int i = old; i < n; i++) _toReference[i] = new HaplotypeToReference();
            _order = new int[n];
            _gappedScore = new int[n];
            _codeOffset = new int[n + 1];
            _sharedPrefix = new int[n];
        }

        _referenceLength = reference.Length;
        if (_referenceCodes.Length < reference.Length) _referenceCodes = new byte[reference.Length * 2];
        LetterCodes.CodeTarget(reference, _referenceCodes);
        int used = 0;
        int previous = -1;
        for (int h = 0; h < n; h++)
        {
            _toReference[h].Reset(h == same, haplotypes.LengthOf(h));
            _codeOffset[h] = used;
            if (_placer.HaplotypeScores[h] == 0 && !keepsUnsupported) continue;
            ReadOnlySpan<byte> letters = haplotypes[h];
            if (_codes.Length < used + letters.Length) Array.Resize(ref _codes, (used + letters.Length) * 2);
            LetterCodes.CodeTarget(letters, _codes.AsSpan(used));
            _sharedPrefix[h] = previous < 0 ? 0 : letters.CommonPrefixLength(haplotypes[previous]);
            previous = h;
            used += letters.Length;
        }
    }

    private ReadOnlySpan<byte> CodesOf(HaplotypeSet haplotypes, int h) => _codes.AsSpan(_codeOffset[h], haplotypes.LengthOf(h));

    /// <summary>Scores one read against all supported haplotypes; what two neighbours share at the start is computed once.</summary>
    private void ScoreWithGaps(ReadOnlySpan<byte> bases, HaplotypeSet haplotypes, int threshold)
    {
        _readAligner.SetQuery(bases);
        for (int h = 0; h < haplotypes.Count; h++)
        {
            _gappedScore[h] = 0;
            if (_placer.HaplotypeScores[h] == 0) continue;
            int score = _readAligner.Score(CodesOf(haplotypes, h), _sharedPrefix[h]);
            if (score >= threshold) _gappedScore[h] = score;
        }
    }

    /// <summary>The best haplotype: of equal ones the last that is not the reference; -1 if none has a positive score.</summary>
    private int Best(ReadOnlySpan<int> order, int r, bool placed, HaplotypeSet haplotypes, ReadOnlySpan<byte> reference)
    {
        int best = -1;
        int bestScore = 0;
        foreach (int h in order)
        {
            int score = placed ? _placer.ScoreOf(h, r) : _gappedScore[h];
            if (score > bestScore || (bestScore > 0 && score == bestScore && !IsReference(h, haplotypes, reference)))
            {
                (best, bestScore) = (h, score);
            }
        }

        return best;
    }

    private bool IsReference(int h, HaplotypeSet haplotypes, ReadOnlySpan<byte> reference)
    {
        HaplotypeToReference to = _toReference[h];
        to.IsReference ??= IsContained(h, haplotypes, reference);
        return to.IsReference.Value;
    }

    /// <summary>A haplotype that stands in the reference as it is counts as reference; with N in it, its alignment tells.</summary>
    private bool IsContained(int h, HaplotypeSet haplotypes, ReadOnlySpan<byte> reference)
    {
        ReadOnlySpan<byte> letters = haplotypes[h];
        if (letters.Length > reference.Length) return false;
        if (CodesOf(haplotypes, h).IndexOf(LetterCodes.TargetOther) < 0) return reference.IndexOf(letters) >= 0;
        AlignToReference(h, haplotypes);
        List<uint> cigar = _toReference[h].Cigar;
        return cigar.Count == 1 && cigar[0] == Cigar.Pack(CigarOp.SequenceMatch, letters.Length);
    }

    private bool AlignToReference(int h, HaplotypeSet haplotypes)
    {
        HaplotypeToReference to = _toReference[h];
        if (to.IsAligned) return to.Cigar.Count > 0;
        to.IsAligned = true;
        ReadOnlySpan<byte> reference = _referenceCodes.AsSpan(0, _referenceLength);
        _haplotypeAligner.SetQuery(haplotypes[h]);
        if (_haplotypeAligner.TryTrace(reference, -1, out int begin, to.Cigar)) to.Begin = begin;
        else to.Cigar.Clear();
        return to.Cigar.Count > 0;
    }

    private void Realign(ReadBatch batch, int read, int r, bool placed, int h, HaplotypeSet haplotypes, ReadOnlySpan<byte> reference, int referenceStart)
    {
        ReadOnlySpan<byte> bases = batch.BasesOf(read);
        int position;
        if (placed)
        {
            position = _placer.PositionOf(h, r);
            _cigar.Clear();
            _cigar.Add(Cigar.Pack(CigarOp.Match, bases.Length));
        }
        else if (!_readAligner.TryTrace(CodesOf(haplotypes, h), _gappedScore[h], out position, _cigar))
        {
            return;
        }

        if (!AlignToReference(h, haplotypes)) return;
        HaplotypeToReference to = _toReference[h];
        ReadOnlySpan<uint> toReference = CollectionsMarshal.AsSpan(to.Cigar);
        int offset = to.Begin + position + CigarComposer.ShiftAt(toReference, position);
        if (!_composer.TryCompose(CollectionsMarshal.AsSpan(_cigar), toReference, position, bases.Length)) return;
        ReadOnlySpan<uint> composed = CollectionsMarshal.AsSpan(_composer.Cigar);
        if (!_options.NormalizeReads && !LeftAlignment.Holds(composed, offset, reference, bases)) return;
        batch.SetAlignment(read, referenceStart + offset, composed);
    }

    /// <summary>A haplotype's alignment to the reference, made when first needed.</summary>
    private sealed class HaplotypeToReference
    {
        public List<uint> Cigar { get; } = [];

        public int Begin { get; set; }

        public bool IsAligned { get; set; }

        public bool? IsReference { get; set; }

        public void Reset(bool isReference, int length)
        {
            Cigar.Clear();
            Begin = 0;
            IsAligned = isReference;
            IsReference = isReference ? true : null;
            if (isReference) Cigar.Add(Core.Cigar.Pack(CigarOp.Match, length));
        }
    }
}
