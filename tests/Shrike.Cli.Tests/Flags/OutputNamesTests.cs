using Shrike.Cli.Flags;
using Shrike.Core;

namespace Shrike.Cli.Tests.Flags;

public sealed class OutputNamesTests
{
    [Theory]
    [InlineData("a.vcf", "b.vcf", true)]
    [InlineData("a.vcf", "./a.vcf", false)]
    [InlineData("reads.bam", "", false)]
    [InlineData("reads.bam.bai", "", false)]
    [InlineData("reads.bai", "", false)]
    [InlineData("x/../ref.fa.fai", "", false)]
    [InlineData("/dev/null", "/dev/null", true)]
    public void NoOutputHasTheNameOfAnother(string one, string other, bool isGood)
    {
        void Check() => OutputNames.Check([one, other], ["reads.bam", "ref.fa", "chr20:1-100"]);
        if (isGood) Check();
        else Assert.Equal(ExitCode.Usage, Assert.Throws<ShrikeException>(Check).ExitCode);
    }
}
