using Shrike.Pipeline.Scoring;

namespace Shrike.Pipeline.Tests.Scoring;

public sealed class CallScoreTests
{
    private const string Sequence = "ACGTTTTTGCATCACACACAGGTACCATGCAAAAACGT";

    private static char BaseAt(int i) => i >= 0 && i < Sequence.Length ? Sequence[i] : 'N';

    private static Dictionary<Allele, int> Table(params (int Start, string Ref, string Alt, int Copies)[] records)
    {
        var table = new Dictionary<Allele, int>();
        foreach (var r in records)
        {
            foreach (Allele a in Allele.Decompose(r.Start, r.Ref, r.Alt, BaseAt)) table[a] = r.Copies;
        }

        return table;
    }

    [Theory]
    [InlineData(7, "TG", "G", 2, "GT", "G")] // any T of the run
    [InlineData(2, "GT", "G", 2, "GT", "G")]
    [InlineData(17, "ACA", "A", 11, "TCA", "T")] // a repeat unit
    [InlineData(11, "T", "TCA", 11, "T", "TCA")]
    [InlineData(0, "A", "AA", 0, "A", "AA")] // the contig's start stops the shift
    public void IndelsAreShiftedLeft(int start, string reference, string alternate, int s, string r, string a) =>
        Assert.Equal(new Allele(s, r, a), Allele.Decompose(start, reference, alternate, BaseAt).Single());

    [Fact]
    public void SubstitutionsOfSeveralBasesAreSplit() =>
        Assert.Equal([new Allele(20, "G", "C"), new Allele(22, "T", "A")], Allele.Decompose(20, "GGT", "CGA", BaseAt));

    [Fact]
    public void GenotypeMatters()
    {
        var (snp, _, _) = CallScore.Compare(Table((20, "G", "C", 2)), Table((20, "G", "C", 1)), _ => true, BaseAt);
        Assert.Equal(new ScoreCounts(0, 1, 1), snp);
        Assert.Equal(0, snp.F1);
    }

    [Fact]
    public void RatiosOfNothingAreNotNumbers()
    {
        Assert.Equal("TP 0 FP 0 FN 0 precision - recall - F1 -", default(ScoreCounts).ToString());
        Assert.Equal("TP 0 FP 0 FN 2 precision - recall 0.0000 F1 0.0000", new ScoreCounts(0, 0, 2).ToString());
        Assert.Equal("TP 0 FP 2 FN 0 precision 0.0000 recall - F1 0.0000", new ScoreCounts(0, 2, 0).ToString());
        Assert.Equal("TP 3 FP 1 FN 2 precision 0.7500 recall 0.6000 F1 0.6667", new ScoreCounts(3, 1, 2).ToString());
    }

    [Fact]
    public void OtherSpellingsOfTheSameHaplotypesAreEqual()
    {
        // One deletion of GCA against its spelling as substitution + deletion on the same haplotype.
        var truth = Table((8, "GCAT", "T", 2));
        var calls = Table((8, "GCAT", "G", 2), (8, "G", "T", 2));
        var (snp, indel, _) = CallScore.Compare(truth, calls, _ => true, BaseAt);
        Assert.Equal((0, 0), (snp.FalsePositives, snp.FalseNegatives));
        Assert.Equal(new ScoreCounts(1, 0, 0), indel);
    }

    [Fact]
    public void MissedAndInventedAllelesCount()
    {
        var truth = Table((1, "C", "T", 1), (21, "G", "GA", 1));
        var calls = Table((30, "A", "C", 1), (21, "G", "GA", 1));
        var (snp, indel, _) = CallScore.Compare(truth, calls, a => a.Start < 35, BaseAt);
        Assert.Equal(new ScoreCounts(0, 1, 1), snp);
        Assert.Equal(new ScoreCounts(1, 0, 0), indel);
    }
}
