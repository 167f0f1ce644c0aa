using System.Globalization;
using Shrike.Core;

namespace Shrike.Hts;

/// <summary>One record of a VCF. Symbolic alleles are kept as they are, all others are upper case.</summary>
public sealed class VcfRecord
{
    private readonly string[] _columns;

    private VcfRecord(string[] columns, int start)
    {
        _columns = columns;
        Start = start;
        Reference = columns[3].ToUpperInvariant();
        Alternates = columns[4] == "." ? [] : columns[4].Split(',').Select(a => a.StartsWith('<') ? a : a.ToUpperInvariant()).ToArray();
    }

    /// <summary>CHROM.</summary>
    public string Contig => _columns[0];

    /// <summary>POS - 1.</summary>
    public int Start { get; }

    /// <summary>REF.</summary>
    public string Reference { get; }

    /// <summary>ALT alleles; empty for '.'.</summary>
    public IReadOnlyList<string> Alternates { get; }

    /// <summary>ID column, '.' if none.</summary>
    public string Id => _columns[2];

    /// <summary>QUAL, null if missing.</summary>
    public double? Quality => double.TryParse(_columns[5], NumberStyles.Float, CultureInfo.InvariantCulture, out double q) ? q : null;

    /// <summary>FILTER names; empty for '.', <c>PASS</c> for PASS.</summary>
    public IReadOnlyList<string> Filters => _columns[6] == "." ? [] : _columns[6].Split(';');

    /// <summary>One past the last reference base: INFO/END if present, else start plus the length of REF.</summary>
    public int End => int.TryParse(Info("END"), NumberStyles.None, CultureInfo.InvariantCulture, out int end) ? end : Start + Reference.Length;

    /// <summary>Text of an INFO field, "" for a flag, null if absent.</summary>
    public string? Info(string id)
    {
        foreach (string item in _columns[7].Split(';'))
        {
            int equals = item.IndexOf('=', StringComparison.Ordinal);
            if ((equals < 0 ? item : item[..equals]) == id) return equals < 0 ? "" : item[(equals + 1)..];
        }

        return null;
    }

    /// <summary>Text of a FORMAT field of one sample, null if absent.</summary>
    public string? Format(int sample, string id)
    {
        if (_columns.Length <= 9 + sample) return null;
        int at = Array.IndexOf(_columns[8].Split(':'), id);
        string[] values = _columns[9 + sample].Split(':');
        return at < 0 || at >= values.Length ? null : values[at];
    }

    /// <summary>Allele numbers of one sample's genotype, -1 for '.'; empty if there is none.</summary>
    public int[] Genotype(int sample, out bool phased)
    {
        string? text = Format(sample, "GT");
        phased = text?.Contains('|', StringComparison.Ordinal) ?? false;
        if (string.IsNullOrEmpty(text)) return [];
        return text.Split('/', '|').Select(a => int.TryParse(a, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : -1).ToArray();
    }

    internal static VcfRecord Parse(string path, long number, string line)
    {
        string[] columns = line.Split('\t');
        if (columns.Length < 8) throw ShrikeException.InvalidData($"{path}: record {number}: has {columns.Length} columns instead of at least 8");
        if (!int.TryParse(columns[1], NumberStyles.None, CultureInfo.InvariantCulture, out int position) || position < 0 || columns[3].Length == 0)
        {
            throw ShrikeException.InvalidData($"{path}: record {number} ({columns[0]}:{columns[1]}): POS or REF cannot be read");
        }

        return new VcfRecord(columns, position - 1);
    }
}
