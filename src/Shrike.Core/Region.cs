using System.Globalization;

namespace Shrike.Core;

/// <summary>A half-open, 0-based interval of one contig.</summary>
/// <param name="Contig">Contig name.</param>
/// <param name="Start">First base, 0-based.</param>
/// <param name="End">One past the last base.</param>
public readonly record struct Region(string Contig, int Start, int End)
{
    /// <summary>Number of bases.</summary>
    public int Length => End - Start;

    /// <summary>Whether the two share at least one base.</summary>
    public bool Overlaps(in Region other) => Contig == other.Contig && Start < other.End && other.Start < End;

    /// <summary>Whether the 0-based <paramref name="position"/> of the same contig lies inside.</summary>
    public bool Contains(int position) => position >= Start && position < End;

    /// <summary>1-based inclusive text, as people write it: <c>chr20:10000001-10001000</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Contig}:{Start + 1}-{End}");
}
