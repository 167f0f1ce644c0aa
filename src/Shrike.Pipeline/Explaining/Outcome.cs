namespace Shrike.Pipeline.Explaining;

/// <summary>The step at which a site, or the allele that was asked for, ended; from the first step to the last.</summary>
public enum Outcome
{
    /// <summary>The place is not called at all: outside of the regions, or on a contig that is left out.</summary>
    OutsideRegions,

    /// <summary>No read of the files overlaps it.</summary>
    NoReads,

    /// <summary>Reads overlap it, but none of them takes part.</summary>
    ReadsFiltered,

    /// <summary>The reference has no A, C, G or T there.</summary>
    ReferenceUnknown,

    /// <summary>No read shows the allele, or anything but the reference.</summary>
    NotSeen,

    /// <summary>Reads showed it as they were aligned in their files, but not after realignment.</summary>
    RealignedAway,

    /// <summary>Only bases of low quality show it.</summary>
    LowBaseQuality,

    /// <summary>It does not pass the thresholds of candidates.</summary>
    BelowThreshold,

    /// <summary>The candidate is not of the kinds that are to be kept.</summary>
    NotSelected,

    /// <summary>Its image would reach beyond the contig.</summary>
    NotDrawn,

    /// <summary>The ALT was removed from a site of several.</summary>
    Pruned,

    /// <summary>The likeliest genotype is the reference.</summary>
    RefCall,

    /// <summary>The genotype is a no-call.</summary>
    NoCall,

    /// <summary>The site is called, but its genotype does not have the allele.</summary>
    OtherAllele,

    /// <summary>Called, with a quality below the filter.</summary>
    LowQual,

    /// <summary>Called.</summary>
    Called,
}
