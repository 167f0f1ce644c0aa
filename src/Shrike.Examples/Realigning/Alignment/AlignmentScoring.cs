namespace Shrike.Examples.Realigning.Alignment;

/// <summary>Scores of an affine-gap alignment, all positive: a gap of g bases costs GapOpen + (g - 1) GapExtend.</summary>
/// <param name="Match">Two equal letters A, C, G or T.</param>
/// <param name="Mismatch">Two other letters; N and its like never match, not even each other.</param>
/// <param name="GapOpen">First base of a gap; larger than <paramref name="GapExtend"/>.</param>
/// <param name="GapExtend">Each further base of a gap.</param>
public readonly record struct AlignmentScoring(int Match, int Mismatch, int GapOpen, int GapExtend)
{
    /// <summary>
    /// Largest common divisor of all four. Dividing by it changes no decision, and halves the usual scores so that those of
    /// short reads fit into eight bits.
    /// </summary>
    public int CommonDivisor => Gcd(Gcd(Match, Mismatch), Gcd(GapOpen, GapExtend));

    /// <summary>All four divided by a common divisor.</summary>
    public AlignmentScoring DividedBy(int divisor) => new(Match / divisor, Mismatch / divisor, GapOpen / divisor, GapExtend / divisor);

    private static int Gcd(int a, int b) => b == 0 ? a : Gcd(b, a % b);
}
