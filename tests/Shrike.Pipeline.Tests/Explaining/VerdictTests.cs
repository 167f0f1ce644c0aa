using Shrike.Calling;
using Shrike.Core;
using Shrike.Pipeline.Explaining;

namespace Shrike.Pipeline.Tests.Explaining;

/// <summary>The sentences on what stage 3 does, for cases that real reads seldom give.</summary>
public sealed class VerdictTests
{
    private static readonly Place There = new(new Contig("c", 1000, 0), 99, 100);

    private static (Outcome Outcome, string Sentence) Verdict(CandidateReport candidate, int? alt = null, Place? place = null) =>
        CallVerdict.Write(new Evidence(place ?? There, null, null!, new CallingOptions(), new ReadReport(30, [], 0, 30, 15, 60), [], [candidate]), candidate, alt);

    private static CandidateReport Candidate(CallReport? call, params string[] alts) => new() { Position = 100, Ref = "A", Alts = alts, Depth = 30, AlleleDepths = [20, 10], Call = call };

    private static CallReport Call(string own, string written, string filter, string qual = "12.3", bool resolved = false, params AlternateQuality[] qualities) => new()
    {
        AlternateQualities = qualities,
        Genotypes = [],
        OwnGenotype = own,
        Genotype = written,
        Gq = 7,
        Qual = 12.3,
        Filter = filter,
        IsResolved = resolved,
        VcfLine = $"c\t100\t.\tA\tC\t{qual}\t{filter}\t.\tGT\t{written}",
    };

    [Fact]
    public void EveryEndHasItsSentence()
    {
        Assert.Equal((Outcome.Called, "Called: c:100 A>C by the network: genotype 0/1, GQ 7, QUAL 12.3, PASS."), Verdict(Candidate(Call("0/1", "0/1", "PASS"), "C")));
        Assert.Equal((Outcome.LowQual, "Called, but LowQual: QUAL 0.4 of c:100 A>C is below 1 (genotype 0/1, GQ 7, QUAL 0.4, by the network)."), Verdict(Candidate(Call("0/1", "0/1", "LowQual", "0.4"), "C")));
        Assert.Equal((Outcome.RefCall, "Taken for reference: the network gives c:100 A>C 0/0, and as GQ 7 is below 20 it is written as ./. (RefCall)."), Verdict(Candidate(Call("./.", "./.", "RefCall"), "C")));
        Assert.Equal(Outcome.NoCall, Verdict(Candidate(Call("./.", "./.", "NoCall"), "C")).Outcome);
        Assert.Equal(Outcome.NotDrawn, Verdict(Candidate(null, "C")).Outcome);
        Assert.Equal(Outcome.NotSelected, Verdict(Candidate(null, "C") with { IsDeselected = true }).Outcome);
    }

    [Fact]
    public void AllelesAreFollowedThroughPruningAndResolution()
    {
        AlternateQuality[] qualities = [new("C", 0.5, 1, true), new("G", 30, 1, false), new("T", 20, 1, false)];
        CandidateReport three = Candidate(Call("1/2", "1/2", "PASS", qualities: qualities), "C", "G", "T");
        (Outcome outcome, string sentence) = Verdict(three, 0);
        Assert.Equal(Outcome.Pruned, outcome);
        Assert.Contains("the QUAL of ALT C by itself, 0.50, is below 1", sentence, StringComparison.Ordinal);
        Assert.Equal(Outcome.Called, Verdict(three, 1).Outcome);
        Assert.Equal(Outcome.Called, Verdict(three, 2).Outcome);

        // G is the first ALT that is written, T the second.
        CandidateReport one = Candidate(Call("1/1", "1/1", "PASS", qualities: qualities), "C", "G", "T");
        Assert.Equal(Outcome.Called, Verdict(one, 1).Outcome);
        Assert.Equal(Outcome.OtherAllele, Verdict(one, 2).Outcome);

        CandidateReport resolved = Candidate(Call("1/1", "0/1", "PASS", resolved: true), "C");
        Assert.Contains("after overlapping calls were made to fit on two haplotypes (by itself 1/1)", Verdict(resolved).Sentence, StringComparison.Ordinal);
        (outcome, sentence) = Verdict(Candidate(Call("1/1", "0/0", "PASS", resolved: true), "C"), 0);
        Assert.Equal(Outcome.OtherAllele, outcome);
        Assert.Contains("(by itself 1/1)", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void APlaceInsideAnAlleleSaysSo()
    {
        CandidateReport deletion = Candidate(Call("0/1", "0/1", "PASS"), "A") with { Ref = "ACGT" };
        Assert.Equal("Called: c:100 ACGT>A, which reaches over c:102, by the network: genotype 0/1, GQ 7, QUAL 12.3, PASS.", Verdict(deletion, place: There with { Start = 101, End = 102 }).Sentence);
    }
}
