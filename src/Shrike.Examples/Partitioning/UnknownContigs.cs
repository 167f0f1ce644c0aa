using Shrike.Core;

namespace Shrike.Examples.Partitioning;

/// <summary>Names of contigs, held against those of the reference.</summary>
public sealed class UnknownContigs
{
    private const int Named = 3;

    private readonly HashSet<string> _unknown = [];
    private readonly string? _renamed;

    /// <param name="names">Names, in any order and number.</param>
    /// <param name="reference">Contigs of the reference.</param>
    public UnknownContigs(IEnumerable<string> names, IReadOnlyList<Contig> reference)
    {
        HashSet<string> known = [.. reference.Select(c => c.Name)];
        HashSet<string> seen = [];
        foreach (string name in names.Where(seen.Add))
        {
            if (!known.Contains(name)) _unknown.Add(name);
        }

        HasKnown = seen.Count > _unknown.Count;
        _renamed = _unknown.Select(n => Renamed(n, known.Contains)).FirstOrDefault(n => n is not null);
    }

    /// <summary>Every name is that of a contig of the reference.</summary>
    public bool IsEmpty => _unknown.Count == 0;

    /// <summary>At least one name is that of a contig of the reference.</summary>
    public bool HasKnown { get; }

    /// <summary>Whether a name is not that of a contig of the reference.</summary>
    public bool Contains(string name) => _unknown.Contains(name);

    /// <summary>The name with <c>chr</c> put in front or taken away, if that is known.</summary>
    internal static string? Renamed(string name, Func<string, bool> isKnown)
    {
        string other = name.StartsWith("chr", StringComparison.Ordinal) ? name[3..] : "chr" + name;
        return isKnown(other) ? other : null;
    }

    /// <summary>Up to three names of a list.</summary>
    public static string Some(IReadOnlyCollection<string> names) => string.Join(", ", names.Take(Named)) + (names.Count > Named ? ", ..." : "");

    /// <summary>The unknown names in words: <c>the reference has no 20, 21 (it has chr20)</c>.</summary>
    public override string ToString() => $"the reference has no {Some(_unknown)}{(_renamed is null ? "" : $" (it has {_renamed})")}";
}
