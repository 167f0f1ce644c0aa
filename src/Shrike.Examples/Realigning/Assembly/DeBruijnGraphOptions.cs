using Shrike.Core;

namespace Shrike.Examples.Realigning.Assembly;

/// <summary>How a window is assembled.</summary>
public sealed record DeBruijnGraphOptions
{
    /// <summary>Smallest k.</summary>
    public int MinK { get; init; } = 10;

    /// <summary>Largest k.</summary>
    public int MaxK { get; init; } = 101;

    /// <summary>Step between two k.</summary>
    public int StepK { get; init; } = 1;

    /// <summary>Smallest MAPQ of a read that enters the graph.</summary>
    public int MinMappingQuality { get; init; } = 14;

    /// <summary>Smallest quality of a base that enters the graph.</summary>
    public int MinBaseQuality { get; init; } = 15;

    /// <summary>Edges off the reference that are lighter are removed.</summary>
    public int MinEdgeWeight { get; init; } = 2;

    /// <summary>With more paths than this a window has no haplotypes.</summary>
    public int MaxPaths { get; init; } = 256;

    internal void Validate()
    {
        if (MinK < 1) throw ShrikeException.Usage($"--dbg_min_k must be at least 1, not {MinK}");
        if (MaxK < MinK) throw ShrikeException.Usage($"--dbg_max_k {MaxK} must not be below --dbg_min_k {MinK}");
        if (StepK < 1) throw ShrikeException.Usage($"--dbg_step_k must be at least 1, not {StepK}");
        if (MaxPaths < 0) throw ShrikeException.Usage($"--dbg_max_num_paths must not be negative, {MaxPaths} is");
    }
}
