using Shrike.Cli.Commands;
using Shrike.Cli.Flags;
using Shrike.Core;

namespace Shrike.Cli.Tests.Commands;

public sealed class HaploidFlagsTests
{
    private static readonly Contig[] Reference = [new("chrX", 100, 0), new("chrY", 100, 1)];

    private static HaploidFlags Parse(params string[] arguments)
    {
        var f = new FlagSet("test", "");
        var flags = new HaploidFlags(f, "commas");
        Assert.True(f.Parse(arguments, TextWriter.Null));
        return flags;
    }

    private static List<string> Remarks(HaploidFlags flags, bool likelihoods)
    {
        List<string> log = [];
        flags.Warn(Reference, likelihoods, log.Add);
        return log;
    }

    [Theory]
    [InlineData("chrX,chrY", "chrX|chrY", false)]
    [InlineData("chrX,", "chrX", false)]
    [InlineData("chrX chrY", "chrX chrY", true)]
    [InlineData("chrX, chrY", "chrX| chrY", true)]
    [InlineData("chrX\nchrY\t", "chrX\nchrY\t", true)]
    public void BlanksSeparateInStageThreeOnly(string given, string stageOne, bool isNoted)
    {
        HaploidFlags flags = Parse("--haploid_contigs", given);
        Assert.Equal(stageOne.Split('|').ToHashSet(), flags.OfLikelihoods);
        Assert.Equal(given.Contains('Y') ? ["chrX", "chrY"] : ["chrX"], flags.OfCalls.Order());
        Assert.Empty(Remarks(flags, likelihoods: false));
        Assert.Equal(isNoted, Remarks(flags, likelihoods: true).Count == 1);
    }

    [Fact]
    public void NamesThatTheReferenceLacksAreNoted()
    {
        using var folder = TestData.Temporary();
        File.WriteAllText(folder["par.bed"], "X\t10\t20\n");
        Assert.Equal(
            ["--haploid_contigs: the reference has no Y (it has chrY)", $"--par_regions_bed {folder["par.bed"]}: has no region on the reference: the reference has no X (it has chrX)"],
            Remarks(Parse("--haploid_contigs", "chrX,Y", "--par_regions_bed", folder["par.bed"]), likelihoods: true));
        File.WriteAllText(folder["par.bed"], "X\t10\t20\nchrX\t10\t20\n");
        Assert.Empty(Remarks(Parse("--haploid_contigs", "chrX", "--par_regions_bed", folder["par.bed"]), likelihoods: true));
    }
}
