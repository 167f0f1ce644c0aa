using System.Text;
using Shrike.Core;
using Shrike.Hts;
using static Shrike.Simulation.Tests.Given;

namespace Shrike.Simulation.Tests;

/// <summary>Real variants carried over, and whether they are of this reference.</summary>
public sealed class TruthVariantsTests
{
    private const int Start = 1000;
    private const int Offset = 500;
    private static readonly byte[] Block = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("ACGTA", 40)));

    [Fact]
    public void VariantsWhoseBasesAreThoseOfTheReferenceAreCarriedOver()
    {
        List<SimulatedVariant> known = Of((1506, "A", "G", "0|1"), (1512, "cgt", "C", "1|1"));
        Assert.Equal([new SimulatedVariant(1005, "A", "A", "G"), new SimulatedVariant(1011, "CGT", "C", "C")], known);
    }

    [Theory]
    [InlineData(1507, "A", "chrS:1507: REF is A, but the reference has C at chrS:1007")]
    [InlineData(1506, "ACGTACGTACGTACGTACGTACGT", "REF is ACGTACGTACGTACGTACGT..., but the reference has ACGTAACGTAACGTAACGTA... at chrS:1006")]
    [InlineData(1506, "R", "chrS:1506: REF is R, but the reference has A")]
    public void OthersAreOfAnotherReference(int position, string reference, string message)
    {
        ShrikeException e = Assert.Throws<ShrikeException>(() => Of((position, reference, "G", "0/1")));
        Assert.Equal(ExitCode.InvalidData, e.ExitCode);
        Assert.Contains("t.vcf.gz: chrS:", e.Message, StringComparison.Ordinal);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.EndsWith("is it of another genome build, or --truth_offset 500 wrong?", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNotCarriedOverMayBeWhatItIs()
    {
        // Over the block's ends; without two called alleles; with an allele not spelled out; unknown bases.
        List<SimulatedVariant> known = Of((1499, "TTTT", "T", "0|1"), (1507, "A", "G", "./."), (1508, "A", "<DEL>", "0|1"), (1510, "N", "G", "0|0"), (1699, "TTTT", "T", "0|1"));
        Assert.All(known, v => Assert.True(v.Start < Start || v.End > Start + Block.Length || v.Reference == "N"));
        Assert.Empty(Individual.Make(Block, Start, known, NoVariants, new RandomSource(1)).Variants);
    }

    [Fact]
    public void ASimulationAsksForThem()
    {
        using var folder = TestData.Temporary();
        Fasta(folder["g.fa"], ("chrS", Bases(10_010, new RandomSource(1))));
        Vcf(folder["t.vcf.gz"], "chrS", [.. Enumerable.Range(1000, 5).Select(p => (p, "A", "G", "0|1"))]);
        var run = new SimulationRun { Reference = folder["g.fa"], Truth = folder["t.vcf.gz"], Output = folder["s"], Profile = Clean, Blocks = 1, BlockLength = 10_000, Depth = (1, 1) };
        Assert.Contains("REF is A, but the reference has", Assert.Throws<ShrikeException>(() => Simulation.Run(run)).Message, StringComparison.Ordinal);
    }

    private static List<SimulatedVariant> Of(params (int Position, string Reference, string Alternate, string Genotype)[] records)
    {
        using var folder = TestData.Temporary();
        Vcf(folder["t.vcf.gz"], "chrS", records);
        using VcfReader truth = VcfReader.Open(folder["t.vcf.gz"]);
        return new TruthVariants(truth, Offset).Of(new Region("chrS", Start, Start + Block.Length), Block, new RandomSource(1));
    }
}
