using System.Globalization;

namespace Shrike.Pipeline.Scoring;

/// <summary>Counts of one kind of allele.</summary>
/// <param name="TruePositives">Truth alleles called with the right number of copies.</param>
/// <param name="FalsePositives">Called alleles that are wrong, or have the wrong number of copies.</param>
/// <param name="FalseNegatives">Truth alleles not called with the right number of copies.</param>
public readonly record struct ScoreCounts(int TruePositives, int FalsePositives, int FalseNegatives)
{
    /// <summary>TP / (TP + FP); not a number without calls.</summary>
    public double Precision => (double)TruePositives / (TruePositives + FalsePositives);

    /// <summary>TP / (TP + FN); not a number without truth.</summary>
    public double Recall => (double)TruePositives / (TruePositives + FalseNegatives);

    /// <summary>Harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN); not a number without both calls and truth.</summary>
    public double F1 => 2.0 * TruePositives / (2.0 * TruePositives + FalsePositives + FalseNegatives);

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"TP {TruePositives} FP {FalsePositives} FN {FalseNegatives} precision {Text(Precision)} recall {Text(Recall)} F1 {Text(F1)}");

    private static string Text(double ratio) => double.IsNaN(ratio) ? "-" : ratio.ToString("F4", CultureInfo.InvariantCulture);
}

/// <summary>
/// Genotype-aware comparison of calls with truth on one contig. What differs as alleles is compared once more as
/// haplotypes: neighbouring calls and truth that can spell the same pair of sequences count as equal.
/// </summary>
public static class CallScore
{
    private const int ClusterGap = 60;
    private const int ClusterMargin = 40;

    /// <param name="truth">Truth alleles and their copies (1 or 2).</param>
    /// <param name="calls">Called alleles and their copies.</param>
    /// <param name="inside">Whether an allele lies in the confident regions.</param>
    /// <param name="baseAt">Reference base at a 0-based position.</param>
    /// <returns>Counts of SNPs and of indels; the alleles called in the wrong number of copies, by position.</returns>
    public static (ScoreCounts Snp, ScoreCounts Indel, IReadOnlyList<(Allele Allele, int Truth, int Called)> Errors) Compare(
        IReadOnlyDictionary<Allele, int> truth,
        IReadOnlyDictionary<Allele, int> calls,
        Func<Allele, bool> inside,
        Func<int, char> baseAt)
    {
        HashSet<Allele> equivalent = Equivalent(truth, calls, baseAt);
        List<(Allele Allele, int Truth, int Called)> errors =
        [
            .. truth.Keys.Union(calls.Keys)
                .Where(a => inside(a) && !equivalent.Contains(a))
                .Select(a => (a, Truth: truth.GetValueOrDefault(a), Called: calls.GetValueOrDefault(a)))
                .Where(e => e.Truth != e.Called)
                .OrderBy(e => e.a.Start).ThenBy(e => e.a.Ref, StringComparer.Ordinal).ThenBy(e => e.a.Alt, StringComparer.Ordinal),
        ];
        ScoreCounts Count(bool snp)
        {
            int missed = errors.Count(e => e.Allele.IsSnp == snp && e.Truth > 0);
            return new ScoreCounts(
                truth.Keys.Count(a => a.IsSnp == snp && inside(a)) - missed,
                errors.Count(e => e.Allele.IsSnp == snp && e.Called > 0),
                missed);
        }

        return (Count(true), Count(false), errors);
    }

    private static HashSet<Allele> Equivalent(IReadOnlyDictionary<Allele, int> truth, IReadOnlyDictionary<Allele, int> calls, Func<int, char> baseAt)
    {
        var different = truth.Keys.Where(a => calls.GetValueOrDefault(a) != truth[a])
            .Concat(calls.Keys.Where(a => truth.GetValueOrDefault(a) != calls[a]))
            .Distinct().OrderBy(a => a.Start).ToList();
        var equivalent = new HashSet<Allele>();
        for (int i = 0; i < different.Count;)
        {
            int j = i;
            int end = different[i].End;
            while (j < different.Count && different[j].Start < end + ClusterGap) end = Math.Max(end, different[j++].End);
            int from = Math.Max(0, different[i].Start - ClusterMargin);
            int to = end + ClusterMargin;
            var near = truth.Where(a => a.Key.Start >= from && a.Key.End <= to).ToList();
            var called = calls.Where(a => a.Key.Start >= from && a.Key.End <= to).ToList();
            if (near.Count > 0 && called.Count > 0
                && HaplotypePairs.Enumerate(near, from, to, baseAt).Overlaps(HaplotypePairs.Enumerate(called, from, to, baseAt)))
            {
                equivalent.UnionWith(near.Concat(called).Select(a => a.Key));
            }

            i = j;
        }

        return equivalent;
    }
}
