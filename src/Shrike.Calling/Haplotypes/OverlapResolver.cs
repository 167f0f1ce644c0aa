using Shrike.Calling.Genotyping;
using Shrike.Formats.Messages;

namespace Shrike.Calling.Haplotypes;

/// <summary>
/// Calls that overlap must fit on two haplotypes. Where they do not, all compatible joint genotypes are weighed; if the
/// best one agrees with every variant's marginal best, the calls take it, with the marginal likelihoods.
/// </summary>
public static class OverlapResolver
{
    private const int MaxVariants = 12;

    /// <summary>Resolves one group of overlapping variants; returns it in output order.</summary>
    /// <param name="group">Variants of one contig, in order of the stream, each overlapping an earlier one.</param>
    public static List<Variant> Resolve(List<Variant> group)
    {
        if (group.Count < 2) return group;
        List<Variant> result = [.. group.Where(v => !IsCall(v))];
        foreach (List<Variant> calls in Groups(group.Where(IsCall))) result.AddRange(ResolveCalls(calls));

        // Stable: reference calls of a range stay before the calls of the same range.
        return [.. result.OrderBy(v => v.Start).ThenBy(v => v.End)];
    }

    /// <summary>Splits a stream into groups by overlap.</summary>
    public static IEnumerable<List<Variant>> Groups(IEnumerable<Variant> variants)
    {
        List<Variant> group = [];
        long end = 0;
        foreach (Variant v in variants)
        {
            if (group.Count > 0 && (v.ReferenceName != group[0].ReferenceName || v.Start >= end))
            {
                yield return group;
                group = [];
                end = 0;
            }

            group.Add(v);
            end = Math.Max(end, v.End);
        }

        if (group.Count > 0) yield return group;
    }

    private static bool IsCall(Variant v) => v.Calls[0].Genotype.Any(a => a > 0);

    private static List<Variant> ResolveCalls(List<Variant> calls)
    {
        int n = calls.Count;
        int[] counts = [.. calls.Select(v => v.Calls[0].Genotype.Count(a => a > 0))];
        if (n == 1 || IsCompatible(calls, counts) || n > MaxVariants) return calls;

        double best = double.NegativeInfinity;
        int[]? bestGenotypes = null;
        var buckets = calls.Select(v => Enumerable.Range(0, Likelihoods.GenotypeCount(v.AlternateBases.Count + 1)).Select(_ => new List<double>()).ToArray()).ToArray();
        foreach (int[] configuration in CompatibleCounts(calls))
        {
            foreach (int[] genotypes in Genotypes(calls, configuration))
            {
                double likelihood = 0;
                for (int v = 0; v < n; v++) likelihood += calls[v].Calls[0].GenotypeLikelihood[genotypes[v]];
                if (bestGenotypes is null || likelihood > best) (best, bestGenotypes) = (likelihood, [.. genotypes]);
                for (int v = 0; v < n; v++) buckets[v][genotypes[v]].Add(likelihood);
            }
        }

        double[][] marginals = [.. buckets.Select(Marginals)];
        for (int v = 0; v < n; v++)
        {
            if (Likelihoods.ArgMax(marginals[v]) != bestGenotypes![v]) return calls;
        }

        return [.. calls.Select((variant, v) => WithGenotype(variant, bestGenotypes![v], marginals[v]))];
    }

    /// <summary>At no base more than two copies of alternates.</summary>
    private static bool IsCompatible(List<Variant> calls, int[] counts)
    {
        foreach (Variant at in calls)
        {
            int copies = 0;
            for (int v = 0; v < calls.Count; v++)
            {
                if (calls[v].Start <= at.Start && at.Start < calls[v].End) copies += counts[v];
            }

            if (copies > 2) return false;
        }

        return true;
    }

    /// <summary>All compatible numbers of alternate copies, lexicographic.</summary>
    private static IEnumerable<int[]> CompatibleCounts(List<Variant> calls)
    {
        var counts = new int[calls.Count];
        int at = 0;
        counts[0] = -1;
        while (at >= 0)
        {
            if (++counts[at] > 2)
            {
                at--;
                continue;
            }

            if (!PrefixIsCompatible(calls, counts, at)) continue;
            if (at == calls.Count - 1) yield return counts;
            else counts[++at] = -1;
        }
    }

    /// <summary>Variants come by start, so a new one can only break bases from its own start on.</summary>
    private static bool PrefixIsCompatible(List<Variant> calls, int[] counts, int last)
    {
        for (int k = 0; k <= last; k++)
        {
            int copies = 0;
            for (int v = 0; v <= last; v++)
            {
                if (calls[v].Start <= calls[k].Start && calls[k].Start < calls[v].End) copies += counts[v];
            }

            if (copies > 2) return false;
        }

        return true;
    }

    /// <summary>All genotypes with the given numbers of alternate copies, last variant fastest.</summary>
    private static IEnumerable<int[]> Genotypes(List<Variant> calls, int[] counts)
    {
        int[][] choices = [.. calls.Select((v, i) => Choices(v.AlternateBases.Count, counts[i]))];
        var at = new int[calls.Count];
        while (true)
        {
            yield return [.. choices.Select((c, v) => c[at[v]])];
            int last = calls.Count - 1;
            while (last >= 0 && ++at[last] == choices[last].Length) at[last--] = 0;
            if (last < 0) yield break;
        }
    }

    private static int[] Choices(int alternates, int count)
    {
        if (count == 0) return [0];
        if (count == 1) return [.. Enumerable.Range(1, alternates).Select(a => Likelihoods.GenotypeIndex(0, a))];
        return [.. from i in Enumerable.Range(1, alternates) from j in Enumerable.Range(i, alternates - i + 1) select Likelihoods.GenotypeIndex(i, j)];
    }

    private static double[] Marginals(List<double>[] buckets)
    {
        double[] sums = [.. buckets.Select(b => LogSumExp([.. b]))];
        double all = LogSumExp(sums);
        return [.. sums.Select(s => Math.Min(s - all, 0))];
    }

    private static double LogSumExp(double[] values)
    {
        if (values.Length == 0) return double.NegativeInfinity;
        double max = values.Max();
        double sum = 0;
        foreach (double v in values) sum += Math.Pow(10.0, v - max);
        return max + Math.Log10(sum);
    }

    private static Variant WithGenotype(Variant variant, int genotype, double[] likelihoods)
    {
        Variant copy = variant.Clone();
        (int i, int j) = Likelihoods.Genotype(genotype);
        VariantCall call = copy.Calls[0];
        call.Genotype.Clear();
        call.Genotype.Add(i);
        call.Genotype.Add(j);
        call.GenotypeLikelihood.Clear();
        call.GenotypeLikelihood.AddRange(likelihoods);
        return copy;
    }
}
