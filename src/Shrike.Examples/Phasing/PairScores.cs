using System.Numerics;

namespace Shrike.Examples.Phasing;

/// <summary>
/// For every ordered pair of a site's alleles (the first on haplotype 1, the second on haplotype 2) the most reads that some path of
/// pairs up to here explains, and the pair before on that path (spec 80, 6.5). Pair (x, y) of n alleles has index x n + y.
/// </summary>
internal sealed class PairScores
{
    private const int Absent = -1;
    private readonly AlleleSite _site;
    private readonly int _alleles;
    private readonly int _words;
    private readonly int[] _scores;
    private readonly int[] _from;

    // Reads a path explains on either haplotype, pair by pair; dropped when the next site is done.
    private ulong[] _first;
    private ulong[] _second;

    private PairScores(AlleleSite site, int words)
    {
        _site = site;
        _alleles = site.Vertices.Length;
        _words = words;
        int pairs = _alleles * _alleles;
        _scores = new int[pairs];
        _from = new int[pairs];
        Array.Fill(_scores, Absent);
        Array.Fill(_from, Absent);
        _first = new ulong[pairs * words];
        _second = new ulong[pairs * words];
    }

    /// <summary>The pair before on the best path to a pair; -1 where the path begins.</summary>
    public int From(int pair) => _from[pair];

    /// <summary>All pairs that have a score have the same one, or none has any: nothing can be told from this site.</summary>
    public bool IsFlat
    {
        get
        {
            int score = Absent;
            foreach (int s in _scores)
            {
                if (s == Absent) continue;
                if (score != Absent && s != score) return false;
                score = s;
            }

            return true;
        }
    }

    /// <summary>Scores where paths begin: pairs without order, so that the earlier allele is on haplotype 1.</summary>
    public static PairScores Begin(AlleleSite site, int words)
    {
        var scores = new PairScores(site, words);
        for (int x = 0; x < scores._alleles; x++)
        {
            for (int y = x; y < scores._alleles; y++)
            {
                (ulong[] first, ulong[] second) = (site.Vertices[x].Reads, site.Vertices[y].Reads);
                int pair = (x * scores._alleles) + y;
                scores._scores[pair] = Count(first) + (first.AsSpan().SequenceEqual(second) ? 0 : Count(second));
                first.CopyTo(scores.First(pair));
                second.CopyTo(scores.Second(pair));
            }
        }

        return scores;
    }

    /// <summary>Scores where paths go on. An allele no read leads to is reached from all alleles before.</summary>
    public static PairScores Continue(PairScores before, AlleleSite site)
    {
        var scores = new PairScores(site, before._words);
        List<int> all = [.. Enumerable.Range(0, before._alleles)];
        for (int x = 0; x < scores._alleles; x++)
        {
            List<int> toX = site.Vertices[x].Predecessors is { Count: > 0 } px ? px : all;
            for (int y = 0; y < scores._alleles; y++)
            {
                List<int> toY = site.Vertices[y].Predecessors is { Count: > 0 } py ? py : all;
                foreach (int a in toX)
                {
                    foreach (int b in toY) scores.Offer(before, (a * before._alleles) + b, x, y);
                }
            }
        }

        (before._first, before._second) = ([], []);
        return scores;
    }

    /// <summary>The pair of the highest score; of several the one whose name comes last.</summary>
    public int Best()
    {
        int best = 0;
        for (int pair = 1; pair < _scores.Length; pair++)
        {
            if (_scores[pair] > _scores[best] || (_scores[pair] == _scores[best] && string.CompareOrdinal(_site.PairName(pair), _site.PairName(best)) > 0)) best = pair;
        }

        return best;
    }

    /// <summary>A path to (x, y) by way of a pair of the site before; kept if it is better than the one there is.</summary>
    private void Offer(PairScores before, int from, int x, int y)
    {
        int pair = (x * _alleles) + y;
        if (before._scores[from] == Absent)
        {
            // No path reaches that pair: one begins here, which explains nothing.
            if (_scores[pair] == Absent) _scores[pair] = 0;
            return;
        }

        (AlleleVertex vx, AlleleVertex vy) = (_site.Vertices[x], _site.Vertices[y]);
        ReadOnlySpan<ulong> first = before.First(from), second = before.Second(from);
        int score = before._scores[from];
        for (int w = 0; w < _words; w++) score += BitOperations.PopCount(Follow(vx, first, w) | Follow(vy, second, w));
        if (score < _scores[pair]) return;
        if (score == _scores[pair] && _from[pair] != Absent && string.CompareOrdinal(before._site.PairName(from), before._site.PairName(_from[pair])) <= 0) return;
        _scores[pair] = score;
        _from[pair] = from;
        Span<ulong> newFirst = First(pair), newSecond = Second(pair);
        for (int w = 0; w < _words; w++)
        {
            newFirst[w] = Follow(vx, first, w);
            newSecond[w] = Follow(vy, second, w);
        }
    }

    /// <summary>Reads of an allele that the path has explained so far, and those that begin here.</summary>
    private static ulong Follow(AlleleVertex vertex, ReadOnlySpan<ulong> path, int word) => vertex.Reads[word] & (vertex.First[word] | path[word]);

    private Span<ulong> First(int pair) => _first.AsSpan(pair * _words, _words);

    private Span<ulong> Second(int pair) => _second.AsSpan(pair * _words, _words);

    private static int Count(ulong[] reads)
    {
        int count = 0;
        foreach (ulong word in reads) count += BitOperations.PopCount(word);
        return count;
    }
}
