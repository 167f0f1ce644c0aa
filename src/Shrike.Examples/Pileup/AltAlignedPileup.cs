namespace Shrike.Examples.Pileup;

/// <summary>How an image shows the reads aligned to the ALT haplotypes instead of the reference. Spec 50 section 11.</summary>
public enum AltAlignedPileup
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>Two channels more: the first channel of the images drawn on the haplotypes of the first and the second ALT shown.</summary>
    BaseChannels,

    /// <summary>Two channels more: the sixth channel of those images.</summary>
    DiffChannels,

    /// <summary>Those images whole, below the ordinary one: three times the rows.</summary>
    Rows,
}
