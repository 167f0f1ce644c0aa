using Shrike.Calling.Genotyping;
using Shrike.Calling.Records;

namespace Shrike.Calling.Haplotypes;

/// <summary>
/// Calls that overlap must fit on two haplotypes. Where they do not, all compatible joint genotypes are weighed; if the
/// best one agrees with every variant's marginal best, the calls take it, with the marginal likelihoods. Not safe for
/// several threads.
/// </summary>
public sealed class OverlapResolver
{
    private const int MaxVariants = 12;

    // The original weighs any number. This many take some ten seconds; twelve overlapping sites with several ALTs each could take hours,
    // so calls with more stay as they are.
    private const long MaxJointGenotypes = 20_000_000;

    private const int FewCalls = 32;
    private readonly List<Call> _variants = [];
    private readonly List<Call> _part = [];
    private readonly List<Call> _sorted = [];

    /// <summary>Resolves one group of overlapping calls and puts it in output order.</summary>
    /// <param name="group">Calls of one contig, in order of the stream, each overlapping an earlier one.</param>
    public void Resolve(List<Call> group)
    {
        if (group.Count < 2) return;
        _variants.Clear();
        _sorted.Clear();
        foreach (Call call in group) (call.IsVariant ? _variants : _sorted).Add(call);
        _part.Clear();
        long end = 0;
        foreach (Call call in _variants)
        {
            // Reference calls do not bridge.
            if (_part.Count > 0 && call.Start >= end)
            {
                ResolveVariants(_part);
                _part.Clear();
                end = 0;
            }

            _part.Add(call);
            end = Math.Max(end, call.End);
        }

        ResolveVariants(_part);

        // Stable: reference calls of a range stay before the variants of the same range.
        _sorted.AddRange(_variants);
        group.Clear();
        if (_sorted.Count > FewCalls)
        {
            group.AddRange(_sorted.OrderBy(v => v.Start).ThenBy(v => v.End));
            return;
        }

        foreach (Call call in _sorted)
        {
            int at = group.Count;
            while (at > 0 && (group[at - 1].Start, group[at - 1].End).CompareTo((call.Start, call.End)) > 0) at--;
            group.Insert(at, call);
        }
    }

    private static void ResolveVariants(List<Call> calls)
    {
        if (calls.Count < 2 || calls.Count > MaxVariants || IsCompatible(calls)) return;
        foreach (Call call in calls)
        {
            // A prediction that stands alone may have fewer likelihoods than its alleles have genotypes.
            if (call.Likelihoods.Count != Likelihoods.GenotypeCount(call.Alternates.Count + 1)) return;
        }

        var joint = new JointGenotypes(calls, MaxJointGenotypes);
        if (!joint.Weigh()) return;
        for (int v = 0; v < calls.Count; v++)
        {
            (int i, int j) = Likelihoods.Genotype(joint.Best[v]);
            calls[v].SetGenotype(i, j);
            calls[v].Likelihoods.Clear();
            calls[v].Likelihoods.AddRange(joint.Marginals[v]);
        }
    }

    /// <summary>At no base more than two copies of alternates. Copies change at starts, so these are the places to look.</summary>
    private static bool IsCompatible(List<Call> calls)
    {
        foreach (Call at in calls)
        {
            int copies = 0;
            foreach (Call call in calls)
            {
                if (call.Start <= at.Start && at.Start < call.End) copies += call.AlternateCopies;
            }

            if (copies > 2) return false;
        }

        return true;
    }
}
