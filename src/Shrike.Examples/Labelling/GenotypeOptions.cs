namespace Shrike.Examples.Labelling;

/// <summary>The genotypes that are tried for a variant, in their order, which decides between equally good ones.</summary>
public static class GenotypeOptions
{
    private static readonly int[][] ReferenceOnly = [[0, 0]];

    // The published order for 1 to 8 ALTs; it is that of a hash table and follows no rule.
    private static readonly int[][][] Candidates = [.. new[]
    {
        "01 11 00",
        "01 12 00 11 02 22",
        "01 12 00 11 03 23 02 33 22 13",
        "01 44 24 12 04 34 00 11 03 14 23 02 33 22 13",
        "34 02 05 22 25 13 45 33 01 24 12 04 15 35 44 55 00 11 03 14 23",
        "34 46 02 05 22 16 25 13 45 33 56 36 01 24 12 04 15 35 44 55 00 11 03 14 06 23 26 66",
        "34 37 46 57 02 05 22 16 25 13 77 45 33 56 36 01 07 24 12 04 27 15 67 47 35 44 55 00 11 03 14 06 23 17 26 66",
        "34 37 46 57 02 05 22 16 08 25 13 28 77 68 45 33 56 48 36 01 07 24 12 04 88 27 15 18 67 47 35 44 38 55 00 58 11 03 14 06 23 17 26 66 78",
    }.Select(order => order.Split(' ').Select(g => new[] { g[0] - '0', g[1] - '0' }).ToArray())];

    /// <summary>All genotypes of a candidate in a group with truth; only the reference without.</summary>
    public static int[][] OfCandidate(int alternates, bool hasTruth)
    {
        if (!hasTruth || alternates == 0) return ReferenceOnly;
        if (alternates <= Candidates.Length) return Candidates[alternates - 1];
        return [.. Enumerable.Range(0, alternates + 1).SelectMany(i => Enumerable.Range(i, alternates + 1 - i).Select(j => new[] { i, j }))];
    }

    /// <summary>The genotype of a truth variant and what is left of it when alleles are missed, ascending; only the reference in a group without candidates.</summary>
    public static int[][] OfTruth(int[] genotype, bool hasCandidates)
    {
        if (!hasCandidates) return ReferenceOnly;
        var options = new List<int[]> { ReferenceOnly[0], genotype };
        options.AddRange(genotype.Where(a => a != 0).Select(a => new[] { 0, a }));
        options.Sort(Compare);
        var distinct = new List<int[]>();
        foreach (int[] option in options)
        {
            if (distinct.Count == 0 || Compare(distinct[^1], option) != 0) distinct.Add(option);
        }

        return [.. distinct];
    }

    private static int Compare(int[] a, int[] b) => a.AsSpan().SequenceCompareTo(b);
}
