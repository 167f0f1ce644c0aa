namespace Shrike.Examples.Realigning.Alignment;

/// <summary>Score and end of the best local alignment, cell by cell: the specification of <see cref="AntiDiagonalAligner"/>.</summary>
internal static class ScalarAligner
{
    /// <summary>Aligns coded sequences (<see cref="LetterCodes"/>).</summary>
    public static AlignmentEnd Align(ReadOnlySpan<byte> query, ReadOnlySpan<byte> target, AlignmentScoring scoring)
    {
        int n = query.Length;
        int[] h = new int[n + 1];
        int[] alongTarget = new int[n + 1];
        AlignmentEnd best = new(0, -1, -1);
        for (int j = 0; j < target.Length; j++)
        {
            int diagonal = 0;
            int alongQuery = 0;
            for (int i = 1; i <= n; i++)
            {
                alongTarget[i] = Math.Max(h[i] - scoring.GapOpen, alongTarget[i] - scoring.GapExtend);
                alongQuery = Math.Max(h[i - 1] - scoring.GapOpen, alongQuery - scoring.GapExtend);
                int score = diagonal + (LetterCodes.Match(query[i - 1], target[j]) ? scoring.Match : -scoring.Mismatch);
                diagonal = h[i];
                h[i] = Math.Max(Math.Max(0, score), Math.Max(alongTarget[i], alongQuery));
                if (h[i] > best.Score) best = new(h[i], i - 1, j);
            }
        }

        return best;
    }
}
