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
    [InlineData("/dev/stdout", "/dev/null", true)]
    [InlineData("/dev/stdout", "/dev/stdout", false)]
    [InlineData("-", "", false)]
    [InlineData("./-", "", true)]
    [InlineData("/dev/stdout", "/dev/../dev/stdout", false)]
    [InlineData("a.vcf.gz", "a.vcf.gz.tbi", false)]
    public void NoOutputHasTheNameOfAnother(string one, string other, bool isGood)
    {
        void Check() => OutputNames.Check([one, other], ["reads.bam", "ref.fa", "chr20:1-100"]);
        if (isGood) Check();
        else Assert.Equal(ExitCode.Usage, Assert.Throws<ShrikeException>(Check).ExitCode);
    }

    [Fact]
    public void LinksAreFollowedAndFoldersAreNoFiles()
    {
        using var folder = TestData.Temporary();
        Directory.CreateDirectory(folder["data"]);
        File.WriteAllText(folder["data/reads.bam"], "");
        File.WriteAllText(folder["data/sites.vcf.gz.tbi"], "");
        Directory.CreateSymbolicLink(folder["there"], folder["data"]);
        File.CreateSymbolicLink(folder["link.bam"], "there/reads.bam");
        File.CreateSymbolicLink(folder["loop"], "loop");
        foreach ((string output, string input) in ((string, string)[])[
            ("there/reads.bam", "data/reads.bam"), ("data/reads.bam", "link.bam"), ("link.bam", "data/reads.bam"), ("data/reads.bam.bai", "link.bam"), ("link.bam.bai", "link.bam"), ("there/reads.bai", "link.bam"),
            ("there/sites.vcf.gz", "data/sites.vcf.gz.tbi"), ("data/new.vcf", "there/new.vcf")])
        {
            ShrikeException e = Assert.Throws<ShrikeException>(() => OutputNames.Check([folder[output]], [folder[input]]));
            Assert.Equal(ExitCode.Usage, e.ExitCode);
            Assert.Contains("has the same name as an input", e.Message, StringComparison.Ordinal);
        }

        OutputNames.Check([folder["loop"], folder["new.bam"]], [folder["link.bam"]]);
        Assert.Equal(ExitCode.InputOutput, Assert.Throws<ShrikeException>(() => OutputNames.Check([folder["there"]], [])).ExitCode);
    }
}
