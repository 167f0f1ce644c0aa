using Shrike.Core.Guarding;

namespace Shrike.Core.Tests.Guarding;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("16G", 16L << 30)]
    [InlineData("16GiB", 16L << 30)]
    [InlineData("16gb", 16L << 30)]
    [InlineData(" 1.5 GiB ", 3L << 29)]
    [InlineData("900M", 900L << 20)]
    [InlineData("2T", 2L << 40)]
    [InlineData("64k", 64L << 10)]
    [InlineData("123456789", 123456789L)]
    [InlineData("512B", 512L)]
    public void SizesAreReadAsPeopleWriteThem(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out long read));
        Assert.Equal(bytes, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("G")]
    [InlineData("-1G")]
    [InlineData("0")]
    [InlineData("16iB")]
    [InlineData("16GG")]
    [InlineData("16X")]
    [InlineData("1,5G")]
    [InlineData("1e30")]
    [InlineData("99999999999T")]
    [InlineData("NaN")]
    public void WhatIsNoSizeIsRefused(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Fact]
    public void WordsHaveAUnitThatFits() => Assert.Equal(("1.50 GiB", "300 MiB"), (ByteSize.Words(3L << 29), ByteSize.Words(300L << 20)));
}
