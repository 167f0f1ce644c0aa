using Shrike.Calling.Merging;
using Shrike.Core;
using Shrike.Formats.Messages;

namespace Shrike.Calling.Tests.Merging;

public sealed class SiteMergerTests
{
    private static CallVariantsOutput Prediction(string reference, string alts, int[] set, params double[] p)
    {
        var v = new Variant { ReferenceName = "c", Start = 10, End = 10 + reference.Length, ReferenceBases = reference };
        v.AlternateBases.AddRange(alts.Split(','));
        v.Calls.Add(new VariantCall());
        return new CallVariantsOutput { Variant = v, AltAlleleIndices = new CallVariantsOutput.Types.AltAlleleIndices { Indices = { set } }, GenotypeProbabilities = { p } };
    }

    private static void Near(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-9);
    }

    [Fact]
    public void TheSmallestVoteDecides()
    {
        (_, double[] p) = new SiteMerger(new CallingOptions { MultiAllelicQualFilter = 0 }).Merge([
            Prediction("A", "C,T", [0], .19, .75, .06), Prediction("A", "C,T", [1], .03, .93, .04), Prediction("A", "C,T", [0, 1], .03, .92, .05)]);
        double[] votes = [.03, .75, .05, .92, .05, .04];
        Near([.. votes.Select(v => v / votes.Sum())], p);
    }

    [Fact]
    public void ContradictionsBecomeUniform()
    {
        (_, double[] p) = new SiteMerger(new CallingOptions { MultiAllelicQualFilter = 0 }).Merge([
            Prediction("A", "C,T", [0], 0, 1, 0), Prediction("A", "C,T", [1], 0, 1, 0), Prediction("A", "C,T", [0, 1], 1, 0, 0)]);
        Near([.. Enumerable.Repeat(1 / 6.0, 6)], p);
    }

    [Fact]
    public void WeakAlternatesArePrunedAndSuffixesTrimmed()
    {
        (Variant v, _) = new SiteMerger(new CallingOptions { MultiAllelicQualFilter = 6 }).Merge([
            Prediction("CCA", "C,CA", [0], 1, 0, 0), Prediction("CCA", "C,CA", [1], 0.01, 0.9, 0.09), Prediction("CCA", "C,CA", [0, 1], 0.01, 0.9, 0.09)]);
        Assert.Equal(("CC", "C", 12L), (v.ReferenceBases, string.Join(',', v.AlternateBases), v.End));
    }

    [Fact]
    public void HaploidSitesHaveNoHeterozygotes()
    {
        var merger = new SiteMerger(new CallingOptions { HaploidContigs = new HashSet<string> { "c" } });
        Near([.4, 0, .6], merger.Merge([Prediction("A", "C", [0], .2, .5, .3)]).Probabilities);
        Near([0, 0, 0], merger.Merge([Prediction("A", "C", [0], 0, 1, 0)]).Probabilities);
    }

    [Fact]
    public void MissingOrImpossiblePredictionsAreNamed()
    {
        var merger = new SiteMerger(new CallingOptions());
        Assert.Contains("c:11", Assert.Throws<ShrikeException>(() => merger.Merge([Prediction("A", "C,T", [0], .2, .5, .3)])).Message, StringComparison.Ordinal);
        Assert.Throws<ShrikeException>(() => merger.Merge([Prediction("A", "C", [0], double.NaN, .5, .3)]));
        Assert.Throws<ShrikeException>(() => merger.Merge([Prediction("A", "C", [0], .5, .5)]));
    }
}
