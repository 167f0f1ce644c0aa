using System.Collections.Frozen;
using Shrike.Core;

namespace Shrike.Hts;

/// <summary>What Shrike uses of a SAM header.</summary>
public sealed class AlignmentHeader
{
    private readonly FrozenDictionary<string, int> _index;

    internal AlignmentHeader(IReadOnlyList<Contig> contigs, string text)
    {
        Contigs = contigs;
        Text = text;
        _index = contigs.DistinctBy(c => c.Name).ToFrozenDictionary(c => c.Name, c => c.Index);
        var samples = new List<string>();
        var checksums = new Dictionary<string, string>();
        foreach (string line in text.Split('\n'))
        {
            string[] fields = line.TrimEnd('\r').Split('\t');
            if (fields[0] == "@HD") SortOrder = Value(fields, "SO:") ?? "unknown";
            if (fields[0] == "@SQ" && Value(fields, "M5:") is { } checksum && Value(fields, "SN:") is { } contig) checksums.TryAdd(contig, checksum);
            if (fields[0] == "@RG" && Value(fields, "SM:") is { Length: > 0 } sample) samples.Add(sample);
        }

        Samples = samples;
        Checksums = checksums;
    }

    /// <summary>@SQ lines in order.</summary>
    public IReadOnlyList<Contig> Contigs { get; }

    /// <summary>The SM of every @RG line that has one, in file order, repetitions included.</summary>
    public IReadOnlyList<string> Samples { get; }

    /// <summary>The M5 of every @SQ line that has one, by contig: the MD5 of its upper-case bases, in hexadecimal of either case.</summary>
    public IReadOnlyDictionary<string, string> Checksums { get; }

    /// <summary>SO of the @HD line, <c>unknown</c> if absent.</summary>
    public string SortOrder { get; } = "unknown";

    /// <summary>The header as SAM text.</summary>
    public string Text { get; }

    /// <summary>Index of a contig by name, -1 if absent.</summary>
    public int IndexOf(string contig) => _index.GetValueOrDefault(contig, -1);

    private static string? Value(string[] fields, string tag) =>
        fields.Skip(1).FirstOrDefault(f => f.StartsWith(tag, StringComparison.Ordinal))?[tag.Length..];
}
