using CsCheck;
using Shrike.Calling.Genotyping;
using Shrike.Core;

namespace Shrike.Calling.Tests.Genotyping;

public sealed class LikelihoodsTests
{
    [Fact]
    public void QualitiesArePublished()
    {
        Assert.Equal(40, Likelihoods.GenotypeQuality(0.9999));
        Assert.Equal(99, Likelihoods.GenotypeQuality(1 - 1e-11));
        Assert.Equal(0, Likelihoods.GenotypeQuality(1e-11));
        Assert.Equal(40, Likelihoods.Quality([0.0001, 0, 0.9999]), 1e-7);
        Assert.Equal(99.0308995, Likelihoods.Quality([1e-11, 1 - 1e-11, 0]));
        Assert.Equal(-9.90308995105826, Likelihoods.Log10(0), 1e-12);
        Assert.Equal(1.2500001034254637e-10, Likelihoods.MinProbability);
    }

    [Fact]
    public void GenotypesAreInVcfOrder()
    {
        Assert.Equal([(0, 0), (0, 1), (1, 1), (0, 2), (1, 2), (2, 2)], Enumerable.Range(0, 6).Select(Likelihoods.Genotype));
        Gen.Int[0, 200].Sample(i =>
        {
            (int a, int b) = Likelihoods.Genotype(i);
            Assert.True(a <= b);
            Assert.Equal(i, Likelihoods.GenotypeIndex(a, b));
        });
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-1e-9)]
    [InlineData(1.0000001)]
    public void OnlyProbabilitiesPass(double p) => Assert.Throws<ShrikeException>(() => Likelihoods.Require(p, "here"));

    [Fact]
    public void ExactTiesRoundToTheEvenDigit()
    {
        Assert.Equal(0.0039062, Likelihoods.Round7(0.00390625));
        Assert.Equal(0.0117188, Likelihoods.Round7(0.01171875));
        Assert.Equal(12.3456789, Likelihoods.Round7(12.34567890123));
    }
}
