using System.IO.Compression;
using Shrike.Calling;
using Shrike.Calling.PostprocessVariants;
using Shrike.Calling.Streaming;
using Shrike.Core;

namespace Shrike.Conformance;

/// <summary>Stage 3 against the published outputs, byte for byte.</summary>
public sealed class PostprocessTests
{
    private const string Site = "golden.postprocess_single_site_input.tfrecord.gz";
    private const string Empty = "golden.postprocess_empty_input.tfrecord.gz";
    private const string Importer = "golden.vcf_candidate_importer_postprocess_single_site_input.tfrecord.gz";

    private static string Input(string name) => Path.Combine(TestData.PathOf("upstream"), name);

    private static string Text(string path)
    {
        using FileStream file = File.OpenRead(path);
        using Stream stream = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static PostprocessRun Run(string folder, string input, string vcf = "out.vcf", CallingOptions? options = null, string? small = null, string? blocks = null, string? gvcf = null) => new()
    {
        Calling = options ?? new CallingOptions(),
        Reference = TestData.Hg19Chr20,
        Predictions = Input(input),
        SmallModelPredictions = small is null ? null : Input(small),
        Vcf = Path.Combine(folder, vcf),
        NonVariantRecords = blocks is null ? null : Input(blocks),
        Gvcf = gvcf is null ? null : Path.Combine(folder, gvcf),
    };

    [Theory]
    [InlineData("golden.postprocess_gvcf_input.tfrecord.gz")]
    [InlineData("golden.postprocess_gvcf_input.tfrecord.gz@3")]
    public void CallsAndBlocksAreEqual(string blocks)
    {
        using var folder = TestData.Temporary();
        PostprocessDriver.Run(Run(folder.Path, Site, blocks: blocks, gvcf: "out.g.vcf"));
        Assert.Equal(Text(Input("golden.postprocess_single_site_output.vcf")), Text(folder["out.vcf"]));
        Assert.Equal(Text(Input("golden.postprocess_gvcf_output.g.vcf")), Text(folder["out.g.vcf"]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void CutAsTheOriginalDoesTheyAreEqualToo(int threads)
    {
        using var folder = TestData.Temporary();
        PostprocessRun run = Run(folder.Path, Site, "out.vcf", blocks: "golden.postprocess_gvcf_input.tfrecord.gz@3", gvcf: "out.g.vcf");
        Contig[] contigs = [new("chr20", 63_025_520, 0)];
        PostprocessDriver.Run(run with { Threads = threads, Parts = GenomeParts.Divide(new RegionSet([new Region("chr20", 9_999_999, 10_010_000)], contigs), 10, contigs) });
        foreach (string name in new[] { "out.vcf", "out.g.vcf" }) File.Move(folder[name], folder[name + ".gz"]);
        Assert.Equal(Text(Input("golden.postprocess_single_site_output.vcf")), Text(folder["out.vcf.gz"]));
        Assert.Equal(Text(Input("golden.postprocess_gvcf_output.g.vcf")), Text(folder["out.g.vcf.gz"]));
    }

    [Fact]
    public void CompressedOutputsHaveIndexes()
    {
        using var folder = TestData.Temporary();
        PostprocessDriver.Run(Run(folder.Path, Site, "out.vcf.gz", blocks: "golden.postprocess_gvcf_input.tfrecord.gz", gvcf: "out.g.vcf.gz"));
        Assert.Equal(Text(Input("golden.postprocess_single_site_output.vcf.gz")), Text(folder["out.vcf.gz"]));
        Assert.Equal(["out.g.vcf.gz", "out.g.vcf.gz.tbi", "out.vcf.gz", "out.vcf.gz.tbi"], Directory.GetFiles(folder.Path).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
        using var reader = Hts.VcfReader.Open(folder["out.vcf.gz"]);
        Assert.NotEmpty(reader.Query("chr20", 10_000_000, 10_001_000));
    }

    [Fact]
    public void OnlyPassIsAboutTheVcfAlone()
    {
        using var folder = TestData.Temporary();
        PostprocessDriver.Run(Run(folder.Path, Site, options: new CallingOptions { OnlyKeepPass = true }, blocks: "golden.postprocess_gvcf_input.tfrecord.gz", gvcf: "out.g.vcf"));
        Assert.Equal(Text(Input("golden.postprocess_single_site_output.pass_only.vcf")), Text(folder["out.vcf"]));
        Assert.Equal(Text(Input("golden.postprocess_gvcf_output.g.vcf")), Text(folder["out.g.vcf"]));
    }

    [Fact]
    public void HaploidContigsAreEqual()
    {
        using var folder = TestData.Temporary();
        var options = new CallingOptions { HaploidContigs = new HashSet<string> { "chr20" } };
        PostprocessDriver.Run(Run(folder.Path, Site, options: options, blocks: "golden.postprocess_gvcf_input.tfrecord.gz", gvcf: "out.g.vcf"));
        Assert.Equal(Text(Input("golden.haploid_chr20.postprocess_single_site_output.vcf")), Text(folder["out.vcf"]));
        Assert.Equal(Text(Input("golden.haploid_chr20.postprocess_gvcf_output.g.vcf")), Text(folder["out.g.vcf"]));
    }

    [Theory]
    [InlineData(Site, Empty, "golden.postprocess_single_site_output_with_small_model.vcf.gz")]
    [InlineData(Empty, Site, "golden.postprocess_single_site_output_with_small_model.vcf.gz")]
    [InlineData(Empty, Empty, "golden.postprocess_empty_output.vcf.gz")]
    public void SmallModelFilesAreEqual(string input, string small, string golden)
    {
        using var folder = TestData.Temporary();
        PostprocessDriver.Run(Run(folder.Path, input, "out.vcf.gz", small: small));
        Assert.Equal(Text(Input(golden)), Text(folder["out.vcf.gz"]));
        Assert.True(File.Exists(folder["out.vcf.gz.tbi"]));
    }

    [Fact]
    public void ImportedSitesStandAloneWithoutGrouping()
    {
        using var folder = TestData.Temporary();
        PostprocessDriver.Run(Run(folder.Path, Importer, options: new CallingOptions { GroupVariants = false }));
        Assert.Equal(Text(Input("golden.vcf_candidate_importer_postprocess_single_site_output.vcf")), Text(folder["out.vcf"]));
        var error = Assert.Throws<ShrikeException>(() => PostprocessDriver.Run(Run(folder.Path, Importer, "grouped.vcf")));
        Assert.Equal(ExitCode.InvalidData, error.ExitCode);
        Assert.Equal(["out.vcf"], Directory.GetFiles(folder.Path).Select(f => Path.GetFileName(f)));
    }

    [Fact]
    public void DamagedPredictionsLeaveNothingBehind()
    {
        using var folder = TestData.Temporary();
        byte[] whole = File.ReadAllBytes(Input("golden.postprocess_single_site_input-00000-of-00001.tfrecord.gz"));
        for (int i = 1; i < 30; i++)
        {
            File.WriteAllBytes(folder["in-00000-of-00001.tfrecord.gz"], whole[..(whole.Length * i / 30)]);
            var error = Assert.Throws<ShrikeException>(() => PostprocessDriver.Run(Run(folder.Path, Site) with { Predictions = folder["in.tfrecord.gz"] }));
            Assert.Equal(ExitCode.InvalidData, error.ExitCode);
            Assert.Equal(["in-00000-of-00001.tfrecord.gz"], Directory.GetFiles(folder.Path).Select(f => Path.GetFileName(f)));
        }
    }
}
