using Shrike.Formats.Messages;

namespace Shrike.Examples.Labelling;

/// <summary>What the truth says of a candidate.</summary>
/// <param name="Variant">The variant an example holds: the candidate, with the genotype of the truth where the labeler knows one.</param>
/// <param name="IsConfident">The candidate starts in a region whose truth is known; others make no example.</param>
public abstract record CandidateLabel(Variant Variant, bool IsConfident)
{
    /// <summary>Class of an image that shows these ALTs (0-based) as the alternate.</summary>
    public abstract int ClassOf(IReadOnlyList<int> alternates);
}

/// <summary>A label by genotype: the class is the number of copies of the shown ALTs.</summary>
/// <param name="Variant">The candidate with that genotype.</param>
/// <param name="IsConfident">It starts in a confident region.</param>
/// <param name="Genotype">Allele numbers of the candidate, 0 for the reference; null where nothing is known.</param>
public sealed record GenotypeLabel(Variant Variant, bool IsConfident, int[]? Genotype) : CandidateLabel(Variant, IsConfident)
{
    /// <inheritdoc/>
    public override int ClassOf(IReadOnlyList<int> alternates) => Genotype?.Count(g => g > 0 && alternates.Contains(g - 1)) ?? 0;

    /// <summary>A copy of a candidate with a genotype in its first call.</summary>
    public static GenotypeLabel Make(Variant candidate, bool isConfident, int[] genotype)
    {
        Variant labelled = candidate.Clone();
        if (labelled.Calls.Count == 0) labelled.Calls.Add(new VariantCall());
        labelled.Calls[0].Genotype.Clear();
        labelled.Calls[0].Genotype.AddRange(genotype);
        return new GenotypeLabel(labelled, isConfident, genotype);
    }
}

/// <summary>Labels the candidates of one partition.</summary>
public interface ICandidateLabeler
{
    /// <summary>One label a candidate, in the same order.</summary>
    /// <param name="candidates">Candidates of one contig, sorted by start. The labeler may simplify them in place.</param>
    /// <param name="truths">Truth that overlaps the partition, in file order.</param>
    /// <param name="reference">Bases of the contig.</param>
    /// <exception cref="Core.ShrikeException">The truth cannot be used.</exception>
    IReadOnlyList<CandidateLabel> Label(IReadOnlyList<Variant> candidates, IReadOnlyList<TruthVariant> truths, ReferenceWindow reference);
}
