namespace Shrike.Simulation;

/// <summary>
/// A second copy of a stretch, somewhat different, that the reference lacks: its reads are laid onto the stretch with
/// confidence. Benchmark sets leave such places out; callers meet them all the same.
/// </summary>
/// <param name="Start">First base of the stretch, in its block.</param>
/// <param name="End">One past the last.</param>
/// <param name="Copy">The other copy, with flanks of its own.</param>
internal sealed record Paralog(int Start, int End, Individual Copy)
{
    private const int Shortest = 1000;
    private const int Longest = 3000;
    private const int Flank = 600;

    /// <summary>Draws a paralog of a block, or none.</summary>
    /// <param name="bases">Reference bases of the block.</param>
    /// <param name="rate">Paralogs per base.</param>
    /// <param name="random">Random numbers.</param>
    public static Paralog? Draw(byte[] bases, double rate, RandomSource random)
    {
        int length = Shortest + random.Below(Longest - Shortest);
        if (!random.Chance(rate * bases.Length) || bases.Length < length + Shortest) return null;
        int start = random.Below(bases.Length - length);
        byte[] copy = [.. Unique(random), .. bases.AsSpan(start, length), .. Unique(random)];
        double divergence = 0.005 + (0.025 * random.Uniform());
        for (int i = 0; i < copy.Length; i++)
        {
            if (random.Chance(divergence)) copy[i] = random.OtherBase(copy[i]);
        }

        return new Paralog(start, start + length, Individual.Make(copy, 0, [], new VariantRates { Snps = 0, Indels = 0.001, DivergedShare = 0 }, random));
    }

    /// <summary>Read pairs of both of its haplotypes, at the depth of everything else.</summary>
    public IEnumerable<(ReadSimulator.Read First, ReadSimulator.Read Second)> Pairs(ReadSimulator reads, double depth) => reads.Pairs(Copy, depth);

    private static byte[] Unique(RandomSource random) => [.. Enumerable.Range(0, Flank).Select(_ => "ACGT"u8[random.Below(4)])];
}
