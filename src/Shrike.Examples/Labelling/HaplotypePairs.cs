using System.Text;
using Shrike.Core;

namespace Shrike.Examples.Labelling;

/// <summary>The two sequences of an individual, the smaller one first; equal where both copies are.</summary>
/// <param name="First">First by ordinal order.</param>
/// <param name="Second">Second.</param>
public readonly record struct HaplotypePair(string First, string Second)
{
    /// <summary>The pair in order.</summary>
    public static HaplotypePair Of(string a, string b) => string.CompareOrdinal(a, b) <= 0 ? new(a, b) : new(b, a);

    /// <summary>Both copies are the same.</summary>
    public bool IsHomozygous => First == Second;
}

/// <summary>
/// Spells the pairs of haplotypes that genotypes of some neighbouring variants can stand for. Variants that overlap form
/// a cluster; phases inside and between clusters are all tried.
/// </summary>
internal sealed class HaplotypePairs
{
    // Letters; far beyond any group the grouping makes of sane data, and some seconds of work.
    private const long MaxWork = 1L << 29;
    private readonly IReadOnlyList<SiteAlleles> _variants;
    private readonly string _window;
    private readonly int _windowStart;
    private readonly Dictionary<int, List<HaplotypePair>>[] _spelled;
    private long _work;

    /// <param name="variants">Variants sorted by start.</param>
    /// <param name="options">Genotypes to try for each.</param>
    /// <param name="window">Reference around them.</param>
    /// <param name="windowStart">Position of its first base.</param>
    public HaplotypePairs(IReadOnlyList<SiteAlleles> variants, int[][][] options, string window, int windowStart)
    {
        _variants = variants;
        Options = options;
        _window = window;
        _windowStart = windowStart;
        int last = windowStart;
        for (int first = 0; first < variants.Count;)
        {
            int next = first + 1;
            while (next < variants.Count && Enumerable.Range(first, next - first).Any(i => variants[i].Overlaps(variants[next]))) next++;
            int end = Enumerable.Range(first, next - first).Max(i => variants[i].End);
            long choices = 1;
            for (int i = first; i < next; i++) choices = Math.Min(int.MaxValue, choices * options[i].Length);
            if (choices == int.MaxValue) throw TooMany();
            Clusters.Add(new Cluster(first, next - first, last, end, (int)choices));
            last = end;
            first = next;
        }

        Tail = Reference(last, windowStart + window.Length);
        _spelled = [.. Clusters.Select(_ => new Dictionary<int, List<HaplotypePair>>())];
    }

    /// <summary>Variants that overlap, and the number of ways to choose their genotypes.</summary>
    public readonly record struct Cluster(int First, int Count, int Last, int End, int Choices);

    /// <summary>Clusters from left to right.</summary>
    public List<Cluster> Clusters { get; } = [];

    /// <summary>Genotypes to try for each variant.</summary>
    public int[][][] Options { get; }

    /// <summary>Reference behind the last cluster.</summary>
    public string Tail { get; }

    /// <summary>Which option of each variant of a cluster a choice stands for; the last variant changes fastest.</summary>
    public void Choose(int cluster, int choice, Span<int> chosen)
    {
        Cluster c = Clusters[cluster];
        for (int i = c.First + c.Count - 1; i >= c.First; i--)
        {
            (choice, int option) = Math.DivRem(choice, Options[i].Length);
            chosen[i] = option;
        }
    }

    /// <summary>The pairs of pieces, from the end of the cluster before to its own end, that a choice can stand for; none if impossible.</summary>
    public List<HaplotypePair> Pieces(int cluster, int choice)
    {
        if (_spelled[cluster].TryGetValue(choice, out List<HaplotypePair>? known)) return known;
        Cluster c = Clusters[cluster];
        Span<int> chosen = new int[_variants.Count];
        Choose(cluster, choice, chosen);
        var genotypes = new int[c.Count][];
        for (int i = 0; i < c.Count; i++) genotypes[i] = Options[c.First + i][chosen[c.First + i]];
        return _spelled[cluster][choice] = Spell(c, genotypes);
    }

    /// <summary>All pairs of whole haplotypes of one choice a cluster: of each pair of the rest, every pair of pieces in both phases.</summary>
    public List<HaplotypePair> Whole(ReadOnlySpan<int> choices)
    {
        List<HaplotypePair> rest = [new(Tail, Tail)];
        for (int c = Clusters.Count - 1; c >= 0; c--)
        {
            var longer = new List<HaplotypePair>();
            foreach (HaplotypePair r in rest)
            {
                foreach (HaplotypePair p in Pieces(c, choices[c]))
                {
                    longer.Add(HaplotypePair.Of(p.First + r.First, p.Second + r.Second));
                    if (!p.IsHomozygous && !r.IsHomozygous) longer.Add(HaplotypePair.Of(p.First + r.Second, p.Second + r.First));
                    Spend(2 * (p.First.Length + r.First.Length));
                }
            }

            rest = longer;
        }

        return rest;
    }

    /// <summary>Counts work.</summary>
    /// <exception cref="ShrikeException">There are too many ways to spell the group.</exception>
    public void Spend(int letters)
    {
        if ((_work += letters) > MaxWork) throw TooMany();
    }

    private List<HaplotypePair> Spell(Cluster cluster, int[][] genotypes)
    {
        int[] mixed = [.. Enumerable.Range(0, genotypes.Length).Where(i => genotypes[i].Length == 2 && genotypes[i][0] != genotypes[i][1])];
        if (mixed.Length > 24) throw TooMany();
        int all = (1 << mixed.Length) - 1;
        var pairs = new List<HaplotypePair>();
        var alleles = new int[genotypes.Length];

        // A bit says which of its two alleles, in ascending order, a mixed variant has; the other copy has all the others.
        for (int bits = 0; bits <= all / 2; bits++)
        {
            if (SpellOne(bits) is { } one && SpellOne(all ^ bits) is { } other) pairs.Add(HaplotypePair.Of(one, other));
        }

        return pairs;

        string? SpellOne(int bits)
        {
            for (int i = 0; i < genotypes.Length; i++) alleles[i] = genotypes[i][0];
            for (int m = 0; m < mixed.Length; m++)
            {
                int[] g = genotypes[mixed[m]];
                alleles[mixed[m]] = ((bits >> (mixed.Length - 1 - m)) & 1) == 0 ? Math.Min(g[0], g[1]) : Math.Max(g[0], g[1]);
            }

            return Sequence(cluster, alleles);
        }
    }

    /// <summary>One copy of a cluster; null if the alleles exclude each other or nothing is left.</summary>
    private string? Sequence(Cluster cluster, int[] alleles)
    {
        var text = new StringBuilder();
        int cursor = cluster.Last;
        for (int i = 0; i < cluster.Count; i++)
        {
            SiteAlleles v = _variants[cluster.First + i];
            if (v.Start < cursor)
            {
                if (alleles[i] != 0) return null;
                continue;
            }

            text.Append(Reference(cursor, v.Start));
            if (alleles[i] == 0)
            {
                // What else the reference allele covers stays free for the variants behind.
                text.Append(v.Reference[0]);
                cursor = v.Start + 1;
                continue;
            }

            string alternate = v.Allele(alleles[i]);
            int shared = v.Reference.Length == 1 || alternate.Length == 1 ? 0 : AlleleSuffix.Common(v.Reference, alternate);
            text.Append(alternate, 0, alternate.Length - shared);
            cursor = v.End - shared;
        }

        text.Append(Reference(cursor, cluster.End));
        Spend(text.Length);
        return text.Length == 0 ? null : text.ToString();
    }

    private string Reference(int start, int end) => start >= end ? "" : _window.Substring(start - _windowStart, end - start);

    private ShrikeException TooMany() => ShrikeException.InvalidData(
        $"the {_variants.Count} variants that begin with {_variants[0].Start + 1} {_variants[0].Reference}>{string.Join(',', _variants[0].Alternates)} can be combined in too many ways to match haplotypes: leave this stretch out (--exclude_regions), or use --labeler_algorithm positional_labeler");
}
