using Google.Protobuf.Reflection;
using Shrike.Formats.Messages;

namespace Shrike.Examples.Labelling;

/// <summary>How truth and candidates fit together, counted as the run information reports it.</summary>
internal static class LabelingCounts
{
    /// <summary>Counts a truth variant and what was found of it.</summary>
    public static void AddTruth(LabelingMetrics m, int[] genotype, int[] assigned)
    {
        int alleles = Alternates(genotype);
        m.NTruthVariantSites++;
        m.NTruthVariantAlleles += alleles;
        if (assigned.Any(a => a > 0)) m.NTruePositiveSites++;
        else m.NFalseNegativeSites++;
        if (alleles > 1 && Alternates(assigned) < alleles) m.NTruthMultiallelicsSitesWithMissedAlleles++;
        for (int i = 0; i < genotype.Length; i++)
        {
            if (genotype[i] <= 0) continue;
            if (i < assigned.Length && assigned[i] > 0) m.NTruePositiveAlleles++;
            else m.NFalseNegativeAlleles++;
        }
    }

    /// <summary>Counts a candidate; <paramref name="truth"/> is the truth of its group that starts where it does.</summary>
    public static void AddCandidate(LabelingMetrics m, SiteAlleles site, int[] genotype, bool isConfident, TruthVariant? truth, int[]? assigned)
    {
        if (!isConfident)
        {
            m.NNonConfidentCandidateVariantSites++;
            return;
        }

        m.NCandidateVariantSites++;
        m.NCandidateVariantAlleles += site.Alternates.Count;
        if (genotype.All(a => a == 0)) m.NFalsePositiveSites++;
        m.NFalsePositiveAlleles += site.Alternates.Count - Alternates(genotype);
        if (truth is null || assigned is null)
        {
            if (genotype.Any(a => a > 0)) m.NInexactPositionMatches++;
            return;
        }

        m.NExactPositionMatches++;
        if (!site.Alternates.Order(StringComparer.Ordinal).SequenceEqual(truth.Alternates.Order(StringComparer.Ordinal))) return;
        m.NExactPositionAndAlleleMatches++;
        if (genotype.Order().SequenceEqual(assigned.Order())) m.NExactPositionAndAlleleAndGenotypeMatches++;
    }

    /// <summary>Adds every count of <paramref name="part"/> to <paramref name="total"/>.</summary>
    public static void Add(LabelingMetrics total, LabelingMetrics part)
    {
        foreach (FieldDescriptor field in LabelingMetrics.Descriptor.Fields.InDeclarationOrder())
        {
            field.Accessor.SetValue(total, (int)field.Accessor.GetValue(total) + (int)field.Accessor.GetValue(part));
        }
    }

    private static int Alternates(int[] genotype) => genotype.Where(a => a > 0).Distinct().Count();
}
