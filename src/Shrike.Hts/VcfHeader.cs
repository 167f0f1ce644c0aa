using System.Collections.Frozen;
using System.Globalization;
using Shrike.Core;

namespace Shrike.Hts;

/// <summary>What Shrike uses of a VCF header.</summary>
public sealed class VcfHeader
{
    private readonly FrozenDictionary<string, string> _infoTypes;
    private readonly FrozenSet<string> _formats;

    internal VcfHeader(string path, IEnumerable<string> lines)
    {
        var contigs = new List<Contig>();
        var infos = new Dictionary<string, string>();
        var formats = new HashSet<string>();
        string[]? columns = null;
        foreach (string line in lines)
        {
            if (line.StartsWith("##contig=<", StringComparison.Ordinal) && Field(line, "ID") is { } name)
            {
                _ = long.TryParse(Field(line, "length"), NumberStyles.None, CultureInfo.InvariantCulture, out long length);
                contigs.Add(new Contig(name, length, contigs.Count));
            }
            else if (line.StartsWith("##INFO=<", StringComparison.Ordinal) && Field(line, "ID") is { } info)
            {
                infos[info] = Field(line, "Type") ?? "String";
            }
            else if (line.StartsWith("##FORMAT=<", StringComparison.Ordinal) && Field(line, "ID") is { } format)
            {
                formats.Add(format);
            }
            else if (line.StartsWith("#CHROM", StringComparison.Ordinal))
            {
                columns = line.Split('\t');
            }
        }

        if (columns is null || columns.Length < 8) throw ShrikeException.InvalidData($"{path}: has no #CHROM line: it is not a VCF");
        Contigs = contigs;
        Samples = columns.Skip(9).ToArray();
        _infoTypes = infos.ToFrozenDictionary();
        _formats = formats.ToFrozenSet();
    }

    /// <summary>##contig lines in order; length 0 where none is given.</summary>
    public IReadOnlyList<Contig> Contigs { get; }

    /// <summary>Sample columns in order.</summary>
    public IReadOnlyList<string> Samples { get; }

    /// <summary>Type of an INFO field (Integer, Float, Flag, Character, String), null if undeclared.</summary>
    public string? InfoType(string id) => _infoTypes.GetValueOrDefault(id);

    /// <summary>Whether a FORMAT field is declared.</summary>
    public bool HasFormat(string id) => _formats.Contains(id);

    private static string? Field(string line, string key)
    {
        int at = line.IndexOf("<" + key + "=", StringComparison.Ordinal);
        if (at < 0) at = line.IndexOf("," + key + "=", StringComparison.Ordinal);
        if (at < 0) return null;
        at += key.Length + 2;
        int end = line.IndexOfAny([',', '>'], at);
        return end < 0 ? null : line[at..end];
    }
}
