using Shrike.Cli;
using Shrike.Cli.Commands;
using Shrike.Formats.Examples;

namespace Shrike.Conformance;

/// <summary>Images that show reads on ALT haplotypes, against reference outputs: shape, channels and every byte.</summary>
public sealed class AltAlignedPileupTests
{
    private const string TenKilobases = "chr20:10,000,000-10,010,000";
    private const string Calling = "--mode calling --channel_list BASE_CHANNELS,insert_size ";
    private const string Training = "--mode training --channel_list BASE_CHANNELS ";

    public static TheoryData<string, string, string, int, int> Runs => new()
    {
        // folder and name of the expected examples, regions, flags, number of examples, threads
        { "reference/alt_rows/examples.tfrecord.gz", TenKilobases, Calling + "--alt_aligned_pileup rows", 84, 1 },
        { "reference/alt_rows/examples.tfrecord.gz", TenKilobases, Calling + "--alt_aligned_pileup rows", 84, 3 },
        { "reference/alt_base_channels/examples.tfrecord.gz", TenKilobases, Calling + "--alt_aligned_pileup base_channels", 84, 1 },
        { "reference/alt_base_channels/examples.tfrecord.gz", TenKilobases, Calling + "--alt_aligned_pileup base_channels", 84, 3 },
        { "reference/alt_diff_channels/examples.tfrecord.gz", TenKilobases, Calling + "--alt_aligned_pileup diff_channels", 84, 1 },
        { "reference/alt_diff_channels/examples.tfrecord.gz", TenKilobases, Calling + "--alt_aligned_pileup diff_channels", 84, 3 },
        { "reference/alt_diff_channels_types_all/examples.tfrecord.gz", "chr20:10,000,000-10,004,000", Calling + "--alt_aligned_pileup diff_channels --types_to_alt_align all", 30, 1 },
        { "reference/alt_diff_channels_types_all/examples.tfrecord.gz", "chr20:10,000,000-10,004,000", Calling + "--alt_aligned_pileup diff_channels --types_to_alt_align all", 30, 3 },
        { "upstream/golden.alt_aligned_pileup_diff_channels_examples.tfrecord.gz", TenKilobases, Training + "--alt_aligned_pileup diff_channels", 49, 1 },
        { "upstream/golden.alt_aligned_pileup_diff_channels_examples.tfrecord.gz", TenKilobases, Training + "--alt_aligned_pileup diff_channels", 49, 3 },
        { "upstream/golden.alt_aligned_pileup_rows_examples.tfrecord.gz", TenKilobases, Training + "--alt_aligned_pileup rows", 49, 1 },
        { "upstream/golden.alt_aligned_pileup_rows_examples.tfrecord.gz", TenKilobases, Training + "--alt_aligned_pileup rows", 49, 3 },
    };

    [Theory]
    [MemberData(nameof(Runs))]
    public void ImagesAreEqual(string expected, string regions, string flags, int examples, int threads)
    {
        using var folder = TestData.Temporary();
        var said = new List<string>();
        string[] truth = flags.StartsWith(Training, StringComparison.Ordinal)
            ? ["--truth_variants", TestData.PathOf("upstream", "input", "test_nist.b37_chr20_100kbp_at_10mb.vcf.gz"), "--confident_regions", TestData.PathOf("upstream", "input", "test_nist.b37_chr20_100kbp_at_10mb.bed")]
            : [];
        MakeExamplesCommand.Run(
            ["--ref", TestData.Hg19Chr20, "--reads", TestData.Na12878Bam, "--regions", regions, "--examples", folder["e.tfrecord.gz"], "--threads", $"{threads}", .. flags.Split(' '), .. truth],
            new CommandContext(TextWriter.Null, said.Add, CancellationToken.None));
        Compare.Examples(TestData.PathOf(expected.Split('/')), folder["e.tfrecord.gz"]);
        Assert.Contains(said, line => line.Contains($" {examples} examples", StringComparison.Ordinal));
    }

    /// <summary>A model's list of channels is taken as it is: what it needs must be asked for.</summary>
    [Theory]
    [InlineData("[1, 2, 3, 4, 5, 6, 19, 9, 10]", "none", "--alt_aligned_pileup diff_channels")]
    [InlineData("[1, 2, 3, 4, 5, 6, 19, 20, 21]", "diff_channels", "diff_channels_alternate_allele_1")]
    [InlineData("[1, 2, 3, 4, 5, 6, 19]", "diff_channels", "diff_channels_alternate_allele_1")]
    [InlineData("[1, 2, 3, 4, 5, 9, 10, 6]", "diff_channels", "last")]
    public void ModelAndFlagMustAgree(string channels, string mode, string said)
    {
        using var folder = TestData.Temporary();
        File.WriteAllText(folder["saved_model.pb"], "");
        File.WriteAllText(folder["example_info.json"], $"{{\"version\": \"{ExampleInfo.Version}\", \"shape\": [100, 221, {channels.Split(',').Length}], \"channels\": {channels}}}");
        var error = Assert.Throws<Core.ShrikeException>(() => MakeExamplesCommand.Run(
            ["--mode", "calling", "--ref", TestData.Hg19Chr20, "--reads", TestData.Na12878Bam, "--examples", folder["e.tfrecord.gz"], "--checkpoint", folder.Path, "--alt_aligned_pileup", mode],
            new CommandContext(TextWriter.Null, _ => { }, CancellationToken.None)));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }
}
