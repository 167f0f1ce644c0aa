namespace Shrike.Examples.Reads;

/// <summary>Why a record of an alignment file takes no part.</summary>
public enum ReadRefusal
{
    /// <summary>It takes part.</summary>
    None,

    /// <summary>Flag 0x4.</summary>
    Unmapped,

    /// <summary>Flag 0x200: it failed the checks of the instrument.</summary>
    QualityCheck,

    /// <summary>Flag 0x400.</summary>
    Duplicate,

    /// <summary>Flag 0x800.</summary>
    Supplementary,

    /// <summary>Flag 0x100.</summary>
    Secondary,

    /// <summary>MAPQ is below the smallest.</summary>
    MappingQuality,

    /// <summary>Its mate lies on another contig, and the aligner does not call the pair proper.</summary>
    MateOnOtherContig,
}
