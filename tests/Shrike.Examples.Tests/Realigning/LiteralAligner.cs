using System.Text;
using Shrike.Examples.Realigning.Alignment;

namespace Shrike.Examples.Tests.Realigning;

/// <summary>Smith-Waterman as the rules state it, one full matrix after the other: slow, and the judge of the fast one.</summary>
internal static class LiteralAligner
{
    public static (int Score, int Begin, string Cigar) Align(string query, string target, AlignmentScoring s)
    {
        (int score, int i1, int j1) = End(query, target, s);
        if (score == 0) return (0, 0, "");
        (int back, int ri, int rj) = End(Reverse(query[..(i1 + 1)]), Reverse(target[..(j1 + 1)]), s);
        if (back != score) throw new InvalidOperationException("forward and backward scores differ");
        (int i0, int j0) = (i1 - ri, j1 - rj);
        string path = Banded(query[i0..(i1 + 1)], target[j0..(j1 + 1)], score, s);
        var cigar = new StringBuilder();
        if (i0 > 0) cigar.Append(i0).Append('S');
        for (int at = 0; at < path.Length;)
        {
            int run = 1;
            while (at + run < path.Length && path[at + run] == path[at]) run++;
            cigar.Append(run).Append(path[at]);
            at += run;
        }

        if (i1 + 1 < query.Length) cigar.Append(query.Length - 1 - i1).Append('S');
        return (score, j0, cigar.ToString());
    }

    private static (int Score, int I, int J) End(string query, string target, AlignmentScoring s)
    {
        int n = query.Length;
        int m = target.Length;
        const int low = -1_000_000;
        var h = new int[n + 1, m + 1];
        var e = new int[n + 1, m + 1];
        var f = new int[n + 1, m + 1];
        (int Score, int I, int J) best = (0, -1, -1);
        for (int i = 0; i <= n; i++) (e[i, 0], f[i, 0]) = (low, low);
        for (int j = 0; j <= m; j++) (e[0, j], f[0, j]) = (low, low);
        for (int j = 1; j <= m; j++)
        {
            for (int i = 1; i <= n; i++)
            {
                e[i, j] = Math.Max(h[i - 1, j] - s.GapOpen, e[i - 1, j] - s.GapExtend);
                f[i, j] = Math.Max(h[i, j - 1] - s.GapOpen, f[i, j - 1] - s.GapExtend);
                h[i, j] = Math.Max(Math.Max(0, h[i - 1, j - 1] + Pair(query[i - 1], target[j - 1], s)), Math.Max(e[i, j], f[i, j]));
                if (h[i, j] > best.Score) best = (h[i, j], i - 1, j - 1);
            }
        }

        return best;
    }

    private static string Banded(string query, string target, int score, AlignmentScoring s)
    {
        int n = query.Length;
        int m = target.Length;
        for (int w = Math.Abs(m - n) + 1; ; w *= 2)
        {
            // Row and column 0 stand for what lies outside; cells outside the band stay zero.
            var h = new (int H, int E, int F, char From, bool EOpen, bool FOpen)[n + 1, m + 1];
            int best = 0;
            for (int i = 0; i < n; i++)
            {
                for (int j = Math.Max(0, i - w); j <= Math.Min(m - 1, i + w); j++)
                {
                    (int uh, int ue, _, _, _, _) = h[i, j + 1];
                    (int lh, _, int lf, _, _, _) = h[i + 1, j];
                    bool eOpen = uh - s.GapOpen > ue - s.GapExtend;
                    bool fOpen = lh - s.GapOpen > lf - s.GapExtend;
                    int e = Math.Max(uh - s.GapOpen, ue - s.GapExtend);
                    int f = Math.Max(lh - s.GapOpen, lf - s.GapExtend);
                    int d = h[i, j].H + Pair(query[i], target[j], s);
                    int g = Math.Max(e, 0);
                    int k = Math.Max(f, 0);
                    char from = d >= Math.Max(g, k) ? 'M' : g > k ? 'I' : 'D';
                    int value = Math.Max(d, Math.Max(g, k));
                    best = Math.Max(best, value);
                    h[i + 1, j + 1] = (value, e, f, from, eOpen, fOpen);
                }
            }

            if (best < score && 2 * w <= Math.Max(n, m)) continue;
            var path = new StringBuilder();
            (int y, int x) = (n - 1, m - 1);
            char state = 'H';
            while (y >= 0 && x > 0)
            {
                var c = h[y + 1, x + 1];
                if (state == 'H') state = c.From;
                if (state == 'M')
                {
                    path.Append(Same(query[y], target[x]));
                    (y, x, state) = (y - 1, x - 1, 'H');
                }
                else if (state == 'I')
                {
                    path.Append('I');
                    if (c.EOpen) state = 'H';
                    y--;
                }
                else
                {
                    path.Append('D');
                    if (c.FOpen) state = 'H';
                    x--;
                }
            }

            path.Append(y >= 0 ? Same(query[y], target[x]) : '=');
            return Reverse(path.ToString());
        }
    }

    private static int Pair(char x, char y, AlignmentScoring s) => Code(x) == Code(y) && Code(x) < 4 ? s.Match : -s.Mismatch;

    private static char Same(char x, char y) => Code(x) == Code(y) ? '=' : 'X';

    private static int Code(char c) => char.ToUpperInvariant(c) switch { 'A' or 'U' => 0, 'C' => 1, 'G' => 2, 'T' => 3, _ => 4 };

    private static string Reverse(string s) => new([.. s.Reverse()]);
}
