using Shrike.Calling.Records;
using Shrike.Core;

namespace Shrike.Calling.Streaming;

/// <summary>
/// The original's division of the genome among processes: pieces of about equal size. It cuts overlapping calls and
/// reference blocks apart at the borders; only for files equal to the original's.
/// </summary>
public sealed class GenomeParts
{
    private readonly List<(Region Region, int Contig, int Part)> _pieces = [];

    private GenomeParts(List<List<Region>> groups, IReadOnlyList<Contig> contigs)
    {
        Groups = groups;
        var index = contigs.ToDictionary(c => c.Name, c => c.Index);
        for (int part = 0; part < groups.Count; part++)
        {
            foreach (Region region in groups[part]) _pieces.Add((region, index[region.Contig], part));
        }

        _pieces.Sort((a, b) => (a.Contig, a.Region.Start).CompareTo((b.Contig, b.Region.Start)));
    }

    /// <summary>Regions of each part, in order.</summary>
    public IReadOnlyList<IReadOnlyList<Region>> Groups { get; }

    /// <summary>Part in which a record starts; -1 if in none.</summary>
    public int Find(RecordKey key)
    {
        int low = 0;
        int high = _pieces.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if ((_pieces[middle].Contig, (long)_pieces[middle].Region.End).CompareTo((key.Contig, key.Start)) <= 0) low = middle + 1;
            else high = middle;
        }

        return low < _pieces.Count && _pieces[low].Contig == key.Contig && _pieces[low].Region.Start <= key.Start ? _pieces[low].Part : -1;
    }

    /// <summary>Divides regions.</summary>
    /// <param name="regions">What is called.</param>
    /// <param name="count">Number of parts, at least 1.</param>
    /// <param name="contigs">Contigs of the reference.</param>
    /// <exception cref="ShrikeException">There are fewer bases than parts.</exception>
    public static GenomeParts Divide(RegionSet regions, int count, IReadOnlyList<Contig> contigs)
    {
        long size = regions.Bases / count;
        if (size == 0) throw ShrikeException.Usage($"the regions have fewer bases than there are parts ({count}): use a smaller --num_partitions");
        var groups = new List<List<Region>>();
        var group = new List<Region>();
        long bases = 0;
        foreach (Region piece in Pieces(regions, size))
        {
            if (bases > size)
            {
                groups.Add(group);
                (group, bases) = ([], 0);
            }

            group.Add(piece);
            bases += piece.Length;
        }

        if (group.Count > 0) groups.Add(group);
        while (groups.Count < count)
        {
            groups = [.. groups.OrderBy(g => g.Sum(r => (long)r.Length))];
            List<Region> largest = groups[^1];

            // The original ends in a crash here; so few bases need no parts.
            if (largest.Count == 1) throw ShrikeException.Usage($"the regions cannot be divided into {count} parts: use a smaller --num_partitions");
            groups[^1] = largest[..(largest.Count / 2)];
            groups.Add(largest[(largest.Count / 2)..]);
        }

        var order = contigs.ToDictionary(c => c.Name, c => c.Index);
        return new GenomeParts([.. groups.OrderBy(g => (order[g[0].Contig], g[0].Start))], contigs);
    }

    private static IEnumerable<Region> Pieces(RegionSet regions, long size)
    {
        foreach (Region region in regions.Regions)
        {
            for (long start = region.Start; start < region.End; start += size)
            {
                yield return new Region(region.Contig, (int)start, (int)Math.Min(region.End, start + size));
            }
        }
    }
}
