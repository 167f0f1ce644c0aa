using Shrike.Core;

namespace Shrike.Examples.Realigning.Windows;

/// <summary>How windows worth assembling are found.</summary>
public sealed record WindowSelectorOptions
{
    /// <summary>Smallest MAPQ of a read that votes.</summary>
    public int MinMappingQuality { get; init; } = 20;

    /// <summary>Smallest quality of a base that votes; of insertions and clips the mean counts.</summary>
    public int MinBaseQuality { get; init; } = 20;

    /// <summary>Padding of a window on both sides; marks closer than twice this share a window.</summary>
    public int MinDistance { get; init; } = 80;

    /// <summary>Longer windows are not assembled.</summary>
    public int MaxSize { get; init; } = 1000;

    /// <summary>Bases beyond the partition, on both sides, where marks are looked for.</summary>
    public int RegionExpansion { get; init; } = 20;

    /// <summary>Fewest supporting reads of a mark.</summary>
    public int MinSupportingReads { get; init; } = 2;

    /// <summary>Most supporting reads of a mark.</summary>
    public int MaxSupportingReads { get; init; } = 300;

    /// <summary>Fewest reads with the identical allele.</summary>
    public int MinAlleleSupport { get; init; } = 2;

    /// <summary>Drop bases below the floor, and insertions with any such base, instead of marking them.</summary>
    public bool LegacyBehavior { get; init; }

    /// <summary>Insertions of one base need 8 % of the reads.</summary>
    public bool StrictInsertionFilter { get; init; }

    /// <summary>One window: the whole partition.</summary>
    public bool RealignAll { get; init; }

    /// <summary>Weigh alleles by this model instead of counting supporting reads.</summary>
    public LinearWindowModel? Linear { get; init; }

    internal void Validate()
    {
        if (MaxSupportingReads < MinSupportingReads)
        {
            throw ShrikeException.Usage($"--ws_max_num_supporting_reads {MaxSupportingReads} must not be below --ws_min_num_supporting_reads {MinSupportingReads}");
        }

        if (MinDistance < 0) throw ShrikeException.Usage($"--ws_min_windows_distance must not be negative, {MinDistance} is");
        if (RegionExpansion < 0) throw ShrikeException.Usage($"--ws_region_expansion_in_bp must not be negative, {RegionExpansion} is");
    }
}
