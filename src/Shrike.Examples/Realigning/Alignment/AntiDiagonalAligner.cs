using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Shrike.Examples.Realigning.Alignment;

/// <summary>
/// Score and end of the best local alignment of one query to many targets, by the widest vectors the processor has, in lanes
/// of 8 bits where no score can exceed them, else of 16. One object per thread. <see cref="ScalarAligner"/> is its
/// specification.
/// </summary>
internal sealed class AntiDiagonalAligner
{
    private const int LongestSequences = ushort.MaxValue;

    // Diagonals beyond the corners of the matrix that are searched first.
    private const int FirstMargin = 14;
    private static readonly bool Wide = Avx512BW.IsSupported && Avx512Vbmi.IsSupported && Vector512.IsHardwareAccelerated;
    private readonly AlignmentScoring _scoring;
    private readonly AlignmentScoring _scaled;
    private readonly int _divisor;
    private readonly int _shortQuery;
    private readonly IScoringKernel? _shortBytes;
    private readonly IScoringKernel? _byteScores;
    private readonly ILocatingKernel? _byteEnds;
    private readonly IScoringKernel? _shortScores;
    private readonly ILocatingKernel? _shortEnds;
    private IScoringKernel? _scores;
    private ILocatingKernel? _ends;
    private byte[] _query = [];
    private int _queryLength;
    private bool _first;
    private bool _located;

    /// <param name="scoring">Scores.</param>
    public AntiDiagonalAligner(AlignmentScoring scoring)
    {
        _scoring = scoring;
        _divisor = scoring.CommonDivisor;
        _scaled = scoring.DividedBy(_divisor);
        if (Wide)
        {
            var bytes = new AntiDiagonalKernel<Bytes512, Vector512<byte>, byte>();
            var shorts = new AntiDiagonalKernel<Shorts512, Vector512<ushort>, ushort>();
            (_byteScores, _byteEnds, _shortScores, _shortEnds) = (bytes, bytes, shorts, shorts);
            _shortBytes = new ShortQueryKernel<Bytes512, Vector512<byte>, byte>();
            _shortQuery = ShortQueryKernel<Bytes512, Vector512<byte>, byte>.MaxLength;
        }
        else if (Avx2.IsSupported)
        {
            var bytes = new AntiDiagonalKernel<Bytes256, Vector256<byte>, byte>();
            var shorts = new AntiDiagonalKernel<Shorts256, Vector256<ushort>, ushort>();
            (_byteScores, _byteEnds, _shortScores, _shortEnds) = (bytes, bytes, shorts, shorts);
            _shortBytes = new ShortQueryKernel<Bytes256, Vector256<byte>, byte>();
            _shortQuery = ShortQueryKernel<Bytes256, Vector256<byte>, byte>.MaxLength;
        }
    }

    /// <summary>Sets the query.</summary>
    /// <param name="codes">Query codes.</param>
    public void SetQuery(ReadOnlySpan<byte> codes)
    {
        _queryLength = codes.Length;
        if (_query.Length < codes.Length) _query = new byte[codes.Length * 2];
        codes.CopyTo(_query);
        _first = true;
        _located = false;
        long highest = (long)codes.Length * _scaled.Match;
        bool fits = _scaled.Mismatch <= byte.MaxValue && _scaled.GapOpen <= byte.MaxValue;
        (_scores, _ends) = !fits || codes.Length == 0 || highest > ushort.MaxValue ? (null, null)
            : highest > byte.MaxValue ? (_shortScores, _shortEnds)
            : (codes.Length <= _shortQuery ? _shortBytes : _byteScores, _byteEnds);
    }

    /// <summary>Best score of the query against a target.</summary>
    /// <param name="codes">Target codes.</param>
    /// <param name="sharedPrefix">Leading codes equal to those of the target before; ignored for the first target of a query.</param>
    public int Score(ReadOnlySpan<byte> codes, int sharedPrefix = 0)
    {
        if (_queryLength == 0 || codes.Length == 0) return 0;
        if (_scores is null || codes.Length + _queryLength > LongestSequences) return ScalarAligner.Align(Query, codes, _scoring).Score;
        if (_first) _scores.SetQuery(Query, _scaled);
        int score = _scores.Score(codes, _first ? 0 : sharedPrefix);
        _first = false;
        return score * _divisor;
    }

    /// <summary>Score and end of the best alignment to a target.</summary>
    /// <param name="codes">Target codes.</param>
    /// <param name="score">The best score if it is known, which shortens the search; else -1.</param>
    public AlignmentEnd Locate(ReadOnlySpan<byte> codes, int score = -1)
    {
        if (_queryLength == 0 || codes.Length == 0) return new AlignmentEnd(0, -1, -1);
        if (_ends is null || codes.Length + _queryLength > LongestSequences) return ScalarAligner.Align(Query, codes, _scoring);
        if (!_located || ReferenceEquals(_ends, _scores)) _ends.SetQuery(Query, _scaled);
        _located = true;
        _first |= ReferenceEquals(_ends, _scores);
        AlignmentEnd end = LocateInBand(codes, score < 0 ? -1 : score / _divisor);
        return end with { Score = end.Score * _divisor };
    }

    private ReadOnlySpan<byte> Query => _query.AsSpan(0, _queryLength);

    /// <summary>
    /// Searches a band around the two corners' diagonals first. A path that touches a diagonal x beyond them has at most
    /// min(lengths) - x matches; so a band of margin X holds all best paths once its best score exceeds what min(lengths) - X - 1
    /// matches give. If it does not, its score tells which margin will.
    /// </summary>
    private AlignmentEnd LocateInBand(ReadOnlySpan<byte> codes, int expected)
    {
        int most = Math.Min(_queryLength, codes.Length);
        int corner = codes.Length - _queryLength;
        int margin = expected < 0 ? FirstMargin : Math.Min(most, ((most * _scaled.Match) - expected) / _scaled.Match);
        while (true)
        {
            AlignmentEnd end = _ends!.Locate(codes, Math.Min(0, corner) - margin, Math.Max(0, corner) + margin, expected);
            int lost = (most * _scaled.Match) - end.Score;
            if (margin >= most || lost < _scaled.Match * (margin + 1)) return end;
            margin = Math.Min(most, lost / _scaled.Match);
        }
    }
}
