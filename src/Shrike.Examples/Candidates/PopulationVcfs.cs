using System.IO.Enumeration;
using Shrike.Core;
using Shrike.Hts;

namespace Shrike.Examples.Candidates;

/// <summary>Which VCF says how frequent the alleles of a contig are. Spec 50 section 12.</summary>
public sealed class PopulationVcfs
{
    private readonly Dictionary<string, string> _byContig = [];
    private readonly string? _only;

    private PopulationVcfs(string[] files)
    {
        Files = files;
        _only = files.Length == 1 ? files[0] : null;
    }

    /// <summary>The files.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Finds the files.</summary>
    /// <param name="list">Paths or patterns (* and ? in the name), separated by commas or blanks. One file serves all contigs; of several, each serves that of its first record.</param>
    /// <exception cref="ShrikeException">Nothing found, or two files serve one contig (exit 2), or a file cannot be read.</exception>
    public static PopulationVcfs Open(string list)
    {
        string[] paths = Paths(list);
        if (paths.Length == 0) throw ShrikeException.Usage("--population_vcfs names no file");
        var vcfs = new PopulationVcfs(paths);
        foreach (string path in paths)
        {
            using VcfReader reader = VcfReader.Open(path);
            if (paths.Length == 1) break;
            string? contig = reader.ReadAll().FirstOrDefault()?.Contig;
            if (contig is not null && !vcfs._byContig.TryAdd(contig, path)) throw ShrikeException.Usage($"--population_vcfs: {vcfs._byContig[contig]} and {path} both begin with {contig}: a contig may stand in one file only");
        }

        return vcfs;
    }

    /// <summary>The files a list stands for.</summary>
    /// <exception cref="ShrikeException">Nothing matches a pattern (exit 2).</exception>
    public static string[] Paths(string list) => [.. list.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).SelectMany(Expand).Distinct()];

    /// <summary>The file of a contig, null if there is none.</summary>
    public string? Of(string contig) => _only ?? _byContig.GetValueOrDefault(contig);

    private static IEnumerable<string> Expand(string path)
    {
        string name = Path.GetFileName(path);
        if (name.IndexOfAny(['*', '?']) < 0) return [path];
        string folder = Path.GetDirectoryName(path) is { Length: > 0 } given ? given : ".";
        string[] found = Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder).Where(f => FileSystemName.MatchesSimpleExpression(name, Path.GetFileName(f), ignoreCase: false)).Order(StringComparer.Ordinal)]
            : [];
        return found.Length > 0 ? found : throw ShrikeException.Usage($"--population_vcfs {path}: no file has such a name");
    }
}
