using Shrike.Examples.Pileup;

namespace Shrike.Examples.Tests.Pileup;

public sealed class ColorsTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.000001f, 0)]
    [InlineData(0.00001f, 0)]
    [InlineData(0.00002f, 15)]
    [InlineData(0.0001f, 50)]
    [InlineData(0.001f, 101)]
    [InlineData(0.01f, 152)]
    [InlineData(0.05f, 187)]
    [InlineData(0.1f, 203)]
    [InlineData(0.5f, 238)]
    [InlineData(1f, 254)]
    [InlineData(0.013179f, 158)]
    [InlineData(0.00639f, 142)]
    [InlineData(0.000599f, 90)]
    [InlineData(0.028155f, 175)]
    [InlineData(0.000399f, 81)]
    [InlineData(0.007188f, 145)]
    [InlineData(0.002396f, 120)]
    [InlineData(0.003594f, 129)]
    public void FrequenciesAreLogarithmic(float share, byte color) => Assert.Equal(color, Colors.Frequency(share));
}
