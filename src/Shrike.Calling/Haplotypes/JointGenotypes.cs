using Shrike.Calling.Genotyping;
using Shrike.Calling.Records;

namespace Shrike.Calling.Haplotypes;

/// <summary>
/// All joint genotypes of a few overlapping calls that fit on two haplotypes. They are walked twice instead of being
/// stored: once for the best and the scale of each sum, once for the sums.
/// </summary>
internal sealed class JointGenotypes
{
    private readonly List<Call> _calls;
    private readonly long _most;
    private readonly int[][][] _choices;
    private readonly int[] _copies;
    private readonly int[] _at;
    private readonly int[] _genotypes;

    /// <param name="calls">Calls by start; with a likelihood for every genotype.</param>
    /// <param name="most">Largest number of joint genotypes that is weighed.</param>
    public JointGenotypes(List<Call> calls, long most)
    {
        _calls = calls;
        _most = most;
        _choices = [.. calls.Select(c => (int[][])[[0], Heterozygous(c.Alternates.Count), Homozygous(c.Alternates.Count)])];
        _copies = new int[calls.Count];
        _at = new int[calls.Count];
        _genotypes = new int[calls.Count];
        Best = new int[calls.Count];
        Marginals = [.. calls.Select(c => new double[c.Likelihoods.Count])];
    }

    /// <summary>The likeliest joint genotype, as genotype indices.</summary>
    public int[] Best { get; }

    /// <summary>log10 likelihoods of each call's genotypes, given that the others fit.</summary>
    public double[][] Marginals { get; }

    /// <summary>Weighs all; true if the best joint genotype is the best of every call by itself.</summary>
    public bool Weigh()
    {
        double[][] largest = [.. Marginals.Select(m => Enumerable.Repeat(double.NegativeInfinity, m.Length).ToArray())];
        double best = double.NegativeInfinity;
        bool any = false;
        bool complete = Walk(likelihood =>
        {
            if (!any || likelihood > best)
            {
                (any, best) = (true, likelihood);
                _genotypes.CopyTo(Best, 0);
            }

            for (int v = 0; v < _genotypes.Length; v++) largest[v][_genotypes[v]] = Math.Max(largest[v][_genotypes[v]], likelihood);
        });
        if (!complete) return false;
        Walk(likelihood =>
        {
            for (int v = 0; v < _genotypes.Length; v++) Marginals[v][_genotypes[v]] += Math.Pow(10.0, likelihood - largest[v][_genotypes[v]]);
        });
        for (int v = 0; v < Marginals.Length; v++)
        {
            double[] sums = Marginals[v];
            for (int g = 0; g < sums.Length; g++) sums[g] = largest[v][g] + Math.Log10(sums[g]);
            double all = LogSumExp(sums);
            for (int g = 0; g < sums.Length; g++) sums[g] = Math.Min(sums[g] - all, 0);
            if (Likelihoods.ArgMax(sums) != Best[v]) return false;
        }

        return true;
    }

    private static double LogSumExp(double[] values)
    {
        double max = values.Max();
        double sum = 0;
        foreach (double v in values) sum += Math.Pow(10.0, v - max);
        return max + Math.Log10(sum);
    }

    /// <summary>
    /// Visits the log10 likelihood of every joint genotype, with <see cref="_genotypes"/> set: numbers of copies in
    /// lexicographic order, for each the alleles, last variant fastest. False if there are too many.
    /// </summary>
    private bool Walk(Action<double> visit)
    {
        long seen = 0;
        int at = 0;
        _copies[0] = -1;
        while (at >= 0)
        {
            if (++_copies[at] > 2)
            {
                at--;
                continue;
            }

            if (!PrefixIsCompatible(at)) continue;
            if (at < _copies.Length - 1)
            {
                _copies[++at] = -1;
                continue;
            }

            if (!WalkAlleles(visit, ref seen)) return false;
        }

        return true;
    }

    private bool WalkAlleles(Action<double> visit, ref long seen)
    {
        int n = _calls.Count;
        Array.Clear(_at);
        while (true)
        {
            if (++seen > _most) return false;
            double likelihood = 0;
            for (int v = 0; v < n; v++)
            {
                _genotypes[v] = _choices[v][_copies[v]][_at[v]];
                likelihood += _calls[v].Likelihoods[_genotypes[v]];
            }

            visit(likelihood);
            int last = n - 1;
            while (last >= 0 && ++_at[last] == _choices[last][_copies[last]].Length) _at[last--] = 0;
            if (last < 0) return true;
        }
    }

    /// <summary>Whether the first variants fit. They come by start, so the starts are where copies can be too many.</summary>
    private bool PrefixIsCompatible(int last)
    {
        for (int k = 0; k <= last; k++)
        {
            int copies = 0;
            for (int v = 0; v <= last; v++)
            {
                if (_calls[v].Start <= _calls[k].Start && _calls[k].Start < _calls[v].End) copies += _copies[v];
            }

            if (copies > 2) return false;
        }

        return true;
    }

    private static int[] Heterozygous(int alternates) => [.. Enumerable.Range(1, alternates).Select(a => Likelihoods.GenotypeIndex(0, a))];

    private static int[] Homozygous(int alternates) => [.. from i in Enumerable.Range(1, alternates) from j in Enumerable.Range(i, alternates - i + 1) select Likelihoods.GenotypeIndex(i, j)];
}
