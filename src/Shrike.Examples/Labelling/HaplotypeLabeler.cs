using System.Text;
using Shrike.Core;
using Shrike.Formats.Messages;

namespace Shrike.Examples.Labelling;

/// <summary>
/// Labels candidates by haplotypes: truth and candidates of a group may spell the same change differently, so genotypes
/// are chosen such that both give the same pair of sequences. Phase of the truth is not used.
/// </summary>
public sealed class HaplotypeLabeler : ICandidateLabeler
{
    private readonly RegionSet? _confident;

    /// <param name="confident">Where the truth is known; null for everywhere.</param>
    public HaplotypeLabeler(RegionSet? confident) => _confident = confident;

    /// <summary>Counts of everything labelled since the caller took them.</summary>
    public LabelingMetrics Metrics { get; private set; } = new();

    /// <summary>The counts, which start again from zero.</summary>
    public LabelingMetrics TakeMetrics()
    {
        LabelingMetrics taken = Metrics;
        Metrics = new LabelingMetrics();
        return taken;
    }

    /// <inheritdoc/>
    public IReadOnlyList<CandidateLabel> Label(IReadOnlyList<Variant> candidates, IReadOnlyList<TruthVariant> truths, ReferenceWindow reference) =>
        Label(candidates, truths, reference.Contig.Length, (start, end) => Encoding.ASCII.GetString(reference.Bases(start, end)));

    /// <summary>One label a candidate.</summary>
    /// <param name="candidates">Candidates of one contig, sorted by start.</param>
    /// <param name="truths">Truth, sorted by start.</param>
    /// <param name="contigLength">Length of the contig.</param>
    /// <param name="bases">Bases [start, end) of the contig, upper case.</param>
    public IReadOnlyList<CandidateLabel> Label(IReadOnlyList<Variant> candidates, IReadOnlyList<TruthVariant> truths, long contigLength, Func<int, int, string> bases)
    {
        SiteAlleles[] sites = [.. candidates.Select(SiteAlleles.Of)];

        // A partly missing genotype counts for what is known of it.
        TruthVariant[] known = [.. truths.Where(t => t.Genotype.Sum() > 0).Select(t => t.Genotype.Contains(-1) ? t with { Genotype = [.. t.Genotype.Select(a => Math.Max(0, a))] } : t)];
        var labels = new CandidateLabel[candidates.Count];
        foreach (VariantGroup group in VariantGroups.Make(sites, known))
        {
            SiteAlleles[] some = [.. group.Candidates.Select(c => sites[c])];
            TruthVariant[] matched = [.. group.Truths.Select(t => known[t])];
            HaplotypeMatch match = HaplotypeMatcher.Match(some, matched, contigLength, bases);
            for (int i = 0; i < some.Length; i++)
            {
                Variant candidate = candidates[group.Candidates[i]];
                labels[group.Candidates[i]] = GenotypeLabel.Make(candidate, _confident?.Contains(candidate.ReferenceName, some[i].Start) ?? true, match.Candidates[i]);
            }

            for (int t = 0; t < matched.Length; t++) LabelingCounts.AddTruth(Metrics, matched[t].Genotype, match.Truths[t]);
            for (int i = 0; i < some.Length; i++)
            {
                int same = Array.FindLastIndex(matched, t => t.Start == some[i].Start);
                LabelingCounts.AddCandidate(Metrics, some[i], match.Candidates[i], labels[group.Candidates[i]].IsConfident, same < 0 ? null : matched[same], same < 0 ? null : match.Truths[same]);
            }
        }

        return labels;
    }
}
