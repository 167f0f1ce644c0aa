namespace Shrike.Examples.Alleles;

/// <summary>How alleles are counted.</summary>
public sealed record AlleleCounterOptions
{
    /// <summary>Quality floor of a base, and of the mean over inserted bases.</summary>
    public int MinBaseQuality { get; init; } = 10;

    /// <summary>Reads of a smaller MAPQ are not counted.</summary>
    public int MinMappingQuality { get; init; }

    /// <summary>Drop bases below the floor, and insertions with any such base, instead of marking them.</summary>
    public bool LegacyBehavior { get; init; }

    /// <summary>Left-align the indels of every read while it is counted.</summary>
    public bool NormalizeReads { get; init; }

    /// <summary>Remember which reads support the reference at candidate positions.</summary>
    public bool TrackReferenceReads { get; init; }
}
