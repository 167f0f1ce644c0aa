using Shrike.Examples.Alleles;
using Shrike.Examples.Candidates;

namespace Shrike.Examples.Tests.Candidates;

public sealed class AlleleVerdictTests
{
    [Theory]
    [InlineData(AlleleType.Substitution, 1, 2, AlleleVerdict.TooFewReads)]
    [InlineData(AlleleType.Substitution, 2, 16, AlleleVerdict.Passes)]
    [InlineData(AlleleType.Substitution, 2, 17, AlleleVerdict.FractionTooSmall)]
    [InlineData(AlleleType.Substitution, 3, 25, AlleleVerdict.Passes)]
    [InlineData(AlleleType.Insertion, 2, 17, AlleleVerdict.TooFewReads)]
    [InlineData(AlleleType.Insertion, 3, 50, AlleleVerdict.Passes)]
    [InlineData(AlleleType.Deletion, 3, 51, AlleleVerdict.PassesSecondTest)]
    [InlineData(AlleleType.Deletion, 3, 100, AlleleVerdict.PassesSecondTest)]
    [InlineData(AlleleType.Deletion, 3, 101, AlleleVerdict.FractionTooSmall)]
    [InlineData(AlleleType.SoftClip, 50, 50, AlleleVerdict.SoftClip)]
    public void CountsAndFractionsDecide(AlleleType type, int count, int total, AlleleVerdict expected)
    {
        bool isSnp = type == AlleleType.Substitution;
        var caller = new CandidateCaller(new CandidateCallerOptions { MinCountIndels = 3, MinFractionMultiplier = isSnp ? 1 : 0.5f });
        Assert.Equal(expected, caller.Judge(type, count, total));
    }
}
