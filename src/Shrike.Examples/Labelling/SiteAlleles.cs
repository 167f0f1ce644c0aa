using Shrike.Formats.Messages;

namespace Shrike.Examples.Labelling;

/// <summary>Place and alleles of a variant, which is all that grouping and haplotypes look at.</summary>
/// <param name="Start">0-based first reference base.</param>
/// <param name="End">One past the last.</param>
/// <param name="Reference">Reference allele, at least one base.</param>
/// <param name="Alternates">ALT alleles; may be empty.</param>
public record SiteAlleles(int Start, int End, string Reference, IReadOnlyList<string> Alternates)
{
    /// <summary>Those of a message.</summary>
    public static SiteAlleles Of(Variant v) => new((int)v.Start, (int)v.End, v.ReferenceBases, [.. v.AlternateBases]);

    /// <summary>Number of unordered diploid genotypes.</summary>
    public int Genotypes => (Alternates.Count + 1) * (Alternates.Count + 2) / 2;

    /// <summary>Allele by its number in a genotype; 0 is the reference.</summary>
    public string Allele(int number) => number == 0 ? Reference : Alternates[number - 1];

    /// <summary>Whether the two share a base.</summary>
    public bool Overlaps(SiteAlleles other) => Start < other.End && other.Start < End;
}

/// <summary>A variant of the truth.</summary>
/// <param name="Start">0-based first reference base.</param>
/// <param name="End">One past the last.</param>
/// <param name="Reference">Reference allele.</param>
/// <param name="Alternates">ALT alleles.</param>
/// <param name="Genotype">Allele numbers of the sample, -1 where missing; one or two.</param>
/// <param name="ClassText">First value of the INFO field that holds a class, null if absent or not asked for.</param>
public sealed record TruthVariant(int Start, int End, string Reference, IReadOnlyList<string> Alternates, int[] Genotype, string? ClassText = null)
    : SiteAlleles(Start, End, Reference, Alternates);
