using Shrike.Hts;

namespace Shrike.Examples.Reads;

/// <summary>Which records of the alignment files take part, and what is parsed of them.</summary>
public sealed record ReadFilter
{
    private const ushort Paired = 0x1, ProperPair = 0x2, Unmapped = 0x4, MateUnmapped = 0x8, Secondary = 0x100, QcFail = 0x200, Duplicate = 0x400, Supplementary = 0x800;

    /// <summary>Keep flag 0x400.</summary>
    public bool KeepDuplicates { get; init; }

    /// <summary>Keep flag 0x800.</summary>
    public bool KeepSupplementary { get; init; }

    /// <summary>Keep flag 0x100.</summary>
    public bool KeepSecondary { get; init; }

    /// <summary>Smallest MAPQ.</summary>
    public int MinMappingQuality { get; init; } = 5;

    /// <summary>Take qualities from the OQ tag instead of QUAL.</summary>
    public bool UseOriginalQualities { get; init; }

    /// <summary>Parse the HP tag.</summary>
    public bool ParseHaplotype { get; init; }

    /// <summary>
    /// Whether a record is used. Pairs split over two contigs are not, unless the aligner called them proper;
    /// decided on the fixed-size core of the record alone.
    /// </summary>
    public bool Accepts(in AlignmentRecord record)
    {
        int flags = record.Flags;
        int unwanted = Unmapped | QcFail | (KeepDuplicates ? 0 : Duplicate) | (KeepSupplementary ? 0 : Supplementary) | (KeepSecondary ? 0 : Secondary);
        if ((flags & unwanted) != 0 || record.MappingQuality < MinMappingQuality) return false;
        return (flags & Paired) == 0 || (flags & (ProperPair | MateUnmapped)) != 0
            || record.MateContigIndex < 0 || record.MateContigIndex == record.ContigIndex;
    }

    /// <summary>Why <see cref="Accepts"/> refuses a record: the first reason that holds.</summary>
    public ReadRefusal RefusalOf(in AlignmentRecord record)
    {
        int flags = record.Flags;
        if ((flags & Unmapped) != 0) return ReadRefusal.Unmapped;
        if ((flags & QcFail) != 0) return ReadRefusal.QualityCheck;
        if ((flags & Duplicate) != 0 && !KeepDuplicates) return ReadRefusal.Duplicate;
        if ((flags & Supplementary) != 0 && !KeepSupplementary) return ReadRefusal.Supplementary;
        if ((flags & Secondary) != 0 && !KeepSecondary) return ReadRefusal.Secondary;
        if (record.MappingQuality < MinMappingQuality) return ReadRefusal.MappingQuality;
        return Accepts(record) ? ReadRefusal.None : ReadRefusal.MateOnOtherContig;
    }
}
