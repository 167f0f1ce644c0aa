namespace Shrike.Simulation;

/// <summary>A variant of the simulated individual.</summary>
/// <param name="Start">0-based position in its contig.</param>
/// <param name="Reference">Replaced bases.</param>
/// <param name="First">What the first haplotype has instead; equal to <paramref name="Reference"/> if nothing else.</param>
/// <param name="Second">The same of the second haplotype.</param>
public sealed record SimulatedVariant(int Start, string Reference, string First, string Second)
{
    /// <summary>One past the last replaced base.</summary>
    public int End => Start + Reference.Length;
}
