namespace Shrike.Examples.Labelling;

/// <summary>Candidates and truth variants that are close enough to be spelled differently; indexes into their lists.</summary>
/// <param name="Candidates">Candidates in order.</param>
/// <param name="Truths">Truth variants in order.</param>
public sealed record VariantGroup(List<int> Candidates, List<int> Truths);

/// <summary>
/// Cuts candidates and truth into groups, greedily from left to right. Variants with the same end go together, and so does
/// whatever ends inside what came before; the rest joins while it is near and the group is small.
/// </summary>
public static class VariantGroups
{
    private const int MaxOfAKind = 8;
    private const int MaxSeparation = 30;
    private const double MaxGenotypes = 100_000;

    /// <summary>The groups, none of them empty.</summary>
    /// <param name="candidates">Candidates, sorted by start.</param>
    /// <param name="truths">Truth of the same contig, sorted by start.</param>
    public static List<VariantGroup> Make(IReadOnlyList<SiteAlleles> candidates, IReadOnlyList<SiteAlleles> truths)
    {
        var groups = new List<VariantGroup>();
        var open = new List<Element>();
        int previousEnd = 0;
        foreach (List<Element> run in Runs(candidates, truths))
        {
            int end = run[0].Site.End;
            if (open.Count > 0 && end > previousEnd && !Fits(run, open))
            {
                groups.Add(Close(open));
                open.Clear();
            }

            open.AddRange(run);
            previousEnd = end;
        }

        if (open.Count > 0) groups.Add(Close(open));
        return groups;
    }

    /// <summary>Runs of neighbours with the same end, of both lists merged by start; candidates go before truth.</summary>
    private static IEnumerable<List<Element>> Runs(IReadOnlyList<SiteAlleles> candidates, IReadOnlyList<SiteAlleles> truths)
    {
        var run = new List<Element>();
        for (int c = 0, t = 0; c < candidates.Count || t < truths.Count;)
        {
            bool isTruth = c == candidates.Count || (t < truths.Count && truths[t].Start < candidates[c].Start);
            Element next = isTruth ? new(truths[t], true, t++) : new(candidates[c], false, c++);
            if (run.Count > 0 && run[0].Site.End != next.Site.End)
            {
                yield return run;
                run = [];
            }

            run.Add(next);
        }

        if (run.Count > 0) yield return run;
    }

    private static bool Fits(List<Element> run, List<Element> group)
    {
        double genotypes = Genotypes(group) * Genotypes(run);
        return genotypes < MaxGenotypes && run.All(v =>
            group.Count(g => g.IsTruth == v.IsTruth) < MaxOfAKind && group.Any(g => v.Site.Start - g.Site.End + 1 <= MaxSeparation));
    }

    private static double Genotypes(List<Element> elements) => elements.Aggregate(1.0, (n, e) => n * e.Site.Genotypes);

    private static VariantGroup Close(List<Element> group) =>
        new([.. group.Where(e => !e.IsTruth).Select(e => e.Index)], [.. group.Where(e => e.IsTruth).Select(e => e.Index)]);

    private readonly record struct Element(SiteAlleles Site, bool IsTruth, int Index);
}
