using System.Globalization;
using Shrike.Core;

namespace Shrike.Examples.Partitioning;

/// <summary>What is called: the contigs that all inputs share, cut to the user's regions, cut into partitions.</summary>
public static class CallingRegions
{
    // float32 0.9, widened.
    private const double MinSharedBases = 0.8999999761581421;

    /// <summary>Contigs of the reference that are not excluded and that the reads have with the same length.</summary>
    /// <param name="reference">Contigs of the reference.</param>
    /// <param name="reads">Contigs of the alignment headers, one list per file.</param>
    /// <param name="truth">Contigs of the truth's header, which must have them too; null in calling.</param>
    /// <exception cref="ShrikeException">Less than nine tenths of the reference's bases are shared (exit 2).</exception>
    public static IReadOnlyList<Contig> CommonContigs(IReadOnlyList<Contig> reference, IReadOnlyList<IReadOnlyList<Contig>> reads, IReadOnlyList<Contig>? truth = null)
    {
        Contig[] wanted = [.. reference.Where(c => !ExcludedContigs.Contains(c.Name))];
        HashSet<(string, long)>? shared = null;
        foreach (IReadOnlyList<Contig> file in reads.Where(f => f.Count > 0))
        {
            var own = file.Select(c => (c.Name, c.Length)).ToHashSet();
            if (shared is null) shared = own;
            else shared.IntersectWith(own);
        }

        if (shared is null) throw ShrikeException.InvalidData("the reads have no contigs in their header: are they aligned?");
        long all = wanted.Sum(c => c.Length);
        if (all == 0) throw ShrikeException.Usage("the reference has no contig to call");
        Contig[] common = [.. wanted.Where(c => shared.Contains((c.Name, c.Length)))];
        double share = common.Sum(c => c.Length) / (double)all;
        if (common.Length == 0 || share < MinSharedBases) throw ShrikeException.Usage(Mismatch(wanted, common, reads, share));
        if (truth is null) return common;
        var names = truth.Select(c => c.Name).ToHashSet();
        Contig[] known = [.. common.Where(c => names.Contains(c.Name))];
        share = known.Sum(c => c.Length) / (double)all;
        if (known.Length > 0 && share >= MinSharedBases) return known;
        Contig missing = common.First(c => !names.Contains(c.Name));
        string hint = Renamed(missing.Name, truth) is { } other ? $"the reference says {missing.Name} where the truth says {other}" : $"{missing.Name} is not in the header of the truth";
        throw ShrikeException.Usage($"reference and truth share only {share.ToString("P2", CultureInfo.InvariantCulture)} of the bases: {hint}: use a truth of the reference the reads were aligned to");
    }

    /// <summary>The user's regions on the given contigs.</summary>
    /// <exception cref="ShrikeException">Nothing is left (exit 2).</exception>
    public static RegionSet Select(IReadOnlyList<Contig> reference, IReadOnlyList<Contig> common, string regions, string excludeRegions)
    {
        RegionSet wanted = RegionSet.Whole(reference, reference);
        if (regions.Length > 0) wanted = wanted.Intersect(RegionParser.Parse(regions, reference));
        if (excludeRegions.Length > 0) wanted = wanted.Subtract(RegionParser.Parse(excludeRegions, reference));
        if (wanted.Bases == 0) throw ShrikeException.Usage(NothingLeft(reference, regions));
        return RegionSet.Whole(common, reference).Intersect(wanted);
    }

    /// <summary>Finds out before the work that nothing is left, and says which of the user's regions have no effect.</summary>
    /// <exception cref="ShrikeException">Nothing is left (exit 2).</exception>
    public static void Check(IReadOnlyList<Contig> reference, IReadOnlyList<Contig> common, string regions, string excludeRegions, Action<string> log)
    {
        _ = Select(reference, common, regions, excludeRegions);
        foreach ((string flag, string text) in (ReadOnlySpan<(string, string)>)[("--regions", regions), ("--exclude_regions", excludeRegions)])
        {
            string[] names = [.. RegionParser.Read(text, reference).Select(r => r.Contig)];
            var unknown = new UnknownContigs(names, reference);
            if (!unknown.IsEmpty) log(string.Create(CultureInfo.InvariantCulture, $"{flag}: {unknown}: {names.Count(unknown.Contains)} of {names.Length} regions have no effect"));
            if (flag == "--exclude_regions") continue;
            HashSet<string> left = [.. names.Where(n => !unknown.Contains(n)).Except(common.Select(c => c.Name))];
            string[] never = [.. left.Where(ExcludedContigs.Contains)], missing = [.. left.Where(n => !ExcludedContigs.Contains(n))];
            if (never.Length > 0) log($"{flag}: nothing is called on {UnknownContigs.Some(never)}: decoys, alternates and unplaced contigs are always left out");
            if (missing.Length > 0) log($"{flag}: nothing is called on {UnknownContigs.Some(missing)}, which not all inputs have");
        }
    }

    /// <summary>Cuts every region from its start into pieces of at most <paramref name="size"/> bases.</summary>
    public static List<Region> Partition(RegionSet regions, int size)
    {
        var pieces = new List<Region>();
        foreach (Region region in regions.Regions)
        {
            for (int start = region.Start; start < region.End; start += Math.Min(size, region.End - start))
            {
                pieces.Add(region with { Start = start, End = start + Math.Min(size, region.End - start) });
            }
        }

        return pieces;
    }

    private static string NothingLeft(IReadOnlyList<Contig> reference, string regions)
    {
        string message = $"no bases are left to call: check --regions \"{regions}\" and --exclude_regions";
        string[] names = [.. RegionParser.Read(regions, reference).Select(r => r.Contig)];
        var unknown = new UnknownContigs(names, reference);
        if (!unknown.HasKnown) return unknown.IsEmpty ? message : $"{message} ({unknown})";
        Contig first = reference.First(c => names.Contains(c.Name));
        return message + string.Create(CultureInfo.InvariantCulture, $" ({first.Name} has {first.Length} bases)");
    }

    private static string Mismatch(Contig[] wanted, Contig[] common, IReadOnlyList<IReadOnlyList<Contig>> reads, double share)
    {
        string percent = share.ToString("P2", CultureInfo.InvariantCulture);
        Contig missing = wanted.First(c => !common.Contains(c));
        Contig[] all = [.. reads.SelectMany(r => r)];
        string detail = all.FirstOrDefault(c => c.Name == missing.Name) is { Name: not null } other
            ? string.Create(CultureInfo.InvariantCulture, $"{missing.Name} has {missing.Length} bases in the reference but {other.Length} in the reads: they were aligned to another reference")
            : Renamed(missing.Name, all) is { } hint
                ? $"the reference says {missing.Name} where the reads say {hint}: use the reference the reads were aligned to, or rename the contigs of one of them"
                : $"{missing.Name} of the reference is not in the header of the reads: use the reference they were aligned to";
        return $"reference and reads share only {percent} of the bases: {detail}";
    }

    private static string? Renamed(string name, IReadOnlyList<Contig> contigs) => UnknownContigs.Renamed(name, other => contigs.Any(c => c.Name == other));
}
