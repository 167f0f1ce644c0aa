namespace Shrike.Examples.Labelling;

/// <summary>The genotypes under which candidates and truth of a group spell the same haplotypes.</summary>
/// <param name="Candidates">One genotype a candidate.</param>
/// <param name="Truths">One a truth variant; alleles no candidate can spell are 0.</param>
public sealed record HaplotypeMatch(int[][] Candidates, int[][] Truths);

/// <summary>
/// Finds, among all genotypes of the candidates and all reduced genotypes of the truth, those that give the same pair of
/// haplotypes with the fewest missed alleles, then the fewest false candidates.
/// </summary>
public static class HaplotypeMatcher
{
    private const int MarginBefore = 1;
    private const int MarginBehind = 20;

    /// <summary>The best match of a group; the first of equally good ones.</summary>
    /// <param name="candidates">Candidates, sorted by start.</param>
    /// <param name="truths">Truth, sorted by start, with genotypes of one or two known alleles.</param>
    /// <param name="contigLength">Length of the contig.</param>
    /// <param name="reference">Bases [start, end) of the contig.</param>
    public static HaplotypeMatch Match(IReadOnlyList<SiteAlleles> candidates, IReadOnlyList<TruthVariant> truths, long contigLength, Func<int, int, string> reference)
    {
        int[][][] truthOptions = [.. truths.Select(t => GenotypeOptions.OfTruth(t.Genotype, candidates.Count > 0))];
        int[][][] candidateOptions = [.. candidates.Select(c => GenotypeOptions.OfCandidate(c.Alternates.Count, truths.Count > 0))];
        if (truths.Count == 0 || candidates.Count == 0) return new HaplotypeMatch([.. candidateOptions.Select(o => o[0])], [.. truthOptions.Select(o => o[0])]);
        int start = Math.Max(0, Math.Min(candidates[0].Start, truths[0].Start) - MarginBefore);
        int end = (int)Math.Min(contigLength, candidates.Concat(truths).Max(v => v.End) + (long)MarginBehind);
        string window = reference(start, end);
        var truthPairs = new HaplotypePairs(truths, truthOptions, window, start);
        Dictionary<HaplotypePair, int[]> byHaplotypes = AllOf(truthPairs);
        var search = new Search(new HaplotypePairs(candidates, candidateOptions, window, start), truths, truthOptions, byHaplotypes);
        search.Run();
        (int[] chosen, int[] assigned) = search.Best();
        return new HaplotypeMatch([.. chosen.Select((o, i) => candidateOptions[i][o])], [.. assigned.Select((o, i) => truthOptions[i][o])]);
    }

    /// <summary>Every pair of haplotypes of the truth with the last choice of options that gives it.</summary>
    private static Dictionary<HaplotypePair, int[]> AllOf(HaplotypePairs pairs)
    {
        var all = new Dictionary<HaplotypePair, int[]>();
        var choices = new int[pairs.Clusters.Count];
        while (true)
        {
            List<HaplotypePair> whole = pairs.Whole(choices);
            if (whole.Count > 0)
            {
                int[] chosen = Chosen(pairs, choices);
                foreach (HaplotypePair pair in whole) all[pair] = chosen;
            }

            int c = choices.Length - 1;
            while (c >= 0 && ++choices[c] == pairs.Clusters[c].Choices) choices[c--] = 0;
            if (c < 0) return all;
        }
    }

    private static int[] Chosen(HaplotypePairs pairs, ReadOnlySpan<int> choices)
    {
        var chosen = new int[pairs.Options.Length];
        for (int c = 0; c < choices.Length; c++) pairs.Choose(c, choices[c], chosen);
        return chosen;
    }

    /// <summary>Genotypes of the candidates in order, without those whose haplotypes leave every one of the truth's on the way.</summary>
    private sealed class Search
    {
        private readonly HaplotypePairs _pairs;
        private readonly IReadOnlyList<TruthVariant> _truths;
        private readonly int[][][] _truthOptions;
        private readonly Dictionary<HaplotypePair, int[]> _byHaplotypes;
        private readonly string[] _sequences;
        private readonly int[] _choices;

        // In order of their first appearance, each with its best choice.
        private readonly Dictionary<HaplotypePair, int> _order = [];
        private readonly List<(int Missed, int False, int[] Chosen, int[] Assigned)> _best = [];

        public Search(HaplotypePairs pairs, IReadOnlyList<TruthVariant> truths, int[][][] truthOptions, Dictionary<HaplotypePair, int[]> byHaplotypes)
        {
            _pairs = pairs;
            _truths = truths;
            _truthOptions = truthOptions;
            _byHaplotypes = byHaplotypes;
            _choices = new int[pairs.Clusters.Count];
            _sequences = [.. byHaplotypes.Keys.SelectMany(k => (string[])[k.First, k.Second]).Distinct()];
            Array.Sort(_sequences, string.CompareOrdinal);
        }

        public void Run() => Extend(0, [new("", "")]);

        public (int[] Chosen, int[] Assigned) Best()
        {
            // The reference throughout is always among them.
            var best = _best[0];
            foreach (var other in _best)
            {
                if ((other.Missed, other.False).CompareTo((best.Missed, best.False)) < 0) best = other;
            }

            return (best.Chosen, best.Assigned);
        }

        private void Extend(int cluster, List<HaplotypePair> begun)
        {
            if (cluster == _choices.Length)
            {
                Finish();
                return;
            }

            for (int choice = 0; choice < _pairs.Clusters[cluster].Choices; choice++)
            {
                var longer = new List<HaplotypePair>();
                foreach (HaplotypePair piece in _pairs.Pieces(cluster, choice))
                {
                    foreach (HaplotypePair pair in begun)
                    {
                        Keep(longer, pair.First + piece.First, pair.Second + piece.Second);
                        if (!pair.IsHomozygous && !piece.IsHomozygous) Keep(longer, pair.First + piece.Second, pair.Second + piece.First);
                    }
                }

                _choices[cluster] = choice;
                if (longer.Count > 0) Extend(cluster + 1, longer);
            }
        }

        private void Keep(List<HaplotypePair> pairs, string a, string b)
        {
            _pairs.Spend(a.Length + b.Length);
            if (IsBegun(a) && IsBegun(b)) pairs.Add(HaplotypePair.Of(a, b));
        }

        private bool IsBegun(string prefix)
        {
            int at = Array.BinarySearch(_sequences, prefix, StringComparer.Ordinal);
            at = at < 0 ? ~at : at;
            return at < _sequences.Length && _sequences[at].StartsWith(prefix, StringComparison.Ordinal);
        }

        private void Finish()
        {
            int[]? chosen = null;
            foreach (HaplotypePair pair in _pairs.Whole(_choices))
            {
                if (!_byHaplotypes.TryGetValue(pair, out int[]? assigned)) continue;
                chosen ??= Chosen(_pairs, _choices);
                int missed = 0;
                for (int t = 0; t < _truths.Count; t++) missed += _truthOptions[t][assigned[t]].Count(a => a == 0) - _truths[t].Genotype.Count(a => a == 0);
                int wrong = 0;
                for (int c = 0; c < chosen.Length; c++) wrong += _pairs.Options[c][chosen[c]].All(a => a == 0) ? 1 : 0;
                if (!_order.TryGetValue(pair, out int at))
                {
                    _order[pair] = _best.Count;
                    _best.Add((missed, wrong, chosen, assigned));
                }
                else if ((missed, wrong).CompareTo((_best[at].Missed, _best[at].False)) < 0)
                {
                    _best[at] = (missed, wrong, chosen, assigned);
                }
            }
        }
    }
}
