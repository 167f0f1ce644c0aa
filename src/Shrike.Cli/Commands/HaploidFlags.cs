using Shrike.Cli.Flags;
using Shrike.Core;
using Shrike.Examples.Partitioning;

namespace Shrike.Cli.Commands;

/// <summary>The flags of contigs with one copy, shared by stage 1 and stage 3, which read the names differently, as the original does.</summary>
internal sealed class HaploidFlags
{
    private readonly Flag<string> _names, _twoCopies;

    /// <param name="f">Receives the flags.</param>
    /// <param name="separators">How names are separated, for the help.</param>
    public HaploidFlags(FlagSet f, string separators)
    {
        _names = f.Text("haploid_contigs", $"contigs with one copy, separated by {separators}");
        _twoCopies = f.Text("par_regions_bed", "BED of regions of haploid contigs with two copies");
    }

    /// <summary>The BED as given; empty for none.</summary>
    public string Bed => _twoCopies.Value;

    /// <summary>Contigs as the likelihoods of stage 1 know them: commas separate, blanks belong to a name.</summary>
    public HashSet<string> OfLikelihoods => [.. _names.Value.Split(',', StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>Contigs as stage 3 knows them: commas and white space of any kind separate. Spec 70 section 2.</summary>
    public HashSet<string> OfCalls => [.. _names.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).SelectMany(w => w.Split(',', StringSplitOptions.RemoveEmptyEntries))];

    /// <summary>Regions with two copies; null if none are given.</summary>
    public RegionSet? TwoCopies(IReadOnlyList<Contig> contigs) => Bed.Length == 0 ? null : new RegionSet(RegionParser.ReadBed(Bed), contigs);

    /// <summary>Says what of the flags has no effect.</summary>
    /// <param name="contigs">Contigs of the reference.</param>
    /// <param name="likelihoods">Stage 1 makes likelihoods for the gVCF.</param>
    /// <param name="log">Receives one line for each.</param>
    public void Warn(IReadOnlyList<Contig> contigs, bool likelihoods, Action<string> log)
    {
        if (new UnknownContigs(OfCalls, contigs) is { IsEmpty: false } unknown) log($"--haploid_contigs: {unknown}");
        if (likelihoods && !OfLikelihoods.SetEquals(OfCalls)) log("--haploid_contigs: only names separated by commas, without blanks, are haploid in the likelihoods of the gVCF");
        if (Bed.Length > 0 && new UnknownContigs(RegionParser.ReadBed(Bed).Select(r => r.Contig), contigs) is { HasKnown: false } none) log($"--par_regions_bed {Bed}: has no region on the reference{(none.IsEmpty ? "" : $": {none}")}");
    }
}
