using Shrike.Examples.Labelling;

namespace Shrike.Examples.Tests.Labelling;

/// <summary>Haplotype matching as one would write it down: every genotype of every variant, whole sequences, nothing shared or left out.</summary>
internal static class LiteralMatcher
{
    /// <summary>The best match with its missed and false alleles.</summary>
    public static (HaplotypeMatch Match, int Missed, int False) Match(IReadOnlyList<SiteAlleles> candidates, IReadOnlyList<TruthVariant> truths, string contig)
    {
        int start = Math.Max(0, candidates.Concat(truths).Min(v => v.Start) - 1);
        int end = Math.Min(contig.Length, candidates.Concat(truths).Max(v => v.End) + 20);
        var truth = new Dictionary<(string, string), int[][]>();
        foreach (int[][] choice in Product([.. truths.Select(t => GenotypeOptions.OfTruth(t.Genotype, true))]))
        {
            foreach ((string, string) pair in Haplotypes(truths, choice, 0, start, end, contig)) truth[pair] = choice;
        }

        var byPair = new Dictionary<(string, string), List<int[][]>>();
        var order = new List<(string, string)>();
        foreach (int[][] choice in Product([.. candidates.Select(c => GenotypeOptions.OfCandidate(c.Alternates.Count, true))]))
        {
            foreach ((string, string) pair in Haplotypes(candidates, choice, 0, start, end, contig))
            {
                if (!byPair.TryGetValue(pair, out List<int[][]>? list))
                {
                    byPair[pair] = list = [];
                    order.Add(pair);
                }

                list.Add(choice);
            }
        }

        var matches =
            from pair in order
            where truth.ContainsKey(pair)
            from choice in byPair[pair]
            let missed = truth[pair].Zip(truths, (a, t) => a.Count(x => x == 0) - t.Genotype.Count(x => x == 0)).Sum()
            select (Match: new HaplotypeMatch(choice, truth[pair]), Missed: missed, False: choice.Count(g => g.All(a => a == 0)));
        return matches.OrderBy(m => m.Missed).ThenBy(m => m.False).First();
    }

    private static List<(string, string)> Haplotypes(IReadOnlyList<SiteAlleles> variants, int[][] genotypes, int first, int last, int end, string contig)
    {
        if (first == variants.Count) return [(contig[last..end], contig[last..end])];
        int next = first + 1;
        while (next < variants.Count && variants.Skip(first).Take(next - first).Any(v => v.Overlaps(variants[next]))) next++;
        SiteAlleles[] cluster = [.. variants.Skip(first).Take(next - first)];
        int[][] chosen = genotypes[first..next];
        int clusterEnd = cluster.Max(v => v.End);

        var sequences = new List<(int[] Choice, string Text)>();
        foreach (int[] choice in Product(chosen).Select(c => c.ToArray()).DistinctBy(c => string.Join(',', c)).OrderBy(c => string.Join(',', c), StringComparer.Ordinal))
        {
            if (Sequence(cluster, choice, last, clusterEnd, contig) is { Length: > 0 } text) sequences.Add((choice, text));
        }

        var prefixes = new List<(string, string)>();
        var used = new HashSet<string>();
        foreach ((int[] choice, string text) in sequences)
        {
            int[] complement = [.. choice.Select((a, i) => chosen[i].Length == 1 ? a : chosen[i][0] == a ? chosen[i][1] : chosen[i][0])];
            string key = string.Join(',', complement);
            if (sequences.FirstOrDefault(s => string.Join(',', s.Choice) == key).Text is { } other && !used.Contains(key)) prefixes.Add(Pair(text, other));
            used.Add(string.Join(',', choice));
        }

        var all = new List<(string, string)>();
        foreach ((string r1, string r2) in Haplotypes(variants, genotypes, next, clusterEnd, end, contig))
        {
            foreach ((string p1, string p2) in prefixes)
            {
                all.Add(Pair(p1 + r1, p2 + r2));
                if (p1 != p2 && r1 != r2) all.Add(Pair(p1 + r2, p2 + r1));
            }
        }

        return all;
    }

    private static string? Sequence(SiteAlleles[] cluster, int[] alleles, int last, int end, string contig)
    {
        string text = "";
        int cursor = last;
        for (int i = 0; i < cluster.Length; i++)
        {
            SiteAlleles v = cluster[i];
            if (v.Start < cursor && alleles[i] == 0) continue;
            if (v.Start < cursor) return null;
            text += contig[cursor..v.Start];
            string alt = v.Allele(alleles[i]);
            int shared = 0;
            if (alleles[i] == 0)
            {
                text += v.Reference[0];
                cursor = v.Start + 1;
                continue;
            }

            while (v.Reference.Length > 1 && alt.Length > 1 && shared < Math.Min(alt.Length, v.Reference.Length) && v.Reference[^(shared + 1)] == alt[^(shared + 1)]) shared++;
            text += alt[..^shared];
            cursor = v.End - shared;
        }

        return cursor < end ? text + contig[cursor..end] : text;
    }

    private static (string, string) Pair(string a, string b) => string.CompareOrdinal(a, b) <= 0 ? (a, b) : (b, a);

    private static IEnumerable<T[]> Product<T>(T[][] options)
    {
        if (options.Length == 0) return [[]];
        return from rest in Product(options[..^1]) from last in options[^1] select (T[])[.. rest, last];
    }
}
