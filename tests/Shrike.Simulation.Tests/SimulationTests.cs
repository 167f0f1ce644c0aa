using System.Text;
using Shrike.Hts;

namespace Shrike.Simulation.Tests;

public sealed class SimulationTests
{
    private static SimulationRun Run(string folder, string name, ulong seed) => new()
    {
        Reference = Path.Combine(folder, "g.fa"),
        Output = Path.Combine(folder, name),
        Profile = LibraryProfile.Named("hiseq100"),
        Blocks = 3,
        BlockLength = 10_000,
        Depth = (20, 25),
        Seed = seed,
    };

    [Fact]
    public void TheSameSeedGivesTheSameFiles()
    {
        using var folder = TestData.Temporary();
        SyntheticGenome.Write(folder["g.fa"], "chrS", 100_000, 3);
        (long pairs, long variants) = Simulation.Run(Run(folder.Path, "a", 5));
        Simulation.Run(Run(folder.Path, "b", 5));
        Simulation.Run(Run(folder.Path, "c", 6));
        Assert.True(pairs > 2500 && variants > 20, $"{pairs} pairs, {variants} variants");
        foreach (string end in new[] { "_1.fq", "_2.fq", ".truth.vcf.gz", ".confident.bed" }) Assert.Equal(File.ReadAllBytes(folder["a" + end]), File.ReadAllBytes(folder["b" + end]));
        Assert.NotEqual(File.ReadAllBytes(folder["a_1.fq"]), File.ReadAllBytes(folder["c_1.fq"]));
    }

    [Fact]
    public void TruthSpellsTheHaplotypes()
    {
        using var folder = TestData.Temporary();
        SyntheticGenome.Write(folder["g.fa"], "chrS", 60_000, 4);
        using ReferenceReader reference = ReferenceReader.Open(folder["g.fa"]);
        byte[] bases = reference.Fetch("chrS", 10_000, 50_000);
        Individual individual = Individual.Make(bases, 10_000, [], new VariantRates { Snps = 0.01, Indels = 0.005 }, new RandomSource(1));
        Assert.Contains(individual.Variants, v => v.Reference.Length > 1);
        Assert.Contains(individual.Variants, v => v.First.Length > 1 || v.Second.Length > 1);
        for (int side = 0; side < 2; side++)
        {
            var spelled = new StringBuilder();
            int at = 10_000;
            foreach (SimulatedVariant v in individual.Variants)
            {
                Assert.True(v.Start >= at);
                Assert.Equal(v.Reference, Encoding.ASCII.GetString(reference.Fetch("chrS", v.Start, v.End)));
                spelled.Append(Encoding.ASCII.GetString(reference.Fetch("chrS", at, v.Start))).Append(side == 0 ? v.First : v.Second);
                at = v.End;
            }

            spelled.Append(Encoding.ASCII.GetString(reference.Fetch("chrS", at, 50_000)));
            Assert.Equal(spelled.ToString(), Encoding.ASCII.GetString(individual.Haplotypes[side]));
        }
    }

    [Fact]
    public void ErrorsFollowTheQualities()
    {
        // Without stutter, bursts and chimeras the share of errors is about what the qualities promise.
        LibraryProfile clean = LibraryProfile.Named("hiseqx150") with { Stutter = 0, Dephasing = 0, Chimeras = 0, BadTailRate = 0, StrandArtefacts = 0, ForeignAlleles = 0 };
        var random = new RandomSource(2);
        byte[] bases = [.. Enumerable.Range(0, 20_000).Select(_ => "ACGT"u8[random.Below(4)])];
        Individual individual = Individual.Make(bases, 0, [], new VariantRates { Snps = 0, Indels = 0, RepeatChange = 0, DivergedShare = 0 }, random);
        string text = Encoding.ASCII.GetString(bases);
        int wrong = 0;
        int reads = 0;
        foreach (var (a, _) in new ReadSimulator(clean, random).Pairs(individual, 5))
        {
            reads++;
            string read = Encoding.ASCII.GetString(a.Bases);
            string reverse = Encoding.ASCII.GetString(ReadSimulator.ReverseComplement(a.Bases));
            if (!text.Contains(read, StringComparison.Ordinal) && !text.Contains(reverse, StringComparison.Ordinal)) wrong++;
            Assert.All(a.Qualities, q => Assert.InRange(q, 2, 41));
        }

        Assert.InRange(wrong / (double)reads, 0.02, 0.5);
    }
}
