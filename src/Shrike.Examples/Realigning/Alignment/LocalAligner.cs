using Shrike.Core;

namespace Shrike.Examples.Realigning.Alignment;

/// <summary>
/// Smith-Waterman of one query against many targets: scores first, the path only for the target that is chosen. One object per
/// thread.
/// </summary>
/// <param name="scoring">Scores.</param>
internal sealed class LocalAligner(AlignmentScoring scoring)
{
    private readonly AntiDiagonalAligner _forward = new(scoring);
    private readonly AntiDiagonalAligner _backward = new(scoring);
    private readonly BandedTraceback _traceback = new(scoring);
    private readonly List<uint> _path = [];
    private byte[] _query = [];
    private byte[] _reversed = [];
    private int _queryLength;

    /// <summary>Sets the query.</summary>
    /// <param name="letters">Query letters.</param>
    public void SetQuery(ReadOnlySpan<byte> letters)
    {
        if (_query.Length < letters.Length) _query = new byte[letters.Length * 2];
        _queryLength = letters.Length;
        LetterCodes.CodeQuery(letters, _query);
        _forward.SetQuery(_query.AsSpan(0, _queryLength));
    }

    /// <summary>Best score against a target.</summary>
    /// <param name="target">Target codes.</param>
    /// <param name="sharedPrefix">Leading codes equal to those of the target before.</param>
    public int Score(ReadOnlySpan<byte> target, int sharedPrefix = 0) => _forward.Score(target, sharedPrefix);

    /// <summary>The path of the best alignment.</summary>
    /// <param name="target">Target codes.</param>
    /// <param name="score">What <see cref="Score"/> gave for it, -1 if it was not asked.</param>
    /// <param name="begin">Target index of the first aligned base.</param>
    /// <param name="cigar">Receives the CIGAR of the whole query: soft clips, =, X, I, D.</param>
    /// <returns>False if there is no alignment of a positive score, or no path was found in any band.</returns>
    public bool TryTrace(ReadOnlySpan<byte> target, int score, out int begin, List<uint> cigar)
    {
        begin = 0;
        cigar.Clear();
        AlignmentEnd end = _forward.Locate(target, score);
        if (end.Score <= 0) return false;
        (int queryBegin, begin) = Begin(target, end);
        ReadOnlySpan<byte> query = _query.AsSpan(0, _queryLength);
        if (!_traceback.TryTrace(query[queryBegin..(end.Query + 1)], target[begin..(end.Target + 1)], end.Score, _path)) return false;
        if (queryBegin > 0) cigar.Add(Cigar.Pack(CigarOp.SoftClip, queryBegin));
        for (int i = _path.Count - 1; i >= 0; i--) Cigar.Append(cigar, _path[i]);
        int clipped = _queryLength - 1 - end.Query;
        if (clipped > 0) cigar.Add(Cigar.Pack(CigarOp.SoftClip, clipped));
        return true;
    }

    /// <summary>The same search backwards from the end finds where the shortest best alignment begins.</summary>
    private (int Query, int Target) Begin(ReadOnlySpan<byte> target, AlignmentEnd end)
    {
        int n = end.Query + 1;
        int m = end.Target + 1;
        if (_reversed.Length < n + m) _reversed = new byte[(n + m) * 2];
        Span<byte> query = _reversed.AsSpan(0, n);
        Span<byte> reversedTarget = _reversed.AsSpan(n, m);
        _query.AsSpan(0, n).CopyTo(query);
        target[..m].CopyTo(reversedTarget);
        query.Reverse();
        reversedTarget.Reverse();
        _backward.SetQuery(query);
        AlignmentEnd begin = _backward.Locate(reversedTarget, end.Score);
        return (end.Query - begin.Query, end.Target - begin.Target);
    }
}
