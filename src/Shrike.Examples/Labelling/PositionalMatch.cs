using Shrike.Core;
using Shrike.Formats.Messages;

namespace Shrike.Examples.Labelling;

/// <summary>The truth at the start of a candidate, both without common suffixes.</summary>
internal static class PositionalMatch
{
    /// <summary>Removes the common suffix of all alleles of a candidate, in place.</summary>
    public static void Simplify(Variant candidate)
    {
        if (candidate.AlternateBases.Count == 0) return;
        string[] trimmed = AlleleSuffix.Trim([candidate.ReferenceBases, .. candidate.AlternateBases]);
        candidate.ReferenceBases = trimmed[0];
        for (int i = 1; i < trimmed.Length; i++) candidate.AlternateBases[i - 1] = trimmed[i];
        candidate.End = candidate.Start + trimmed[0].Length;
    }

    /// <summary>
    /// The last truth with the alleles of a simplified candidate, else the first at its start; simplified. Without any: one
    /// without copies where the truth is known, null elsewhere.
    /// </summary>
    public static TruthVariant? Find(Variant candidate, IReadOnlyList<TruthVariant> truths, bool isConfident)
    {
        TruthVariant? first = null, same = null;
        foreach (TruthVariant truth in truths)
        {
            if (truth.Start != candidate.Start) continue;
            TruthVariant simple = Simplify(truth);
            first ??= simple;
            if (simple.Reference == candidate.ReferenceBases && simple.Alternates.SequenceEqual(candidate.AlternateBases)) same = simple;
        }

        if ((same ?? first) is { } found) return found;
        return isConfident ? new TruthVariant((int)candidate.Start, (int)candidate.End, candidate.ReferenceBases, [.. candidate.AlternateBases], [0, 0]) : null;
    }

    private static TruthVariant Simplify(TruthVariant truth)
    {
        if (truth.Alternates.Count == 0) return truth;
        string[] trimmed = AlleleSuffix.Trim([truth.Reference, .. truth.Alternates]);
        return truth with { Reference = trimmed[0], Alternates = trimmed[1..], End = truth.Start + trimmed[0].Length };
    }
}

/// <summary>Labels candidates by the truth that starts where they do and has the same alleles.</summary>
public sealed class PositionalLabeler : ICandidateLabeler
{
    private readonly RegionSet? _confident;

    /// <param name="confident">Where the truth is known; null for everywhere.</param>
    public PositionalLabeler(RegionSet? confident) => _confident = confident;

    /// <inheritdoc/>
    public IReadOnlyList<CandidateLabel> Label(IReadOnlyList<Variant> candidates, IReadOnlyList<TruthVariant> truths, ReferenceWindow reference) => Label(candidates, truths);

    /// <summary>One label a candidate; candidates are simplified in place.</summary>
    public IReadOnlyList<CandidateLabel> Label(IReadOnlyList<Variant> candidates, IReadOnlyList<TruthVariant> truths)
    {
        var labels = new CandidateLabel[candidates.Count];
        for (int i = 0; i < labels.Length; i++)
        {
            Variant candidate = candidates[i];
            PositionalMatch.Simplify(candidate);
            bool isConfident = _confident?.Contains(candidate.ReferenceName, (int)candidate.Start) ?? true;
            TruthVariant? truth = PositionalMatch.Find(candidate, truths, isConfident);
            labels[i] = truth is null ? new GenotypeLabel(candidate, isConfident, null) : GenotypeLabel.Make(candidate, isConfident, GenotypeOf(candidate, truth));
        }

        return labels;
    }

    /// <summary>The alleles of the truth as alleles of the candidate; what it does not have is the reference.</summary>
    private static int[] GenotypeOf(Variant candidate, TruthVariant truth)
    {
        if (candidate.AlternateBases.Count == 0 || candidate.AlternateBases is ["."]) return [0, 0];
        return [.. truth.Genotype.Order().Select(a => a <= 0 ? 0 : NumberOf(AlleleSuffix.Trim(truth.Reference, truth.Allele(a))))];

        int NumberOf((string Reference, string Alternate) pair)
        {
            for (int k = 0; k < candidate.AlternateBases.Count; k++)
            {
                if (AlleleSuffix.Trim(candidate.ReferenceBases, candidate.AlternateBases[k]) == pair) return k + 1;
            }

            return 0;
        }
    }
}
