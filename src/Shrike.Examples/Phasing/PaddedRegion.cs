using Shrike.Core;

namespace Shrike.Examples.Phasing;

/// <summary>The interval in which alleles are counted for phasing: a partition and a fifth of it on both sides (spec 20, 6.5).</summary>
public static class PaddedRegion
{
    /// <summary>Bases on one side, truncated.</summary>
    public static int PaddingOf(in Region partition) => (int)((long)partition.Length * PhasingOptions.PaddingPercent / 100);

    /// <summary>The widened partition, clipped to its contig.</summary>
    public static Region Of(in Region partition, Contig contig)
    {
        int padding = PaddingOf(partition);
        return partition with { Start = Math.Max(0, partition.Start - padding), End = (int)Math.Min(contig.Length, (long)partition.End + padding) };
    }
}
