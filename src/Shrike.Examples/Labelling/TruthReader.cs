using Shrike.Core;
using Shrike.Hts;

namespace Shrike.Examples.Labelling;

/// <summary>The truth of a tile: unfiltered records that start where the truth is known. Belongs to one thread.</summary>
public sealed class TruthReader : IDisposable
{
    private readonly VcfReader _reader;
    private readonly RegionSet? _confident;
    private readonly string? _classField;
    private TruthVariant[] _tile = [];

    /// <param name="path">VCF with index and genotypes.</param>
    /// <param name="confident">Where the truth is known; null for everywhere.</param>
    /// <param name="classField">INFO field with the name of a class; null for none.</param>
    public TruthReader(string path, RegionSet? confident, string? classField = null)
    {
        _reader = VcfReader.Open(path);
        _confident = confident;
        _classField = classField;
    }

    /// <summary>Reads what overlaps [start, end) of the window's contig.</summary>
    /// <exception cref="ShrikeException">A record does not fit the reference, or its genotype makes no sense.</exception>
    public void Move(ReferenceWindow reference, int start, int end)
    {
        string contig = reference.Contig.Name;
        _tile = [.. _reader.Query(contig, start, end)
            .Where(r => r.Filters is [] or ["PASS"] && (_confident?.Contains(contig, r.Start) ?? true))
            .Select(r => Check(r, reference))];
    }

    /// <summary>Records of the tile that overlap [start, end), in file order.</summary>
    public IReadOnlyList<TruthVariant> Overlapping(int start, int end) => [.. _tile.Where(t => t.Start < end && t.End > start)];

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private TruthVariant Check(VcfRecord r, ReferenceWindow reference)
    {
        int end = Math.Max(r.End, r.Start + r.Reference.Length);
        if (r.Start < 0 || end > reference.Contig.Length) throw Wrong(r, $"reaches beyond the {reference.Contig.Length} bases that the reference has of it: reads and truth must belong to the same reference");
        ReadOnlySpan<byte> bases = reference.Bases(r.Start, r.Start + r.Reference.Length);
        for (int i = 0; i < bases.Length; i++)
        {
            if (IsBase((char)bases[i]) && IsBase(r.Reference[i]) && bases[i] != r.Reference[i])
            {
                throw Wrong(r, $"its REF says {r.Reference[i]} at {r.Start + i + 1}, the reference {(char)bases[i]}: reads and truth must belong to the same reference");
            }
        }

        int[] genotype = r.Genotype(0, out _);
        if (genotype.Length > 2) throw Wrong(r, $"its genotype has {genotype.Length} alleles: only one or two can be learned from");
        if (genotype.Any(a => a > r.Alternates.Count)) throw Wrong(r, $"its genotype names an allele that is not there (it has {r.Alternates.Count} ALT)");
        return new TruthVariant(r.Start, end, r.Reference, r.Alternates, genotype.Length == 0 ? [-1, -1] : genotype, _classField is null ? null : r.Info(_classField)?.Split(',')[0]);
    }

    private ShrikeException Wrong(VcfRecord r, string what) => ShrikeException.InvalidData($"{_reader.Path}: {r.Contig}:{r.Start + 1}: {what}");

    private static bool IsBase(char c) => c is 'A' or 'C' or 'G' or 'T';
}
