using Shrike.Examples.Labelling;
using Shrike.Formats.Messages;

namespace Shrike.Examples.Candidates;

/// <summary>How one read relates to a candidate. Reads are indexes into the partition's <c>ReadBatch</c>.</summary>
/// <param name="Read">Index of the read in the batch (the last record of its key).</param>
/// <param name="Allele">Index into the variant's ALTs and then into <see cref="Candidate.OtherAlleles"/>, or <see cref="Uncalled"/>, or <see cref="Reference"/>.</param>
/// <param name="IsLowQuality">The observation was below the base quality floor.</param>
/// <param name="AverageBaseQuality">Integer mean base quality of the event.</param>
public readonly record struct AlleleSupport(int Read, short Allele, bool IsLowQuality, short AverageBaseQuality)
{
    /// <summary>The read shows an allele that was not called.</summary>
    public const short Uncalled = -1;

    /// <summary>The read shows the reference (recorded only with track_ref_reads).</summary>
    public const short Reference = -2;
}

/// <summary>
/// A site that may be a variant: what the candidate caller hands to phasing, small model and pileup. The
/// <see cref="Formats.Messages.DeepVariantCall"/> of the candidates file is this plus the read names.
/// </summary>
public sealed class Candidate
{
    /// <summary>Site, alleles and one call with DP, AD, VAF.</summary>
    public required Variant Variant { get; init; }

    /// <summary>0-based position of the first reference base.</summary>
    public int Start => (int)Variant.Start;

    /// <summary>Start plus the length of the reference allele.</summary>
    public int End => (int)Variant.End;

    /// <summary>Supporting reads in order of counting, those of the reference behind all others; a read key occurs once per sample.</summary>
    public required AlleleSupport[] Support { get; init; }

    /// <summary>Genome position of the first entry of <see cref="ContextWindow"/>.</summary>
    public int ContextWindowStart { get; init; }

    /// <summary>Integer percent of stored alleles over depth, one per position (small model context); may be empty.</summary>
    public byte[] ContextWindow { get; init; } = [];

    /// <summary>ALT sets still to be drawn; null = all.</summary>
    public List<int[]>? AltSets { get; set; }

    /// <summary>Alleles of reads that an imported site does not list; null of a candidate found in the reads.</summary>
    public IReadOnlyList<string>? OtherAlleles { get; init; }

    /// <summary>What the truth says, in training.</summary>
    public CandidateLabel? Label { get; set; }

    /// <summary>How frequent its alleles are in a population, where that is drawn; the candidates file then has nothing else but the supporting reads.</summary>
    public AlleleFrequencies? Frequencies { get; set; }

    /// <summary>Whether it lies in a region of de-novo variants, where those are known.</summary>
    public bool? DeNovo { get; set; }
}
