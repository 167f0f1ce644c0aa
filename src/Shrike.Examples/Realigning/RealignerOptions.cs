using Shrike.Core;
using Shrike.Examples.Realigning.Alignment;
using Shrike.Examples.Realigning.Assembly;
using Shrike.Examples.Realigning.Windows;

namespace Shrike.Examples.Realigning;

/// <summary>The local realigner's options; defaults are those of every short-read model.</summary>
public sealed record RealignerOptions
{
    /// <summary>Where reads are assembled anew.</summary>
    public WindowSelectorOptions Windows { get; init; } = new();

    /// <summary>Assembly of a window.</summary>
    public DeBruijnGraphOptions Graph { get; init; } = new();

    /// <summary>Alignment of reads to haplotypes.</summary>
    public HaplotypeAlignerOptions Aligner { get; init; } = new();

    /// <summary>Reads with more bases than this are left alone; 0 = none are.</summary>
    public int MaxReadLength { get; init; } = 500;

    /// <summary>Cut spliced reads at their introns (N) first.</summary>
    public bool SplitSkippedReads { get; init; }

    /// <summary>Checks that the values make sense together.</summary>
    /// <exception cref="ShrikeException">Names the flag and its value.</exception>
    public void Validate()
    {
        Windows.Validate();
        Graph.Validate();
        Aligner.Validate();
    }
}
