using Shrike.Cli;
using Shrike.Cli.Commands;
using Shrike.Formats.Examples;
using Shrike.Formats.Safetensors;
using Shrike.Inference.Models;
using Shrike.Inference.Networks;

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

    /// <summary>One process and three programs make the same calls of such images; a model that needs them is refused without the flag.</summary>
    [Theory]
    [InlineData("diff_channels", 100, new[] { 1, 2, 3, 4, 5, 6, 19, 9, 10 })]
    [InlineData("rows", 300, new[] { 1, 2, 3, 4, 5, 6, 19 })]
    public void OneProcessAndFilesGiveTheSameCalls(string mode, int height, int[] channels)
    {
        using var folder = TestData.Temporary();
        var context = new CommandContext(TextWriter.Null, _ => { }, CancellationToken.None);
        Network network = RowNet.Build(height: height, channels: channels.Length, embedding: 8);
        var random = new Random(5);
        var weights = network.Weights().ToDictionary(w => w.Name, w => new Tensor(w.Shape, [.. Enumerable.Range(0, (int)Tensor.Size(w.Shape)).Select(_ => (random.NextSingle() - 0.5f) / 4)]));
        ModelPackage.Save(folder["model"], new ModelDescription { Name = "random", Version = "1", Shape = [height, 221, channels.Length], Channels = channels, Network = network }, weights);
        string[] inputs = ["--ref", TestData.Hg19Chr20, "--reads", TestData.Na12878Bam, "--regions", "chr20:10,000,000-10,005,000"];
        string[] run = [.. inputs, "--customized_model", folder["model"], "--output_vcf", folder["one.vcf"], "--threads", "2"];
        Assert.Contains("--alt_aligned_pileup " + mode, Assert.Throws<Core.ShrikeException>(() => RunCommand.Run(run, context)).Message, StringComparison.Ordinal);
        RunCommand.Run([.. run, "--alt_aligned_pileup", mode], context);
        MakeExamplesCommand.Run(["--mode", "calling", .. inputs, "--examples", folder["e.tfrecord.gz"], "--checkpoint", folder["model"], "--alt_aligned_pileup", mode], context);
        CallVariantsCommand.Run(["--examples", folder["e.tfrecord.gz"], "--outfile", folder["c.tfrecord.gz"], "--checkpoint", folder["model"], "--threads", "1"], context);
        PostprocessVariantsCommand.Run(["--ref", TestData.Hg19Chr20, "--infile", folder["c.tfrecord.gz"], "--outfile", folder["three.vcf"], "--sample_name", "NA12878"], context);
        string[] Records(string name) => [.. File.ReadLines(folder[name]).Where(l => !l.StartsWith("##", StringComparison.Ordinal))];
        Assert.Equal(Records("three.vcf"), Records("one.vcf"));
        Assert.InRange(Records("one.vcf").Length, 20, 100);
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
