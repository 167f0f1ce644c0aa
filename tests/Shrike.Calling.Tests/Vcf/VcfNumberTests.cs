using Shrike.Calling.Vcf;

namespace Shrike.Calling.Tests.Vcf;

public sealed class VcfNumberTests
{
    [Theory]
    [InlineData(0.545454562f, "0.545455")]
    [InlineData(1f, "1")]
    [InlineData(0.9999999f, "1")]
    [InlineData(37.6f, "37.6")]
    [InlineData(99f, "99")]
    [InlineData(0.02f, "0.02")]
    [InlineData(0.0009765625f, "0.000976563")]
    [InlineData(0.7265625f, "0.726563")]
    [InlineData(0f, "0")]
    [InlineData(-0f, "-0")]
    [InlineData(9e-05f, "9e-05")]
    [InlineData(-2.5f, "-2.5")]
    [InlineData(1234567f, "1.23457e+06")]
    public void TextIsThatOfHtslib(float value, string text) => Assert.Equal(text, VcfNumber.Format(value));
}
