using System.Text;

namespace Shrike.Pipeline.Scoring;

/// <summary>The pairs of sequences that a set of genotyped alleles can spell, over all phasings.</summary>
public static class HaplotypePairs
{
    /// <summary>Beyond this many heterozygous alleles the phasings are not enumerated.</summary>
    public const int MaxHeterozygous = 10;

    /// <summary>Unordered pairs, each as its two sequences in ordinal order; empty if too many or contradictory.</summary>
    /// <param name="alleles">Alleles with 1 or 2 copies.</param>
    /// <param name="start">0-based first base of the stretch.</param>
    /// <param name="end">One past its last base.</param>
    /// <param name="baseAt">Reference base at a 0-based position.</param>
    public static HashSet<(string, string)> Enumerate(IEnumerable<KeyValuePair<Allele, int>> alleles, int start, int end, Func<int, char> baseAt)
    {
        var sorted = alleles.OrderBy(a => a.Key.Start).ThenBy(a => a.Key.Ref.Length).ToList();
        int heterozygous = sorted.Count(a => a.Value == 1);
        var pairs = new HashSet<(string, string)>();
        if (heterozygous > MaxHeterozygous) return pairs;
        for (int phasing = 0; phasing < 1 << Math.Max(0, heterozygous - 1); phasing++)
        {
            string? first = Spell(sorted, phasing, 0, start, end, baseAt);
            string? second = Spell(sorted, phasing, 1, start, end, baseAt);
            if (first is null || second is null) continue;
            pairs.Add(string.CompareOrdinal(first, second) <= 0 ? (first, second) : (second, first));
        }

        return pairs;
    }

    private static string? Spell(List<KeyValuePair<Allele, int>> alleles, int phasing, int side, int start, int end, Func<int, char> baseAt)
    {
        var text = new StringBuilder();
        int position = start;
        int het = 0;
        foreach ((Allele allele, int copies) in alleles)
        {
            if (copies == 1 && ((phasing >> het++) & 1) != side) continue;
            int skip = 0;
            if (allele.Start < position)
            {
                // The anchor of an indel may be the last base of the allele before it.
                if (allele.IsSnp || allele.Start != position - 1) return null;
                skip = 1;
            }

            for (; position < allele.Start; position++) text.Append(baseAt(position));
            text.Append(allele.Alt, skip, allele.Alt.Length - skip);
            position = Math.Max(position, allele.End);
        }

        for (; position < end; position++) text.Append(baseAt(position));
        return text.ToString();
    }
}
