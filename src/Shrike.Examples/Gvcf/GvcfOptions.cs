using Shrike.Core;

namespace Shrike.Examples.Gvcf;

/// <summary>How reference blocks are made.</summary>
public sealed record GvcfOptions
{
    /// <summary>Sample name of the calls.</summary>
    public string SampleName { get; init; } = "default";

    /// <summary>Width of a GQ bin, at least 1.</summary>
    public int GqBinSize { get; init; } = 5;

    /// <summary>Probability that a read is wrong.</summary>
    public float ErrorProbability { get; init; } = 0.001f;

    /// <summary>Add the median depth of each block.</summary>
    public bool IncludeMedianDepth { get; init; }

    /// <summary>Contigs with one copy.</summary>
    public IReadOnlySet<string> HaploidContigs { get; init; } = new HashSet<string>();

    /// <summary>Regions of haploid contigs that have two copies after all.</summary>
    public RegionSet? PseudoAutosomal { get; init; }
}
