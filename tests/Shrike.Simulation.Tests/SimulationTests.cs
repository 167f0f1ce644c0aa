using System.Text;
using Shrike.Hts;
using static Shrike.Simulation.Tests.Given;

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
    public void TheSameSeedGivesTheSameFilesForAnyNumberOfThreads()
    {
        using var folder = TestData.Temporary();
        SyntheticGenome.Write(folder["g.fa"], "chrS", 100_000, 3);
        (long pairs, long variants, int blocks) = Simulation.Run(Run(folder.Path, "a", 5));
        Assert.Equal(3, blocks);
        Simulation.Run(Run(folder.Path, "b", 5) with { Threads = 5 });
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

    [Fact]
    public void ReadsOfShortFragmentsRunOnIntoTheAdapter()
    {
        var random = new RandomSource(4);
        (Individual individual, string text) = Someone(20_000, NoVariants, random);
        int pairs = 0;
        int exact = 0;
        foreach (var (a, b) in new ReadSimulator(Clean with { ShortFragments = 1 }, random).Pairs(individual, 4))
        {
            pairs++;
            string first = Encoding.ASCII.GetString(a.Bases), second = Encoding.ASCII.GetString(b.Bases);
            Assert.Equal((148, 148), (first.Length, second.Length));
            int end = first.LastIndexOf("AGATCGGAAGAGC", StringComparison.Ordinal);
            if (end < 40) continue;
            string fragment = first[..end], reverse = Encoding.ASCII.GetString(ReadSimulator.ReverseComplement(Encoding.ASCII.GetBytes(fragment)));

            // Both mates hold the whole fragment.
            if ((text.Contains(fragment, StringComparison.Ordinal) || text.Contains(reverse, StringComparison.Ordinal)) && second.StartsWith(reverse, StringComparison.Ordinal)) exact++;
        }

        Assert.True(exact > pairs * 0.7, $"{exact} of {pairs}");
    }

    [Fact]
    public void AStrangersMoleculesAreAFewOfTheReads()
    {
        var random = new RandomSource(5);
        (Individual individual, string text) = Someone(20_000, NoVariants, random);
        Individual stranger = Individual.Make(Encoding.ASCII.GetBytes(text), 0, [], NoVariants with { Snps = 0.05 }, random);
        string reverse = Encoding.ASCII.GetString(ReadSimulator.ReverseComplement(Encoding.ASCII.GetBytes(text)));
        int other = 0, all = 0;
        for (int block = 0; block < 10; block++)
        {
            foreach (var (a, _) in new ReadSimulator(Clean with { Contamination = 0.05 }, random).Pairs(individual, 10, stranger))
            {
                string read = Encoding.ASCII.GetString(a.Bases);
                all++;
                if (!text.Contains(read, StringComparison.Ordinal) && !reverse.Contains(read, StringComparison.Ordinal)) other++;
            }
        }

        Assert.InRange(other / (double)all, 0.015, 0.1);
    }

    [Fact]
    public void AHiddenParalogAddsReadsAndIsNotConfident()
    {
        using var folder = TestData.Temporary();
        SyntheticGenome.Write(folder["g.fa"], "chrS", 60_000, 4);
        SimulationRun run = Run(folder.Path, "none", 5) with { Blocks = 1, BlockLength = 20_000, Profile = Clean };
        long without = Simulation.Run(run).Pairs;
        (long with, long variants, _) = Simulation.Run(run with { Output = folder["one"], Profile = Clean with { HiddenParalogs = 1 } });
        Assert.Single(File.ReadAllLines(folder["none.confident.bed"]));
        int[][] lines = [.. File.ReadAllLines(folder["one.confident.bed"]).Select(l => l.Split('\t').Skip(1).Select(n => int.Parse(n, System.Globalization.CultureInfo.InvariantCulture)).ToArray())];
        Assert.InRange(lines.Sum(l => l[1] - l[0]), 20_000 - 1200 - 3000, 20_000 - 1200 - 400);
        Assert.True(with > without, $"{with} pairs with, {without} without");
        Assert.True(variants > 0);
    }

    [Fact]
    public void ChangedRepeatsHaveTheLengthsTheTruthSays()
    {
        var random = new RandomSource(6);
        byte[] bases = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 200).Select(i => "GATCCGTAGC" + new string("ACGT"[i % 4], 12) + "CTGGATTACA" + string.Concat(Enumerable.Repeat("CA", 8)))));
        Individual individual = Individual.Make(bases, 0, [], NoVariants with { RepeatChange = 0.2, TwoChanged = 0.5 }, random);
        Assert.True(individual.Variants.Count > 50);
        Assert.Contains(individual.Variants, v => v.First != v.Second && v.First != v.Reference && v.Second != v.Reference);
        Assert.Contains(individual.Variants, v => v.First.Length > v.Reference.Length);
        Assert.Contains(individual.Variants, v => v.First.Length < v.Reference.Length);
        Assert.All(individual.Variants, v => Assert.Equal(v.Reference[0], v.First[0]));
        for (int side = 0; side < 2; side++)
        {
            int change = individual.Variants.Sum(v => (side == 0 ? v.First : v.Second).Length - v.Reference.Length);
            Assert.Equal(bases.Length + change, individual.Haplotypes[side].Length);
        }
    }
}
