using CsCheck;
using Shrike.Calling.Genotyping;

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
    [InlineData(double.NaN, 0.5, 0.5, false)]
    [InlineData(-1e-9, 0.5, 0.5, false)]
    [InlineData(1.0000001, 0, 0, false)]
    [InlineData(0.5, 0.4, 0, false)]
    [InlineData(0.19, 0.75, 0.06, true)]
    [InlineData(0.99997, 0.00002, 0.0000101, true)]
    public void OnlyDistributionsPass(double a, double b, double c, bool passes) => Assert.Equal(passes, Likelihoods.IsDistribution([a, b, c]));

    [Fact]
    public void RoundingIsThatOfTheDecimalExpansion() => Gen.Double[0, 100].Sample(x =>
    {
        decimal exact = ExactDecimal(x);
        Assert.Equal((double)decimal.Round(exact, 7, MidpointRounding.ToEven), Likelihoods.Round7(x));
    });

    /// <summary>28 digits are enough to tell on which side of a half a double below 100 lies.</summary>
    private static decimal ExactDecimal(double x) => decimal.Parse(x.ToString("F26", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public void ExactTiesRoundToTheEvenDigit()
    {
        Assert.Equal(0.0039062, Likelihoods.Round7(0.00390625));
        Assert.Equal(0.0117188, Likelihoods.Round7(0.01171875));
        Assert.Equal(12.3456789, Likelihoods.Round7(12.34567890123));
    }
}
