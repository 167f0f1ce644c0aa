namespace Shrike.Core;

/// <summary>
/// Disjoint intervals per contig; overlapping and touching ones are merged when the set is made. Contigs come in the
/// order of the table the set was made with.
/// </summary>
public sealed class RegionSet
{
    private readonly IReadOnlyList<Contig> _contigs;
    private readonly Dictionary<string, List<Region>> _byContig = [];

    /// <param name="regions">Any intervals, in any order; those on contigs outside the table are left out.</param>
    /// <param name="contigs">Table that gives the order of contigs.</param>
    /// <exception cref="ShrikeException">An empty or reversed interval.</exception>
    public RegionSet(IEnumerable<Region> regions, IReadOnlyList<Contig> contigs)
    {
        _contigs = contigs;
        foreach (Region region in regions)
        {
            if (region.Start >= region.End) throw ShrikeException.Usage($"the region {region} has no bases: its end must lie behind its start");
            if (!_byContig.TryGetValue(region.Contig, out List<Region>? list)) _byContig[region.Contig] = list = [];
            list.Add(region);
        }

        foreach (string contig in _byContig.Keys.ToList()) _byContig[contig] = Merge(_byContig[contig]);
    }

    /// <summary>All bases of the given contigs.</summary>
    public static RegionSet Whole(IReadOnlyList<Contig> contigs, IReadOnlyList<Contig> table) =>
        new(contigs.Where(c => c.Length > 0).Select(c => new Region(c.Name, 0, checked((int)c.Length))), table);

    /// <summary>Number of bases.</summary>
    public long Bases => Regions.Sum(r => (long)r.Length);

    /// <summary>Intervals by order of contigs, then ascending.</summary>
    public IEnumerable<Region> Regions => _contigs.SelectMany(c => On(c.Name));

    /// <summary>Intervals of one contig, ascending.</summary>
    public IReadOnlyList<Region> On(string contig) => _byContig.TryGetValue(contig, out List<Region>? list) ? list : [];

    /// <summary>Whether a position lies in the set.</summary>
    public bool Contains(string contig, int position)
    {
        IReadOnlyList<Region> list = On(contig);
        int low = 0;
        int high = list.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (list[middle].End <= position) low = middle + 1;
            else high = middle;
        }

        return low < list.Count && list[low].Start <= position;
    }

    /// <summary>Bases in both sets.</summary>
    public RegionSet Intersect(RegionSet other)
    {
        var both = new List<Region>();
        foreach (Contig contig in _contigs)
        {
            IReadOnlyList<Region> a = On(contig.Name);
            IReadOnlyList<Region> b = other.On(contig.Name);
            for (int i = 0, j = 0; i < a.Count && j < b.Count;)
            {
                int start = Math.Max(a[i].Start, b[j].Start);
                int end = Math.Min(a[i].End, b[j].End);
                if (start < end) both.Add(new Region(contig.Name, start, end));
                if (a[i].End < b[j].End) i++;
                else j++;
            }
        }

        return new RegionSet(both, _contigs);
    }

    /// <summary>Bases of this set that are not in the other.</summary>
    public RegionSet Subtract(RegionSet other)
    {
        var rest = new List<Region>();
        foreach (Region region in Regions)
        {
            int start = region.Start;
            foreach (Region hole in other.On(region.Contig))
            {
                if (hole.End <= start || hole.Start >= region.End) continue;
                if (hole.Start > start) rest.Add(region with { Start = start, End = hole.Start });
                start = hole.End;
            }

            if (start < region.End) rest.Add(region with { Start = start });
        }

        return new RegionSet(rest, _contigs);
    }

    private static List<Region> Merge(List<Region> regions)
    {
        regions.Sort((a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : a.End.CompareTo(b.End));
        var merged = new List<Region>();
        foreach (Region region in regions)
        {
            if (merged.Count > 0 && region.Start <= merged[^1].End) merged[^1] = merged[^1] with { End = Math.Max(merged[^1].End, region.End) };
            else merged.Add(region);
        }

        return merged;
    }
}
