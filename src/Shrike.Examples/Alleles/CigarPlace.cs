namespace Shrike.Examples.Alleles;

/// <summary>An element of a CIGAR, with where it begins.</summary>
/// <param name="Element">Index of the element.</param>
/// <param name="Position">Reference position of its first base.</param>
/// <param name="Offset">Read offset of its first base.</param>
public readonly record struct CigarPlace(int Element, int Position, int Offset)
{
    /// <summary>The first element of an alignment that starts at a position.</summary>
    public static CigarPlace Begin(int start) => new(0, start, 0);
}
