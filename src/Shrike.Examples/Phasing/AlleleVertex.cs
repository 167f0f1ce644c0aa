namespace Shrike.Examples.Phasing;

/// <summary>One allele of a site in the graph of alleles. Sets of reads are bits by read key.</summary>
/// <param name="name">The allele's bases, or <see cref="Reference"/>.</param>
/// <param name="words">Words of a set of reads.</param>
internal sealed class AlleleVertex(string name, int words)
{
    /// <summary>Name of the reference allele.</summary>
    public const string Reference = "REF";

    /// <summary>The allele's bases, or <see cref="Reference"/>.</summary>
    public string Name { get; } = name;

    /// <summary>Reads of good quality that show it.</summary>
    public ulong[] Reads { get; } = new ulong[words];

    /// <summary>Those among them that showed no allele of a site before.</summary>
    public ulong[] First { get; } = new ulong[words];

    /// <summary>Alleles of the site before from which a read leads here, ascending; empty if there is none.</summary>
    public List<int> Predecessors { get; } = [];

    /// <summary>Haplotype it was found to lie on: 1, 2, or 0 for none.</summary>
    public int Haplotype { get; set; }
}
