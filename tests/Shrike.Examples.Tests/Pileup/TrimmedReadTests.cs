using Shrike.Core;
using Shrike.Examples.Pileup;

namespace Shrike.Examples.Tests.Pileup;

public sealed class TrimmedReadTests
{
    [Theory]
    [InlineData("5S30M4I10M6D40M7S", 20, 31, "10M4I10M6D5M", 25, 29)]
    [InlineData("30M3I30M", 30, 20, "3I20M", 30, 23)]
    [InlineData("30M8D30M", 34, 20, "4D16M", 30, 16)]
    [InlineData("9S60M", 0, 40, "9S40M", 0, 49)]
    [InlineData("9S60M", 1, 40, "40M", 10, 40)]
    [InlineData("50M8S", 10, 40, "40M8S", 10, 48)]
    [InlineData("50M8S", 10, 39, "39M", 10, 39)]
    [InlineData("20M5D20M", 0, 20, "20M0D", 0, 20)]
    [InlineData("12M500N60M", 40, 300, "300N", 12, 0)]
    public void ReadsAreCutAsPublished(string cigar, int skip, int keep, string expected, int offset, int length)
    {
        var read = new TrimmedRead();
        read.Trim(1000, BatchBuilder.Parse(cigar), 1000 + skip, 1000 + skip + keep);
        Assert.Equal((expected, offset, length, 1000 + skip), (Cigar.ToText(read.Cigar), read.Offset, read.Length, read.Start));
    }
}
