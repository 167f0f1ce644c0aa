using Shrike.Examples.Pileup;

namespace Shrike.Examples.Tests.Pileup;

public sealed class RowSamplerTests
{
    [Theory]
    [InlineData(4, "2 3 0 1", "1 0 2 3")]
    [InlineData(5, "3 4 0 2 1", "4 3 1 2 0")]
    public void SmallPermutationsArePublished(int n, string libstdcxx, string libcxx)
    {
        Assert.Equal(libstdcxx, string.Join(' ', new RowSampler(RowShuffle.LibStdCxx).Permutation(n)));
        Assert.Equal(libcxx, string.Join(' ', new RowSampler(RowShuffle.LibCxx).Permutation(n)));
    }

    [Theory]
    [InlineData(96, "27 55 16 24 57 56", "7 49 93 90 17 91")]
    [InlineData(100, "57 56 13 80 37 63", "38 65 24 73 2 44")]
    [InlineData(150, "128 92 24 57 70 43", "102 126 131 139 5 108")]
    public void EndsOfLargePermutationsArePublished(int n, string libstdcxx, string libcxx)
    {
        Assert.Equal(libstdcxx, string.Join(' ', new RowSampler(RowShuffle.LibStdCxx).Permutation(n)[^6..]));
        Assert.Equal(libcxx, string.Join(' ', new RowSampler(RowShuffle.LibCxx).Permutation(n)[^6..]));
    }
}
