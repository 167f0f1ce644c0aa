using System.Text.RegularExpressions;
using Shrike.Cli;
using Shrike.Cli.Commands;

namespace Shrike.Conformance;

/// <summary>make-examples with the flags that each reference output says it was made with.</summary>
public sealed partial class ReferenceRunTests
{
    [Theory]
    [InlineData("wgs_golden_region")]
    [InlineData("wgs_max_reads_30")]
    [InlineData("wgs_max_reads_300")]
    [InlineData("wgs_min_mq_and_fractions")]
    [InlineData("channels_all_wgs")]
    [InlineData("pacbio_no_phasing")]
    [InlineData("channels_all_pacbio")]
    [InlineData("gvcf_bin1_med_dp")]
    [InlineData("gvcf_bin10_p_error")]
    [InlineData("gvcf_haploid")]
    public void TheStatedFlagsGiveTheSameFiles(string name)
    {
        using var folder = TestData.Temporary();
        string description = TestData.PathOf("reference", name, "README.md");
        string readme = File.ReadAllText(description);
        string Cell(string row) => TableRow().Matches(readme).First(m => m.Groups[1].Value == row).Groups[2].Value.Trim('`', ' ');
        string Input(string row) => TestData.PathOf([.. Cell(row).Split('/')]);
        string flags = Cell("make_examples flags").Split('`')[0];
        MakeExamplesCommand.Run(
            [
                "--ref", Input("reference"), "--reads", Input("reads"), "--regions", Cell("--regions"),
                "--examples", folder["examples.tfrecord.gz"], "--candidates", folder["candidates.tfrecord.gz"], "--gvcf", folder["gvcf.tfrecord.gz"],
                .. flags.Split(' '),
            ],
            new CommandContext(TextWriter.Null, _ => { }, CancellationToken.None));
        string Expected(string file) => Path.Combine(Path.GetDirectoryName(description)!, file);
        bool Has(string file) => File.Exists(Expected(file));
        Assert.True(Has("examples.tfrecord.gz") || Has("gvcf.tfrecord.gz"));
        if (Has("examples.tfrecord.gz")) Compare.Examples(Expected("examples.tfrecord.gz"), folder["examples.tfrecord.gz"]);
        if (Has("candidates.tfrecord.gz")) Compare.Candidates(Expected("candidates.tfrecord.gz"), folder["candidates.tfrecord.gz"]);
        if (Has("gvcf.tfrecord.gz")) Compare.Variants(Expected("gvcf.tfrecord.gz"), folder["gvcf.tfrecord.gz"]);
    }

    [GeneratedRegex(@"^\| ([^|]+?) \| ([^|]+?) \|\s*$", RegexOptions.Multiline)]
    private static partial Regex TableRow();
}
