using System.Collections.Frozen;

namespace Shrike.Examples.Partitioning;

/// <summary>Decoys, alternates and unplaced contigs of human references that are never called; names match exactly.</summary>
public static class ExcludedContigs
{
    /// <summary>The names, in their published order.</summary>
    public static IReadOnlyList<string> Names { get; } = Load();

    private static readonly FrozenSet<string> Set = Names.ToFrozenSet();

    /// <summary>Whether a contig is left out.</summary>
    public static bool Contains(string contig) => Set.Contains(contig);

    private static string[] Load()
    {
        using Stream stream = typeof(ExcludedContigs).Assembly.GetManifestResourceStream("excluded_contigs.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
