using CsCheck;
using Shrike.Core;
using Shrike.Examples.Labelling;
using Shrike.Formats.Messages;

namespace Shrike.Examples.Tests.Labelling;

public sealed class HaplotypeLabelerTests
{
    //                              0         1         2         3         4         5
    //                              0123456789012345678901234567890123456789012345678901234567890
    private const string Contig = "TGCATACCGTCAGAGAGTTCGATTTTTTACGGCATCAGTCCATGCAGTTACGATCCAGATTGACCATGACCAGTTACCGATTAACC";

    private static Variant Candidate(int start, string reference, params string[] alternates)
    {
        var v = new Variant { ReferenceName = "c", Start = start, End = start + reference.Length, ReferenceBases = reference };
        v.AlternateBases.AddRange(alternates);
        v.Calls.Add(new VariantCall { CallSetName = "s", Genotype = { -1, -1 } });
        return v;
    }

    private static TruthVariant Truth(int start, string reference, string alternates, params int[] genotype) =>
        new(start, start + reference.Length, reference, alternates.Split(','), genotype);

    private static int[][] Genotypes(HaplotypeLabeler labeler, Variant[] candidates, params TruthVariant[] truths) =>
        [.. labeler.Label(candidates, truths, Contig.Length, (s, e) => Contig[s..e]).Select(l => l.Variant.Calls[0].Genotype.ToArray())];

    private static int[][] Genotypes(Variant[] candidates, params TruthVariant[] truths) => Genotypes(new HaplotypeLabeler(null), candidates, truths);

    [Fact]
    public void SameAlleleTakesTheGenotypeOfTheTruth()
    {
        Assert.Equal([[0, 1]], Genotypes([Candidate(10, "C", "A")], Truth(10, "C", "A", 0, 1)));
        Assert.Equal([[1, 1]], Genotypes([Candidate(10, "C", "A")], Truth(10, "C", "A", 1, 1)));
        Assert.Equal([[0, 1]], Genotypes([Candidate(10, "C", "A")], Truth(10, "C", "A", 1, 0)));
        Assert.Equal([[0, 0]], Genotypes([Candidate(10, "C", "A")], Truth(10, "C", "G", 0, 1)));
        Assert.Equal([[0, 0]], Genotypes([Candidate(10, "C", "A")]));
        Assert.Equal([[0, 0]], Genotypes([Candidate(10, "C", "A")], Truth(10, "C", "A", 0, 0)));
        Assert.Equal([[0, 0]], Genotypes([Candidate(10, "C", "A")], Truth(10, "C", "A", -1, -1)));
    }

    [Fact]
    public void AlleleTheCandidateCannotSpellIsMissed()
    {
        var labeler = new HaplotypeLabeler(null);
        IReadOnlyList<CandidateLabel> labels = labeler.Label([Candidate(10, "C", "A", "T")], [Truth(10, "C", "A,G", 1, 2)], Contig.Length, (s, e) => Contig[s..e]);
        Assert.Equal([0, 1], labels[0].Variant.Calls[0].Genotype);
        Assert.Equal((1, 0, 1), (labels[0].ClassOf([0]), labels[0].ClassOf([1]), labels[0].ClassOf([0, 1])));
        Assert.Equal((1, 1, 1, 1), (labeler.Metrics.NTruePositiveAlleles, labeler.Metrics.NFalseNegativeAlleles, labeler.Metrics.NTruthMultiallelicsSitesWithMissedAlleles, labeler.Metrics.NFalsePositiveAlleles));
    }

    [Fact]
    public void TwoAlternatesAreCountedBySet()
    {
        CandidateLabel Label(params int[] genotype) => new HaplotypeLabeler(null).Label([Candidate(10, "C", "A", "T")], [Truth(10, "C", "A,T", genotype)], Contig.Length, (s, e) => Contig[s..e])[0];
        Assert.Equal((1, 1, 2), (Label(1, 2).ClassOf([0]), Label(1, 2).ClassOf([1]), Label(1, 2).ClassOf([0, 1])));
        Assert.Equal((0, 1, 1), (Label(0, 2).ClassOf([0]), Label(0, 2).ClassOf([1]), Label(0, 2).ClassOf([0, 1])));
        Assert.Equal((2, 0, 2), (Label(1, 1).ClassOf([0]), Label(1, 1).ClassOf([1]), Label(1, 1).ClassOf([0, 1])));
    }

    [Fact]
    public void SameDeletionInAnotherRepeatIsFound()
    {
        // CAGAGAG: the first AG gone, or the last.
        Assert.Equal([[0, 1]], Genotypes([Candidate(10, "CAG", "C")], Truth(14, "GAG", "G", 0, 1)));
        Assert.Equal([[1, 1]], Genotypes([Candidate(10, "CAG", "C")], Truth(12, "GAG", "G", 1, 1)));
    }

    [Fact]
    public void OneTruthMayBeTwoCandidates()
    {
        // Two neighbouring substitutions called apart, known as one.
        Assert.Equal([[0, 1], [0, 1]], Genotypes([Candidate(10, "C", "A"), Candidate(11, "A", "C")], Truth(10, "CA", "AC", 0, 1)));
        Assert.Equal([[1, 1], [1, 1]], Genotypes([Candidate(10, "C", "A"), Candidate(11, "A", "C")], Truth(10, "CA", "AC", 1, 1)));
    }

    [Fact]
    public void CandidateBehindALongDeletionStaysWithIt()
    {
        // On the other copy of a deletion.
        Assert.Equal([[0, 1], [0, 1]], Genotypes([Candidate(20, "GATTTTTTACG", "G"), Candidate(29, "C", "T")], Truth(20, "GATTTTTTACG", "G", 0, 1), Truth(29, "C", "T", 0, 1)));

        // Not possible when the deletion takes both.
        var labeler = new HaplotypeLabeler(null);
        Assert.Equal([[1, 1], [0, 0]], Genotypes(labeler, [Candidate(20, "GATTTTTTACG", "G"), Candidate(29, "C", "T")], Truth(20, "GATTTTTTACG", "G", 1, 1)));
        Assert.Equal((1, 2), (labeler.Metrics.NFalsePositiveSites, labeler.Metrics.NTruePositiveAlleles));
    }

    [Fact]
    public void HaploidTruthIsFound() => Assert.Equal([[1, 1]], Genotypes([Candidate(10, "C", "A")], Truth(10, "C", "A", 1)));

    [Fact]
    public void ConfidenceIsThatOfTheStart()
    {
        var labeler = new HaplotypeLabeler(new RegionSet([new Region("c", 8, 12)], [new Contig("c", Contig.Length, 0)]));
        IReadOnlyList<CandidateLabel> labels = labeler.Label([Candidate(10, "CAG", "C"), Candidate(12, "G", "T")], [], Contig.Length, (s, e) => Contig[s..e]);
        Assert.Equal([true, false], labels.Select(l => l.IsConfident));
        Assert.Equal((1, 1, 1), (labeler.Metrics.NCandidateVariantSites, labeler.Metrics.NNonConfidentCandidateVariantSites, labeler.TakeMetrics().NFalsePositiveSites));
        Assert.Equal(new LabelingMetrics(), labeler.Metrics);
    }

    [Fact]
    public void GroupsEndWhereNothingIsNear()
    {
        SiteAlleles At(int start, int length = 1) => new(start, start + length, new string('A', length), ["C"]);
        int[] Sizes(SiteAlleles[] candidates, params SiteAlleles[] truths) => [.. VariantGroups.Make(candidates, truths).Select(g => g.Candidates.Count + g.Truths.Count)];
        Assert.Equal([2], Sizes([At(100), At(130)]));
        Assert.Equal([1, 1], Sizes([At(100), At(131)]));
        Assert.Equal([2, 1], Sizes([At(100), At(131)], At(100)));

        // Whatever ends inside a deletion belongs to it, however far from its start; the next one is near that.
        Assert.Equal([3], Sizes([At(100, 60), At(150), At(155)]));

        // Nine of a kind are split, eight are not; truth counts apart.
        Assert.Equal([8], Sizes([.. Enumerable.Range(0, 8).Select(i => At(100 + (2 * i)))]));
        Assert.Equal([8, 1], Sizes([.. Enumerable.Range(0, 9).Select(i => At(100 + (2 * i)))]));

        // 3^10 genotypes fit, 3^11 do not.
        Assert.Equal([10, 2], Sizes([.. Enumerable.Range(0, 6).Select(i => At(100 + (2 * i)))], [.. Enumerable.Range(0, 6).Select(i => At(101 + (2 * i)))]));
        Assert.Empty(VariantGroups.Make([], []));
    }

    [Fact]
    public void AnyGroupIsMatchedAsWrittenDown()
    {
        // Few letters and short repeats, so that many spellings mean the same.
        Gen<(int Start, int Length, string Alt, int A, int B)> variant = Gen.Select(Gen.Int[2, 14], Gen.Int[1, 3], Gen.String[Gen.Char["AC"], 1, 3], Gen.Int[0, 1], Gen.Int[0, 1]);
        Gen.Select(Gen.String[Gen.Char["AC"], 24, 40], variant.List[1, 4], variant.List[1, 3], Gen.Bool).Sample(
            (contig, candidates, truths, second) =>
            {
                SiteAlleles Site((int Start, int Length, string Alt, int A, int B) v)
                {
                    string reference = contig.Substring(v.Start, v.Length);
                    string alt = v.Alt == reference ? v.Alt + "C" : v.Alt;
                    return new(v.Start, v.Start + v.Length, reference, second ? [alt, reference + "A"] : [alt]);
                }

                SiteAlleles[] c = [.. candidates.Select(Site).OrderBy(v => v.Start)];
                TruthVariant[] t = [.. truths.Where(v => v.A + v.B > 0).Select(v => (Site(v), v.A, v.B)).Select(x => new TruthVariant(x.Item1.Start, x.Item1.End, x.Item1.Reference, x.Item1.Alternates, second ? [x.A, 2 * x.B] : [x.A, x.B])).OrderBy(v => v.Start)];
                if (t.Length == 0) return;
                HaplotypeMatch match = HaplotypeMatcher.Match(c, t, contig.Length, (s, e) => contig[s..e]);
                (HaplotypeMatch expected, int missed, int wrong) = LiteralMatcher.Match(c, t, contig);
                Assert.Equal(missed, match.Truths.Zip(t, (a, o) => a.Count(x => x == 0) - o.Genotype.Count(x => x == 0)).Sum());
                Assert.Equal(wrong, match.Candidates.Count(g => g.All(a => a == 0)));
                Assert.Equal(expected.Candidates, match.Candidates);
                Assert.Equal(expected.Truths, match.Truths);
            },
            iter: 3000);
    }

    [Fact]
    public void CandidatesThatAreTheTruthAreAlwaysFound()
    {
        // Substitutions and indels, not touching each other, in any phase: labels must be the truth's genotypes.
        Gen.Select(Gen.Char["ACGT"].Array[200].Select(c => new string(c)), Gen.Select(Gen.Int[2, 12], Gen.Int[0, 2], Gen.Int[0, 2]).List[1, 6]).Sample(
            (contig, steps) =>
            {
                var candidates = new List<SiteAlleles>();
                var truths = new List<TruthVariant>();
                int at = 5;
                foreach ((int gap, int kind, int copies) in steps)
                {
                    at += gap + 3;
                    string reference = contig.Substring(at, kind == 2 ? 3 : 1);
                    string alt = kind switch { 0 => reference == "A" ? "C" : "A", 1 => reference + "GT", _ => reference[..1] };
                    var site = new SiteAlleles(at, at + reference.Length, reference, [alt]);
                    candidates.Add(site);
                    if (copies > 0) truths.Add(new TruthVariant(site.Start, site.End, reference, [alt], copies == 1 ? [0, 1] : [1, 1]));
                }

                if (truths.Count == 0) return;
                HaplotypeMatch match = HaplotypeMatcher.Match(candidates, truths, contig.Length, (s, e) => contig[s..e]);
                Assert.All(match.Truths.Zip(truths), p => Assert.Equal(p.Second.Genotype, p.First));
            },
            iter: 500);
    }

    [Fact]
    public void TooManyCombinationsAreAnErrorAndNoHang()
    {
        // Elements with one end are never split, so their number is not bounded by the grouping.
        string contig = string.Concat(Enumerable.Repeat("ACGTTGCA", 40));
        SiteAlleles[] candidates = [.. Enumerable.Range(0, 40).Select(i => new SiteAlleles(100 + i, 150, contig[(100 + i)..150], [contig[100 + i] + "A", contig[100 + i] + "C"]))];
        TruthVariant[] truths = [.. candidates.Select(c => new TruthVariant(c.Start, c.End, c.Reference, c.Alternates, [1, 2]))];
        var error = Assert.Throws<ShrikeException>(() => HaplotypeMatcher.Match(candidates, truths, contig.Length, (s, e) => contig[s..e]));
        Assert.Contains("too many ways", error.Message, StringComparison.Ordinal);
    }
}
