namespace Shrike.Examples.Phasing;

/// <summary>Marks the alleles that lie on the two haplotypes, by the best path of pairs of alleles (spec 80, 6.5).</summary>
internal static class HaplotypeMarker
{
    /// <summary>Sets the haplotypes of all alleles of a graph.</summary>
    public static void Mark(AlleleGraph graph)
    {
        List<AlleleSite> sites = graph.Sites;
        PairScores[] scores = Score(sites, graph.Words);
        for (int at = sites.Count - 1; at >= 0; at--)
        {
            if (scores[at].IsFlat) continue;
            int pair = scores[at].Best();
            while (true)
            {
                Mark(sites[at], pair);
                int from = scores[at].From(pair);
                if (from < 0) break;
                (at, pair) = (at - 1, from);
            }
        }
    }

    /// <summary>
    /// Scores of all sites. Paths begin anew where no read leads to a site, and behind a site that paths reached without any
    /// pair being better than another.
    /// </summary>
    private static PairScores[] Score(List<AlleleSite> sites, int words)
    {
        var scores = new PairScores[sites.Count];
        bool begins = true;
        for (int i = 0; i < scores.Length; i++)
        {
            bool goesOn = !begins && sites[i].IsReached;
            scores[i] = goesOn ? PairScores.Continue(scores[i - 1], sites[i]) : PairScores.Begin(sites[i], words);
            begins = goesOn && scores[i].IsFlat;
        }

        return scores;
    }

    private static void Mark(AlleleSite site, int pair)
    {
        (int first, int second) = (pair / site.Vertices.Length, pair % site.Vertices.Length);
        if (first == second) return;
        site.Vertices[first].Haplotype = 1;
        site.Vertices[second].Haplotype = 2;
    }
}
