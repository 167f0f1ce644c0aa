using Shrike.Cli;
using Shrike.Cli.Commands;
using Shrike.Core;

namespace Shrike.Conformance;

/// <summary>Images and candidates that show how frequent alleles are in a population, against reference outputs.</summary>
public sealed class AlleleFrequencyTests
{
    private static void Run(string[] inputs, string list, TestData.TemporaryFolder folder, int threads) => MakeExamplesCommand.Run(
        ["--mode", "calling", .. inputs, "--channel_list", "BASE_CHANNELS,insert_size,allele_frequency", "--population_vcfs", list, "--examples", folder["e.tfrecord.gz"], "--candidates", folder["c.tfrecord.gz"], "--threads", $"{threads}"],
        new CommandContext(TextWriter.Null, _ => { }, CancellationToken.None));

    /// <summary>One file for all contigs, one for each, or a pattern.</summary>
    [Theory]
    [InlineData("all", 1)]
    [InlineData("all", 3)]
    [InlineData("each", 2)]
    [InlineData("pattern", 2)]
    public void ImagesAndCandidatesAreEqual(string files, int threads)
    {
        using var folder = TestData.Temporary();
        string population = TestData.PathOf("derived", "population_af.chr20.vcf.gz");
        string other = TestData.PathOf("upstream", "input", "cohort-chr21_100k.vcf.gz");
        foreach (string path in new[] { population, other })
        {
            File.Copy(path, folder[Path.GetFileName(path)]);
            File.Copy(path + ".tbi", folder[Path.GetFileName(path)] + ".tbi");
        }

        string list = files switch { "all" => population, "each" => $"{other},{population}", _ => folder["*chr2?*.vcf.gz"] };
        Run(["--ref", TestData.Hg19Chr20, "--reads", TestData.Na12878Bam, "--regions", "chr20:10,000,000-10,010,000"], list, folder, threads);
        Compare.Examples(TestData.PathOf("reference", "allele_frequency", "examples.tfrecord.gz"), folder["e.tfrecord.gz"]);
        Compare.Candidates(TestData.PathOf("reference", "allele_frequency", "candidates.tfrecord.gz"), folder["c.tfrecord.gz"]);
    }

    [Fact]
    public void TwoFilesForOneContigAreRefused()
    {
        using var folder = TestData.Temporary();
        string inputs = Path.GetDirectoryName(TestData.PathOf("upstream", "input", "cohort-chr20_100k.vcf.gz"))!;
        var error = Assert.Throws<ShrikeException>(() => Run(["--ref", TestData.Hg19Chr20, "--reads", TestData.Na12878Bam], Path.Combine(inputs, "cohort-chr20*.vcf.gz"), folder, 1));
        Assert.Contains("both begin with chr20: a contig may stand in one file only", error.Message, StringComparison.Ordinal);
    }
}
