using Shrike.Core;

namespace Shrike.Examples.MakeExamples;

/// <summary>A run of neighbouring partitions of one contig, the unit of work: its reads are decoded once.</summary>
/// <param name="Contig">Contig.</param>
/// <param name="Partitions">Partitions in order.</param>
/// <param name="FirstIndex">Index of the first in the list of all partitions.</param>
public sealed record Tile(Contig Contig, IReadOnlyList<Region> Partitions, int FirstIndex)
{
    /// <summary>Number of the first among the partitions of its task, from 1; the others follow.</summary>
    public int FirstOrdinal { get; init; } = FirstIndex + 1;

    /// <summary>First base.</summary>
    public int Start => Partitions[0].Start;

    /// <summary>One past the last base.</summary>
    public int End => Partitions[^1].End;

    /// <summary>Bases of its partitions.</summary>
    public long Bases => Partitions.Sum(p => (long)p.Length);

    /// <summary>
    /// Groups partitions into tiles of at most <paramref name="maxBases"/> bases and of one contig, without gaps of more
    /// than a tile inside. The result of a run does not depend on it.
    /// </summary>
    public static List<Tile> Group(IReadOnlyList<Region> partitions, IReadOnlyList<Contig> contigs, int maxBases)
    {
        var byName = contigs.ToDictionary(c => c.Name);
        var tiles = new List<Tile>();
        for (int first = 0; first < partitions.Count;)
        {
            int last = first + 1;
            while (last < partitions.Count && partitions[last].Contig == partitions[first].Contig && partitions[last].End - partitions[first].Start <= maxBases) last++;
            tiles.Add(new Tile(byName[partitions[first].Contig], [.. partitions.Skip(first).Take(last - first)], first));
            first = last;
        }

        return tiles;
    }
}
