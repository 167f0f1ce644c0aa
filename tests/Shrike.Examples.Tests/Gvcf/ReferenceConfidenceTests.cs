using Shrike.Examples.Gvcf;

namespace Shrike.Examples.Tests.Gvcf;

public sealed class ReferenceConfidenceTests
{
    private static readonly ReferenceConfidence Model = new();

    [Theory]
    [InlineData(0, 0, 1, -0.4771212547196624, -0.4771212547196624, -0.4771212547196624)]
    [InlineData(1, 1, 4, -0.1765257708503475, -0.47712125471966244, -3.1760912384278006)]
    [InlineData(9, 10, 3, -0.2978470601101013, -0.3042364312257977, -24.294370800729727)]
    [InlineData(10, 10, 30, -0.0004281691477276998, -3.0063830078408773, -29.99608284492226)]
    [InlineData(8, 8, 24, -0.0017067377405276254, -2.406470608695047, -23.998230478360153)]
    [InlineData(45, 45, 50, -1.2923689896027213e-14, -13.526796774119184, -134.9804460409854)]
    [InlineData(25, 55, 0, -73.45421241451126, 0.0, -58.456385076623995)]
    [InlineData(100, 100, 50, 0.0, -30.059548386931496, -299.9565467577453)]
    public void ValuesArePublished(int k, int n, int gq, double homRef, double het, double homAlt) =>
        Assert.Equal(new Confidence(gq, homRef, het, homAlt), Model.Of(k, n, haploid: false));

    [Theory]
    [InlineData(0, 0, 3, -0.30102999566398125)]
    [InlineData(1, 1, 29, -0.0004345117946662625)]
    [InlineData(10, 10, 50, 0.0)]
    public void HaploidValuesArePublished(int k, int n, int gq, double homRef)
    {
        Confidence c = Model.Of(k, n, haploid: true);
        Assert.Equal((gq, homRef), (c.Gq, c.HomRef));
    }

    [Theory]
    [InlineData(66, 120, 56)]
    [InlineData(14, 200, 8)]
    [InlineData(35, 125, 29)]
    [InlineData(300, 310, 97)]
    public void DeepPositionsAreScaledDown(int k, int n, int scaled) => Assert.Equal(Model.Of(scaled, 100, false), Model.Of(k, n, false));
}
