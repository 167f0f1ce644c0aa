using CsCheck;
using Shrike.Core;
using Shrike.Examples.Candidates;
using Shrike.Examples.Phasing;

namespace Shrike.Examples.Tests.Phasing;

public sealed class ReadPhaserTests
{
    [Theory]
    [InlineData("100 A:1,2,3 C:4,5; 105 C:1,2,4,5; 110 T:1,2,3 G:4,5", 5, "1,1,1,2,2 | 100:A/C 110:T/G")]
    [InlineData("200 REF:4,5,6,7 T:1,2,3; 230 REF:1,2,3 G:4,5,6; 260 REF:4,5,6 A:2,3,7", 7, "2,2,2,1,1,1,0 | 200:REF/T 230:G/REF 260:REF/A")]
    [InlineData("100 A:1,2,3 C:4,5; 110 T:1,2 G:3,4,5", 5, "1,1,0,2,2 | 100:A/C 110:T/G")]
    [InlineData("100 A:1,2,3 C:4,5; 105 C:4,5 G:6,7; 110 T:6,7 G:4,5", 7, "0,0,0,2,2,1,1 | 100:A/C 105:G/C 110:T/G")]
    [InlineData("100 A:1,2,3 C:4,5; 105 C:1,2,3 G:4,5; 110 C:6,7 G:8,9; 120 T:6,7 G:8,9", 9, "1,1,1,2,2,1,1,2,2 | *")]
    [InlineData("100 A:1,2,3,10 C:4,5; 105 C:1,2,3,10,11 G:4,5,12,13; 110 C:10,13 G:11,12; 120 T:6,7 G:8,9; 125 A:6,7 T:8,9", 13, "1,1,1,*")]
    [InlineData("", 3, "0,0,0 | ")]
    [InlineData("100 A:1,2,3 C:4,5", 5, "0,0,0,0,0 | 100:A/C")]
    public void StatedExamples(string sites, int reads, string expected)
    {
        string actual = PhasingCase.Text(PhasingCase.Phase(sites, reads));
        if (expected.EndsWith('*')) Assert.StartsWith(expected[..^1], actual, StringComparison.Ordinal);
        else Assert.Equal(expected, actual);
        Assert.Equal(LiteralPhaser.Phase(PhasingCase.Candidates(sites), reads, new Random(1)), actual);
    }

    [Fact]
    public void PositionThatDividesNothingSeparatesBlocks()
    {
        PhasedReads phased = PhasingCase.Phase("100 A:1,2,3,10 C:4,5; 105 C:1,2,3,10,11 G:4,5,12,13; 110 C:10,13 G:11,12; 120 T:6,7 G:8,9; 125 A:6,7 T:8,9", 13);
        sbyte[] h = phased.Haplotypes;
        Assert.All(h[..3], x => Assert.Equal(1, x));
        Assert.Equal(new sbyte[3], h[10..]);
    }

    [Theory]
    [InlineData("100 A:1,2 C:3,4", true)]
    [InlineData("100 A:1,2", false)]
    [InlineData("100 A:1,2 REF:3,4", false)]
    [InlineData("100 A:1,2 REF:3,4,-5", true)]
    [InlineData("100 A:1,2 C:3,4 UNCALLED:5", false)]
    [InlineData("100/15 AAAAAAAAAAAAAAA:1,2 UNCALLED:5", true)]
    [InlineData("100/2 A:1,2 CC:3,4", false)]
    [InlineData("100/2 AA:1,2 CC:3,4", true)]
    [InlineData("90/20 A:1,2 C:3; 100 A:1,2 C:3,4", false)]
    [InlineData("90/10 A:1,2 C:3; 100 A:1,2 C:3,4", true)]
    [InlineData("90/11 A:1,2 C:3; 100 A:1,2 C:3,4", false)]
    public void SitesTakePartByTheirAlleles(string sites, bool kept)
    {
        AlleleGraph graph = AlleleGraph.Build(PhasingCase.Candidates(sites), PhasingCase.Batch(6), [true, true, true, true, true, true]);
        Assert.Equal(kept, graph.Sites.Exists(s => s.Start == 100));
    }

    [Fact]
    public void BadObservationsAndReadsElsewhereAreLeftOut()
    {
        List<Candidate> sites = PhasingCase.Candidates("100 A:1,-2 C:3,4; 110 A:1,2 C:3,4; 120 A:1,2 C:3,4");
        AlleleGraph graph = AlleleGraph.Build(sites, PhasingCase.Batch(4), [true, true, true, false]);
        Assert.Equal(0b0001UL, graph.Sites[0].Vertices[0].Reads[0]);
        Assert.Equal(0b0100UL, graph.Sites[0].Vertices[1].Reads[0]);
        Assert.Equal(0b0010UL, graph.Sites[1].Vertices[0].First[0]);
        Assert.Equal([0], graph.Sites[1].Vertices[0].Predecessors);
        Assert.Equal(-1, ReadPhaser.Phase(sites, PhasingCase.Batch(4), 500, 600).Haplotypes[0]);
    }

    [Fact]
    public void TwoSitesAtOnePlaceAreRefused() =>
        Assert.Contains("c:101: two sites start here", Assert.Throws<ShrikeException>(() => PhasingCase.Phase("100 A:1 C:2; 100 A:1 G:2", 2)).Message, StringComparison.Ordinal);

    [Fact]
    public void EqualsTheLiteralRulesInAnyOrderOfEdges()
    {
        // Each read shows an allele (or none, or badly) at each of a few sites, mostly one of two haplotypes'.
        Gen<string> cases = Gen.Select(Gen.Int[2, 7], Gen.Int[1, 9], Gen.Int[0, int.MaxValue]).Select((sites, reads, seed) =>
        {
            var random = new Random(seed);
            string[] alleles = ["REF", "A", "C", "G", "UNCALLED"];
            int[] haplotype = [.. Enumerable.Range(0, reads).Select(_ => random.Next(2))];
            return string.Join("; ", Enumerable.Range(0, sites).Select(s =>
            {
                int[] ofHaplotype = [random.Next(4), random.Next(4)];
                var shown = Enumerable.Range(0, reads)
                    .Where(_ => random.Next(4) != 0)
                    .Select(r => (Read: random.Next(12) == 0 ? -(r + 1) : r + 1, Allele: alleles[random.Next(6) == 0 ? random.Next(random.Next(3) == 0 ? 5 : 4) : ofHaplotype[haplotype[r]]]))
                    .GroupBy(x => x.Allele);
                return $"{100 + (s * 10)} {string.Join(' ', shown.Select(g => $"{g.Key}:{string.Join(',', g.Select(x => x.Read))}"))}";
            }));
        });
        Gen.Select(cases, Gen.Int).Sample(
            (sites, seed) =>
            {
                string expected = LiteralPhaser.Phase(PhasingCase.Candidates(sites), 9, new Random(seed));
                Assert.Equal(expected, PhasingCase.Text(PhasingCase.Phase(sites, 9)));
            },
            iter: 4000);
    }

    [Fact]
    public void ReadsWithoutErrorsAreDividedAsTheyWereMade()
    {
        // Two haplotypes that differ at every site; every read covers a run of sites, and every pair of neighbours is covered twice.
        Gen.Select(Gen.Int[3, 12], Gen.Int[0, int.MaxValue]).Sample((sites, seed) =>
        {
            var random = new Random(seed);
            var reads = new List<(int Haplotype, int From, int To)>();
            for (int s = 0; s + 2 < sites; s++)
            {
                for (int copy = 0; copy < 4; copy++) reads.Add((copy % 2, s, s + 2 + random.Next(3)));
            }

            bool[] swapped = [.. Enumerable.Range(0, sites).Select(_ => random.Next(2) == 0)];
            string text = string.Join("; ", Enumerable.Range(0, sites).Select(s =>
            {
                string Of(int allele) => string.Join(',', Enumerable.Range(0, reads.Count).Where(r => s >= reads[r].From && s <= reads[r].To && (reads[r].Haplotype == allele) != swapped[s]).Select(r => r + 1));
                return $"{100 + (s * 10)} A:{Of(0)} C:{Of(1)}";
            }));
            sbyte[] haplotypes = PhasingCase.Phase(text, reads.Count).Haplotypes;
            int one = haplotypes[0];
            Assert.InRange(one, 1, 2);
            for (int r = 0; r < reads.Count; r++) Assert.Equal(reads[r].Haplotype == reads[0].Haplotype ? one : 3 - one, haplotypes[r]);
        });
    }
}
