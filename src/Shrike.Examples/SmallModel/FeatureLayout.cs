using System.Globalization;

namespace Shrike.Examples.SmallModel;

/// <summary>
/// What stands where in a feature vector. Read features come in equal blocks of twelve that differ only in the
/// haplotypes whose reads they count, so a layout is the list of those blocks:
/// [all reads][variant][allele fractions around the site][haplotype 0][haplotype 1][haplotype 2].
/// </summary>
/// <param name="ContextWindow">Positions of the allele-fraction window, odd; 0 for none.</param>
/// <param name="Haplotypes">The blocks of single haplotypes are there.</param>
public sealed record FeatureLayout(int ContextWindow, bool Haplotypes)
{
    /// <summary>
    /// Mapping qualities above it count as it. Aligners differ in what they call certain (BWA writes 60, others 250 or 255), and a network is a poor
    /// judge of numbers beyond those it has learned from. 255: taken as they are.
    /// </summary>
    public int MostMappingQuality { get; init; } = byte.MaxValue;

    /// <summary>Features of a block of reads.</summary>
    public const int ReadFeatures = 12;

    /// <summary>Features of the alleles.</summary>
    public const int VariantFeatures = 7;

    /// <summary>Haplotypes a read can have: 0 (none), 1, 2.</summary>
    public const int HaplotypeCount = 3;

    /// <summary>Where the mean mapping quality of the reference's reads stands.</summary>
    public const int ReferenceMappingQuality = 6;

    /// <summary>Where that of the ALT's reads stands.</summary>
    public const int AlternateMappingQuality = 7;

    private static readonly string[] ReadNames =
    [
        "num_reads_supports_ref", "num_reads_supports_alt", "alt_indices_depth", "total_depth", "variant_allele_frequency", "alt_indices_variant_allele_frequency",
        "ref_mapping_quality", "alt_mapping_quality", "ref_base_quality", "alt_base_quality", "ref_reverse_strand_ratio", "alt_reverse_strand_ratio",
    ];

    private static readonly string[] VariantNames = ["is_snp", "is_insertion", "is_deletion", "insertion_length", "deletion_length", "is_multiallelic", "is_multiple_alt_alleles"];

    /// <summary>Length of a vector.</summary>
    public int Count => ReadFeatures + VariantFeatures + ContextWindow + (Haplotypes ? HaplotypeCount * ReadFeatures : 0);

    /// <summary>The layout of a network that takes so many numbers; null if there is none.</summary>
    public static FeatureLayout? Of(int inputs, int contextWindow)
    {
        FeatureLayout plain = new(contextWindow, false);
        FeatureLayout phased = new(contextWindow, true);
        return plain.Count == inputs ? plain : phased.Count == inputs ? phased : null;
    }

    /// <summary>Names in order; those of haplotype blocks begin with the sample's.</summary>
    public string[] Names(string sample)
    {
        int half = ContextWindow / 2;
        IEnumerable<string> context = Enumerable.Range(-half, ContextWindow).Select(o => string.Create(CultureInfo.InvariantCulture, $"variant_allele_frequency_at_{(o < 0 ? "minus" : "plus")}_{Math.Abs(o)}"));
        IEnumerable<string> phased = Haplotypes
            ? Enumerable.Range(0, HaplotypeCount).SelectMany(h => ReadNames.Select(n => string.Create(CultureInfo.InvariantCulture, $"{sample}_{n}_hp_{h}")))
            : [];
        return [.. ReadNames, .. VariantNames, .. context, .. phased];
    }
}
