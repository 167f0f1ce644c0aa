using System.Globalization;
using Shrike.Core;
using Shrike.Examples.Partitioning;
using Shrike.Hts;

namespace Shrike.Examples.MakeExamples;

/// <summary>Checks of what only training needs, before any work.</summary>
public static class TruthPreflight
{
    /// <summary>Opens the truth and checks that it belongs to the reference.</summary>
    /// <param name="inputs">The other inputs.</param>
    /// <param name="path">VCF of the truth.</param>
    /// <param name="log">Receives warnings.</param>
    /// <returns>The inputs, with the contigs of the truth where its header gives lengths.</returns>
    /// <exception cref="ShrikeException">One line that says what is wrong.</exception>
    public static InputPreflight CheckTruth(InputPreflight inputs, string path, Action<string> log)
    {
        using VcfReader truth = VcfReader.Open(path);
        if (truth.Header.Samples.Count == 0) throw ShrikeException.InvalidData($"{path}: has no sample column: the truth needs genotypes");
        foreach (Contig contig in truth.Header.Contigs.Where(c => c.Length > 0))
        {
            if (inputs.Reference.FirstOrDefault(c => c.Name == contig.Name) is { Name: not null } same && same.Length != contig.Length)
            {
                throw ShrikeException.Usage(string.Create(CultureInfo.InvariantCulture, $"{path}: {contig.Name} has {contig.Length} bases in its header but {same.Length} in the reference: the truth belongs to another reference"));
            }
        }

        // Says early that there is no index.
        _ = truth.Query(truth.Header.Contigs.Select(c => c.Name).FirstOrDefault() ?? inputs.Reference[0].Name, 0, 1);
        bool hasLengths = truth.Header.Contigs.Any(c => c.Length > 0);
        if (!hasLengths) log($"{path}: its header gives no lengths of contigs, so nothing can be checked by them");
        InputPreflight checkedInputs = hasLengths ? inputs with { TruthContigs = truth.Header.Contigs } : inputs;
        _ = CallingRegions.CommonContigs(checkedInputs.Reference, checkedInputs.ReadContigs, checkedInputs.TruthContigs);
        return checkedInputs;
    }

    /// <summary>Reads a BED of regions; what lies on unknown contigs is left out with a warning.</summary>
    /// <param name="path">BED file.</param>
    /// <param name="what">What it holds, for messages.</param>
    /// <param name="contigs">Contigs of the reference.</param>
    /// <param name="log">Receives warnings.</param>
    /// <exception cref="ShrikeException">Nothing of it lies on the reference.</exception>
    public static RegionSet ReadRegions(string path, string what, IReadOnlyList<Contig> contigs, Action<string> log)
    {
        Region[] all = [.. RegionParser.ReadBed(path)];
        var known = contigs.ToDictionary(c => c.Name, c => c.Length);
        string[] unknown = [.. all.Select(r => r.Contig).Where(c => !known.ContainsKey(c)).Distinct()];
        string some = $"{string.Join(", ", unknown.Take(3))}{(unknown.Length > 3 ? ", ..." : "")}";
        if (all.Length == 0) throw ShrikeException.InvalidData($"{path}: holds no {what}");
        if (!all.Any(r => known.ContainsKey(r.Contig))) throw ShrikeException.Usage($"{path}: none of its {what} lie on the reference: it speaks of {some}, the reference of {string.Join(", ", contigs.Take(3).Select(c => c.Name))}");
        if (unknown.Length > 0) log($"{path}: {what} on {some} are left out: the reference has no such contig");
        foreach (Region r in all)
        {
            if (known.TryGetValue(r.Contig, out long length) && r.End > length) throw ShrikeException.Usage(string.Create(CultureInfo.InvariantCulture, $"{path}: {r} ends behind the {length} bases of {r.Contig}: it belongs to another reference"));
        }

        return new RegionSet(all, contigs);
    }
}
