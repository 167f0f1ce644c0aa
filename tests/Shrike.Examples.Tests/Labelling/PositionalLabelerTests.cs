using Shrike.Core;
using Shrike.Examples.Labelling;
using Shrike.Formats.Messages;

namespace Shrike.Examples.Tests.Labelling;

public sealed class PositionalLabelerTests
{
    private static readonly RegionSet Confident = new([new Region("c", 5, 50)], [new Contig("c", 100, 0)]);

    private static Variant Candidate(int start, string reference, params string[] alternates)
    {
        var v = new Variant { ReferenceName = "c", Start = start, End = start + reference.Length, ReferenceBases = reference };
        v.AlternateBases.AddRange(alternates);
        v.Calls.Add(new VariantCall { CallSetName = "s", Genotype = { -1, -1 } });
        return v;
    }

    private static TruthVariant Truth(int start, string reference, string alternates, int[] genotype, string? name = null) =>
        new(start, start + reference.Length, reference, alternates.Split(','), genotype, name);

    private static int[] Genotype(Variant candidate, params TruthVariant[] truths) => [.. new PositionalLabeler(Confident).Label([candidate], truths)[0].Variant.Calls[0].Genotype];

    [Fact]
    public void AllelesAreComparedWithoutCommonSuffixes()
    {
        // AGT>A,AGTGT against A>AGT: the insertion is the second ALT.
        Assert.Equal([0, 2], Genotype(Candidate(10, "AGT", "A", "AGTGT"), Truth(10, "A", "AGT", [0, 1])));
        Assert.Equal([1, 1], Genotype(Candidate(10, "A", "T"), Truth(10, "A", "T", [1, 1])));
        Assert.Equal([0, 0], Genotype(Candidate(10, "A", "T"), Truth(10, "A", "G", [0, 1])));
        Assert.Equal([0, 0], Genotype(Candidate(10, "A", "T"), Truth(11, "A", "T", [0, 1])));
        Assert.Equal([0, 1], Genotype(Candidate(10, "A", "T"), Truth(10, "A", "T", [-1, 1])));
        Assert.Equal([0, 0], Genotype(Candidate(10, "A", "."), Truth(10, "A", "T", [1, 1])));
    }

    [Fact]
    public void CandidateIsSimplifiedInPlace()
    {
        Variant candidate = Candidate(10, "ACTT", "AGTT");
        Assert.Equal([0, 1], Genotype(candidate, Truth(10, "ACT", "AGT", [0, 1])));
        Assert.Equal(("AC", "AG", 12), (candidate.ReferenceBases, candidate.AlternateBases[0], candidate.End));
    }

    [Fact]
    public void TheLastTruthWithTheSameAllelesIsTaken()
    {
        Assert.Equal([1, 1], Genotype(Candidate(10, "A", "T"), Truth(10, "A", "G", [0, 1]), Truth(10, "A", "T", [0, 1]), Truth(10, "A", "T", [1, 1])));
        Assert.Equal([0, 0], Genotype(Candidate(10, "A", "C"), Truth(10, "A", "G", [0, 1]), Truth(10, "A", "T", [1, 1])));
    }

    [Fact]
    public void WithoutTruthOnlyConfidentRegionsAreReference()
    {
        Assert.Equal([0, 0], Genotype(Candidate(10, "A", "T")));
        CandidateLabel outside = new PositionalLabeler(Confident).Label([Candidate(60, "A", "T")], [])[0];
        Assert.False(outside.IsConfident);
        Assert.Equal([-1, -1], outside.Variant.Calls[0].Genotype);
        Assert.True(new PositionalLabeler(null).Label([Candidate(60, "A", "T")], [])[0].IsConfident);
    }

    [Fact]
    public void ClassesComeFromTheTruth()
    {
        var labeler = new CustomizedClassesLabeler(Confident, ["ref", "one", "two"], "type");
        CandidateLabel Label(Variant candidate, params TruthVariant[] truths) => labeler.Label([candidate], truths)[0];
        Assert.Equal(2, Label(Candidate(10, "A", "T"), Truth(10, "A", "T", [0, 1], "two")).ClassOf([0]));
        Assert.Equal((0, 1), (Label(Candidate(10, "A", "C", "T"), Truth(10, "A", "T", [0, 1], "one")).ClassOf([0]), Label(Candidate(10, "A", "C", "T"), Truth(10, "A", "T", [0, 1], "one")).ClassOf([0, 1])));
        Assert.Equal(0, Label(Candidate(10, "A", "T")).ClassOf([0]));
        Assert.Equal(0, Label(Candidate(10, "A", "T"), Truth(10, "A", "T", [0, 0], "nonsense")).ClassOf([0]));
        Assert.Equal([-1, -1], Label(Candidate(10, "A", "T"), Truth(10, "A", "T", [1, 1], "one")).Variant.Calls[0].Genotype);
        Assert.Contains("three is not in", Error(Truth(10, "A", "T", [0, 1], "three").ClassText), StringComparison.Ordinal);
        Assert.Contains("has no INFO field type", Error(null), StringComparison.Ordinal);

        string Error(string? name)
        {
            var error = Assert.Throws<ShrikeException>(() => Label(Candidate(10, "A", "T"), Truth(10, "A", "T", [0, 1], name)).ClassOf([0]));
            Assert.Equal(ExitCode.InvalidData, error.ExitCode);
            return error.Message.Replace("class three of", "three is not in", StringComparison.Ordinal);
        }
    }
}
