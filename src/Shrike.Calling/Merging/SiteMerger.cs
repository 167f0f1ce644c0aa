using System.Globalization;
using Shrike.Calling.Genotyping;
using Shrike.Core;
using Shrike.Formats.Messages;

namespace Shrike.Calling.Merging;

/// <summary>
/// Merges the predictions of one site, one per ALT set, into one variant with a probability for every genotype.
/// </summary>
public sealed class SiteMerger
{
    private readonly CallingOptions _options;

    /// <param name="options">Filters and haploid contigs.</param>
    public SiteMerger(CallingOptions options) => _options = options;

    /// <summary>Merges the predictions of one site.</summary>
    /// <param name="group">Predictions with equal contig, start and end; reordered here by ALT set.</param>
    /// <exception cref="ShrikeException">An ALT set is missing or given twice, or the predictions are of different variants.</exception>
    public (Variant Variant, double[] Probabilities) Merge(List<CallVariantsOutput> group)
    {
        CallVariantsOutput[] sorted = [.. group.OrderBy(c => c.AltAlleleIndices?.Indices.Order() ?? Enumerable.Empty<int>(), AltSetOrder.Instance)];
        Variant variant = sorted[0].Variant.Clone();
        string where = Where(variant);
        foreach (CallVariantsOutput c in sorted)
        {
            if (c.GenotypeProbabilities.Count != 3) throw ShrikeException.InvalidData($"{where}: a prediction has {c.GenotypeProbabilities.Count} probabilities instead of 3");
            foreach (double p in c.GenotypeProbabilities) Likelihoods.Require(p, where);
        }

        CheckSets(sorted, where);
        double[] probabilities;
        if (sorted.Length == 1)
        {
            probabilities = [.. sorted[0].GenotypeProbabilities];
        }
        else
        {
            bool[] pruned = WeakAlternates(sorted, variant.AlternateBases.Count);
            probabilities = MinimumRule(sorted, pruned);
            RemoveAlternates(variant, pruned);
        }

        TrimSharedSuffix(variant);
        if (IsHaploid(variant)) ExcludeHeterozygous(probabilities);
        return (variant, probabilities);
    }

    internal static string Where(Variant v) => string.Create(CultureInfo.InvariantCulture, $"{v.ReferenceName}:{v.Start + 1} {v.ReferenceBases}>{string.Join(',', v.AlternateBases)}");

    private void CheckSets(CallVariantsOutput[] sorted, string where)
    {
        Variant variant = sorted[0].Variant;
        foreach (CallVariantsOutput c in sorted)
        {
            if (!c.Variant.Equals(variant)) throw ShrikeException.InvalidData($"{where}: predictions of different variants stand at one site: were runs mixed? (--nogroup_variants keeps them apart)");
        }

        if (!_options.GroupVariants) return;
        var sets = sorted.Select(c => string.Join(',', c.AltAlleleIndices?.Indices ?? [])).ToHashSet();
        int n = variant.AlternateBases.Count;
        var expected = new HashSet<string>();
        for (int i = 0; i < n; i++)
        {
            expected.Add(i.ToString(CultureInfo.InvariantCulture));
            for (int j = i + 1; j < n; j++) expected.Add(string.Create(CultureInfo.InvariantCulture, $"{i},{j}"));
        }

        if (sets.Count != sorted.Length || !sets.SetEquals(expected))
        {
            throw ShrikeException.InvalidData($"{where}: there must be one prediction for every set of one or two ALTs, but there are [{string.Join("] [", sorted.Select(c => string.Join(',', c.AltAlleleIndices?.Indices ?? [])))}]: is a file of predictions missing or given twice?");
        }
    }

    /// <summary>ALTs whose own QUAL is too low; the best one stays if all are.</summary>
    private bool[] WeakAlternates(CallVariantsOutput[] sorted, int count)
    {
        var pruned = new bool[count];
        if (!(_options.MultiAllelicQualFilter > 0)) return pruned;
        double best = double.NegativeInfinity;
        int bestIndex = -1;
        foreach (CallVariantsOutput c in sorted)
        {
            if (c.AltAlleleIndices.Indices.Count != 1) continue;
            double quality = Likelihoods.Quality([.. c.GenotypeProbabilities]);
            int index = c.AltAlleleIndices.Indices[0];
            if (quality > best) (best, bestIndex) = (quality, index);
            pruned[index] = quality < _options.MultiAllelicQualFilter;
        }

        if (bestIndex >= 0 && pruned.All(p => p)) pruned[bestIndex] = false;
        return pruned;
    }

    /// <summary>
    /// Every prediction votes for the genotypes it speaks of; a genotype's score is its smallest vote. Normalised.
    /// </summary>
    private static double[] MinimumRule(CallVariantsOutput[] sorted, bool[] pruned)
    {
        int[] kept = [.. Enumerable.Range(0, pruned.Length).Where(i => !pruned[i])];
        var scores = new double[Likelihoods.GenotypeCount(kept.Length + 1)];
        Array.Fill(scores, double.PositiveInfinity);
        void Vote(int i, int j, double p)
        {
            ref double score = ref scores[Likelihoods.GenotypeIndex(Math.Min(i, j), Math.Max(i, j))];
            score = Math.Min(score, p);
        }

        foreach (CallVariantsOutput c in sorted)
        {
            if (c.AltAlleleIndices.Indices.Any(i => pruned[i])) continue;
            int[] alts = [.. c.AltAlleleIndices.Indices.Select(i => Array.IndexOf(kept, i) + 1)];
            Vote(0, 0, c.GenotypeProbabilities[0]);
            foreach (int a in alts)
            {
                Vote(0, a, c.GenotypeProbabilities[1]);
                foreach (int b in alts) Vote(a, b, c.GenotypeProbabilities[2]);
            }
        }

        for (int i = 0; i < scores.Length; i++)
        {
            if (double.IsPositiveInfinity(scores[i])) scores[i] = 0;
        }

        if (Sum(scores) == 0) Array.Fill(scores, 1.0);
        double sum = Sum(scores);
        for (int i = 0; i < scores.Length; i++) scores[i] /= sum;
        return scores;
    }

    private static void RemoveAlternates(Variant variant, bool[] pruned)
    {
        for (int i = pruned.Length - 1; i >= 0; i--)
        {
            if (!pruned[i]) continue;
            variant.AlternateBases.RemoveAt(i);
            foreach (VariantCall call in variant.Calls)
            {
                foreach (string key in (string[])["AD", "MF", "MD"]) RemoveAt(call, key, i + 1);
                RemoveAt(call, "VAF", i);
            }
        }
    }

    private static void RemoveAt(VariantCall call, string key, int index)
    {
        if (InfoMap.Get(call.Info, key) is { } values && index < values.Count) values.RemoveAt(index);
    }

    /// <summary>Drops the bases all alleles end with, as long as none becomes empty.</summary>
    private static void TrimSharedSuffix(Variant variant)
    {
        string reference = variant.ReferenceBases;
        int most = Math.Min(reference.Length, variant.AlternateBases.Count == 0 ? 1 : variant.AlternateBases.Min(a => a.Length)) - 1;
        int shared = 0;
        while (shared < most && variant.AlternateBases.All(a => a[a.Length - 1 - shared] == reference[reference.Length - 1 - shared])) shared++;
        if (shared > 0)
        {
            variant.ReferenceBases = reference[..^shared];
            for (int i = 0; i < variant.AlternateBases.Count; i++) variant.AlternateBases[i] = variant.AlternateBases[i][..^shared];
        }

        variant.End = variant.Start + variant.ReferenceBases.Length;
    }

    private bool IsHaploid(Variant v) => _options.HaploidContigs.Contains(v.ReferenceName)
        && !(_options.PseudoAutosomal?.Contains(v.ReferenceName, (int)v.Start) ?? false);

    private static void ExcludeHeterozygous(double[] probabilities)
    {
        for (int i = 0; i < probabilities.Length; i++)
        {
            (int a, int b) = Likelihoods.Genotype(i);
            if (a != b) probabilities[i] = 0;
        }

        double sum = Sum(probabilities);
        for (int i = 0; i < probabilities.Length; i++) probabilities[i] /= sum == 0 ? 1 : sum;
    }

    private static double Sum(double[] values)
    {
        double sum = 0;
        foreach (double v in values) sum += v;
        return sum;
    }

    private sealed class AltSetOrder : IComparer<IEnumerable<int>>
    {
        public static readonly AltSetOrder Instance = new();

        public int Compare(IEnumerable<int>? x, IEnumerable<int>? y)
        {
            int[] a = [.. x!];
            int[] b = [.. y!];
            return a.AsSpan().SequenceCompareTo(b);
        }
    }
}
