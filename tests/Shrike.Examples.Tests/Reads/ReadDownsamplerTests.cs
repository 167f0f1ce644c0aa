using Shrike.Examples.Reads;

namespace Shrike.Examples.Tests.Reads;

public sealed class ReadDownsamplerTests
{
    /// <summary>Published first draws: 0.779, 0.144, 0.857, 0.121, 0.208; every file has the same of its own.</summary>
    [Theory]
    [InlineData(0.5, "01011")]
    [InlineData(0.14, "00010")]
    [InlineData(0.78, "11011")]
    [InlineData(1, "11111")]
    public void DrawsAreThePublishedOnes(double fraction, string kept)
    {
        var downsampler = new ReadDownsampler(fraction, 2);
        Assert.Equal(kept, string.Concat(Enumerable.Range(0, 5).Select(_ => downsampler.Keeps(0) ? '1' : '0')));
        Assert.Equal(kept, string.Concat(Enumerable.Range(0, 5).Select(_ => downsampler.Keeps(1) ? '1' : '0')));
    }
}
