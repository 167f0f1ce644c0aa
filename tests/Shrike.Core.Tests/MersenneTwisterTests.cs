namespace Shrike.Core.Tests;

public sealed class MersenneTwisterTests
{
    [Fact]
    public void ThirtyTwoBitOutputsArePublished()
    {
        var random = new MersenneTwister32(609314161);
        Assert.Equal([3838922439, 97940117, 3712376359, 1766128549, 1804987626], Enumerable.Range(0, 5).Select(_ => random.Next()));
    }

    [Fact]
    public void SixtyFourBitOutputsArePublished()
    {
        var random = new MersenneTwister64(2101079370);
        Assert.Equal([9338829047176430381, 1774115577400498796, 5769199210758555510, 3630058142916075925, 3800900384090119864], Enumerable.Range(0, 5).Select(_ => random.Next()));
        var other = new MersenneTwister64(5489);
        for (int i = 1; i < 10_000; i++) other.Next();
        Assert.Equal(9981545732273789042, other.Next());
        var draws = new MersenneTwister64(609314161);
        Assert.Equal([0.77856071267049287, 0.14382918135123018, 0.85692638935729037], Enumerable.Range(0, 3).Select(_ => draws.NextDouble()));
    }
}
