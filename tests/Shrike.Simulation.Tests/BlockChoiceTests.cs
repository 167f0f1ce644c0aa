using Shrike.Core;
using Shrike.Hts;
using static Shrike.Simulation.Tests.Given;

namespace Shrike.Simulation.Tests;

/// <summary>Where blocks lie.</summary>
public sealed class BlockChoiceTests
{
    [Fact]
    public void LongContigsHaveMoreOfThem()
    {
        var random = new RandomSource(1);
        List<Region> blocks = Draw(60, 1000, 3, ("short", Bases(40_000, random)), ("long", Bases(400_000, random)));
        Assert.Equal(60, blocks.Count);

        // One in eleven is expected; were contigs alike it were near one in two.
        Assert.InRange(blocks.Count(b => b.Contig == "short"), 1, 14);
    }

    [Fact]
    public void AmongContigsOfEqualLengthAllAreAlike()
    {
        var random = new RandomSource(1);
        string[] names = ["a", "b", "c"];
        for (ulong seed = 1; seed <= 30; seed++)
        {
            var same = new RandomSource(seed);
            string contig = names[same.Below(3)];
            int start = (int)(same.Uniform() * 19_000);
            Assert.Equal([new Region(contig, start, start + 1000)], Draw(1, 1000, seed, [.. names.Select(n => (n, Bases(20_000, random)))]));
        }
    }

    [Theory]
    [InlineData('N')]
    [InlineData('R')]
    [InlineData('m')]
    public void BasesOtherThanACGTAreAvoided(char letter)
    {
        byte[] bases = Bases(40_000, new RandomSource(1));
        foreach (int i in (ReadOnlySpan<int>)[3_000, 10_000, 16_000, 30_000, 37_000]) bases[i] = (byte)letter;
        List<Region> blocks = Draw(5, 8000, 1, ("chrS", bases));
        Region block = Assert.Single(blocks);
        Assert.InRange(block.Start, 16_001, 22_000);
        bases[23_000] = (byte)letter;
        ShrikeException e = Assert.Throws<ShrikeException>(() => Draw(5, 8000, 1, ("chrS", bases)));
        Assert.Equal(ExitCode.Usage, e.ExitCode);
        Assert.Contains("no stretch of 8000 bases of A, C, G and T only was found", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhereNoMoreFitThereAreFewer()
    {
        using var folder = TestData.Temporary();
        Fasta(folder["g.fa"], ("chrS", Bases(40_000, new RandomSource(1))));
        SimulationSummary made = Simulation.Run(new SimulationRun { Reference = folder["g.fa"], Output = folder["s"], Profile = Clean, Blocks = 12, BlockLength = 10_000, Depth = (1, 1) });
        Assert.InRange(made.Blocks, 1, 3);
        Assert.Equal(made.Blocks, File.ReadAllLines(folder["s.confident.bed"]).Length);
    }

    private static List<Region> Draw(int blocks, int length, ulong seed, params (string Name, byte[] Bases)[] contigs)
    {
        using var folder = TestData.Temporary();
        Fasta(folder["g.fa"], contigs);
        using ReferenceReader reference = ReferenceReader.Open(folder["g.fa"]);
        return BlockChoice.Draw(reference, new SimulationRun { Reference = folder["g.fa"], Output = folder["s"], Profile = Clean, Blocks = blocks, BlockLength = length }, new RandomSource(seed));
    }
}
