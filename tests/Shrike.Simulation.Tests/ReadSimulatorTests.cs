using System.Text;
using Shrike.Core;
using static Shrike.Simulation.Tests.Given;

namespace Shrike.Simulation.Tests;

/// <summary>Fragments: their lengths, their bases, and where they lie.</summary>
public sealed class ReadSimulatorTests
{
    [Fact]
    public void AFragmentLongerThanTheStretchIsDrawnAgain()
    {
        var random = new RandomSource(1);
        (Individual individual, _) = Someone(600, NoVariants, random);
        LibraryProfile wide = Clean with { InsertMean = 400, InsertSd = 200 };
        Assert.Equal(200 * 600 / (2 * wide.ReadLength), new ReadSimulator(wide, random).Pairs(individual, 200).Count());
        Assert.Empty(new ReadSimulator(wide with { InsertMean = 600 }, random).Pairs(individual, 200));
    }

    [Fact]
    public void BlocksAreLongerThanFragments()
    {
        using var folder = TestData.Temporary();
        Fasta(folder["g.fa"], ("chrS", Bases(30_000, new RandomSource(1))));
        LibraryProfile mates = Clean with { InsertMean = 2500, InsertSd = 100.5 };
        var run = new SimulationRun { Reference = folder["g.fa"], Output = folder["s"], Profile = mates, Blocks = 1, BlockLength = 3000, Depth = (1, 1) };
        ShrikeException e = Assert.Throws<ShrikeException>(() => Simulation.Run(run));
        Assert.Equal(ExitCode.Usage, e.ExitCode);
        Assert.Contains("profile hiseqx150: fragments (insert_mean 2500, insert_sd 100.5) of up to 3002 bases do not fit into blocks of 3000", e.Message, StringComparison.Ordinal);
        Assert.True(Simulation.Run(run with { BlockLength = 3003 }).Pairs > 0);
    }

    [Fact]
    public void UnknownBasesAreNotRead()
    {
        var random = new RandomSource(1);
        byte[] bases = Bases(10_000, random);
        bases[2000] = (byte)'R';
        bases[7000] = (byte)'N';
        Individual individual = Individual.Make(bases, 0, [], new VariantRates { Snps = 0.05, Indels = 0.05 }, random);
        Assert.All(individual.Variants, v => Assert.Equal(-1, v.Reference.AsSpan().IndexOfAnyExcept("ACGT")));
        Assert.All(new ReadSimulator(LibraryProfile.Named("hiseq125"), random).Pairs(individual, 30), p => Assert.Equal((-1, -1), (p.First.Bases.AsSpan().IndexOfAnyExcept("ACGT"u8), p.Second.Bases.AsSpan().IndexOfAnyExcept("ACGT"u8))));
    }

    [Theory]
    [InlineData(0, 900, 900, 1, 1.3)]
    [InlineData(0.2, 900, 900, 1.35, 1.9)]
    [InlineData(0.5, 900, 900, 6, double.PositiveInfinity)]
    [InlineData(0.5, 2000, 2000, 6, double.PositiveInfinity)]
    [InlineData(0.5, 2000, 900, 1, 1.3)]
    public void DepthRisesAndFallsAsTheProfileSays(double wave, double length, int folded, double least, double most)
    {
        var random = new RandomSource(7);
        (Individual individual, string text) = Someone(36_500, NoVariants, random);
        var counts = new int[5];
        LibraryProfile profile = Clean with { DepthWave = wave, DepthWaveLength = length, BalanceSd = 0 };
        foreach (var (a, b) in new ReadSimulator(profile, random).Pairs(individual, 30))
        {
            int first = text.IndexOf(Encoding.ASCII.GetString(a.Bases), StringComparison.Ordinal);
            if (first < 0) first = text.IndexOf(Encoding.ASCII.GetString(b.Bases), StringComparison.Ordinal);
            if (first >= 0 && first < 36_000) counts[first % folded * 5 / folded]++;
        }

        Assert.InRange(counts.Max() / (double)counts.Min(), least, most);
    }
}
