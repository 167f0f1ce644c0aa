using System.Globalization;
using Shrike.Examples.Candidates;
using Shrike.Examples.Reads;
using Shrike.Formats.Messages;

namespace Shrike.Examples.Phasing;

/// <summary>The haplotypes of a candidate's alleles, for phased genotypes in stage 3 (spec 80, 6.6).</summary>
internal static class PhaseInformation
{
    private const string Haplotypes = "ALT_PS";
    private const string Block = "PS_CONTIG";

    // By so many reads of one haplotype an allele must lead.
    private const int MinLead = 2;

    /// <summary>Adds the information to all candidates for which it is known.</summary>
    /// <param name="candidates">All that were phased, ascending.</param>
    /// <param name="batch">Their reads.</param>
    /// <param name="phased">What the phaser found.</param>
    /// <param name="task">Number of the task.</param>
    /// <param name="ordinal">Number of the partition among those of the task, from 1.</param>
    public static void Add(IReadOnlyList<Candidate> candidates, ReadBatch batch, PhasedReads phased, int task, int ordinal)
    {
        string block = string.Create(CultureInfo.InvariantCulture, $"{task}-{ordinal}");
        int next = 0;
        foreach (Candidate candidate in candidates)
        {
            int[]? haplotypes;
            if (next < phased.Sites.Count && phased.Sites[next].Start == candidate.Start) haplotypes = OfSite(candidate.Variant, phased.Sites[next++]);
            else haplotypes = OfReads(candidate, batch, phased.Haplotypes);
            if (haplotypes is null) continue;
            var list = new ListValue();
            foreach (int h in haplotypes) list.Values.Add(new Value { IntValue = h });

            // Keys ascending: maps are written in the order they were filled.
            candidate.Variant.Info.Add(Haplotypes, list);
            candidate.Variant.Info.Add(Block, new ListValue { Values = { new Value { StringValue = block } } });
        }
    }

    /// <summary>Reference, then ALTs, of a site the phaser divided; null if one of its two alleles is not among them.</summary>
    private static int[]? OfSite(Variant variant, in PhasedSite site)
    {
        int first = IndexOf(variant, site.First), second = IndexOf(variant, site.Second);
        if (first < 0 || second < 0) return null;
        var haplotypes = new int[variant.AlternateBases.Count + 1];
        haplotypes[first] = 1;
        haplotypes[second] = 2;
        return haplotypes;
    }

    private static int IndexOf(Variant variant, string allele)
    {
        if (allele == AlleleVertex.Reference) return 0;
        int at = variant.AlternateBases.IndexOf(allele);
        return at < 0 ? -1 : at + 1;
    }

    /// <summary>The same of any other site, by its reads of whatever quality.</summary>
    private static int[] OfReads(Candidate candidate, ReadBatch batch, sbyte[] haplotypeOfKey)
    {
        int alts = candidate.Variant.AlternateBases.Count;
        var lead = new int[alts + 1];
        foreach (AlleleSupport s in candidate.Support)
        {
            int allele = s.Allele == AlleleSupport.Reference ? 0 : s.Allele + 1;
            if (s.Allele == AlleleSupport.Uncalled || allele > alts) continue;
            int haplotype = haplotypeOfKey[batch.Key[s.Read]];
            if (haplotype is 1 or 2) lead[allele] += haplotype == 1 ? 1 : -1;
        }

        return [.. lead.Select(n => n >= MinLead ? 1 : n <= -MinLead ? 2 : 0)];
    }
}
