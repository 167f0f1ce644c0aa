using Shrike.Formats.Safetensors;
using Shrike.Inference.Models;
using Shrike.Inference.Networks;
using Shrike.Inference.SmallModels;

namespace Shrike.EndToEnd;

/// <summary>The whole program with the settings of long reads, random networks and phased genotypes.</summary>
public sealed class LongReadTests
{
    private const string Region = "chr20:9,000,000-9,040,000";

    internal static string Model(string folder)
    {
        const int width = 147;
        Network network = RowNet.Build(width: width, embedding: 16);
        var random = new Random(1);
        var weights = network.Weights().ToDictionary(w => w.Name, w => new Tensor(w.Shape, [.. Enumerable.Range(0, (int)Tensor.Size(w.Shape)).Select(_ => (random.NextSingle() - 0.5f) * 0.2f)]));
        string path = Path.Combine(folder, "model");
        ModelPackage.Save(path, new ModelDescription { Name = "random", Version = "0", Shape = [100, width, 7], Channels = [1, 2, 3, 4, 5, 6, 7], Network = network }, weights);
        return path;
    }

    /// <summary>One dense layer: one copy where one haplotype has reads of the ALT and the other has none.</summary>
    internal static string SmallModel(string folder)
    {
        const int inputs = 106, block = 12, alt = 1;
        int first = 12 + 7 + 51 + block + alt, second = first + block;
        var kernel = new float[inputs * 3];
        (kernel[(first * 3) + 1], kernel[(second * 3) + 1], kernel[(alt * 3) + 0]) = (2, 2, 1);
        var weights = new Dictionary<string, Tensor>
        {
            [SmallModelPackage.KernelName(0)] = new([inputs, 3], kernel),
            [SmallModelPackage.BiasName(0)] = new([3], [0, 0, 0]),
        };
        string path = Path.Combine(folder, "small");
        SmallModelPackage.Save(path, new SmallModelDescription { Name = "simple", Version = "7", ContextWindow = 51, Haplotypes = true, Layers = [inputs, 3] }, weights);
        return path;
    }

    [Fact]
    public void PhasedGenotypesAreTheSameForAnyNumberOfThreadsAndFromFiles()
    {
        using var folder = TestData.Temporary();
        string model = Model(folder.Path), small = SmallModel(folder.Path);
        string reference = TestData.PathOf("upstream", "input", "grch38.chr20_and_21_10M.fa.gz"), reads = TestData.PathOf("upstream", "input", "test_pacbio.chr20_100kbp_at_9mb.bam");
        string[] common = ["--ref", reference, "--reads", reads, "--regions", Region, "--output_phase_info", "--alt_aligned_pileup=none"];
        foreach (string threads in new[] { "1", "3" })
        {
            ShrikeProgram.Result run = ShrikeProgram.Run(["run", "--model_type", "PACBIO", "--customized_model", model, "--customized_small_model", small, "--output_vcf", folder[$"{threads}.vcf.gz"], "--output_gvcf", folder[$"{threads}.g.vcf.gz"], "--num_shards", threads, .. common]);
            Assert.True(run.ExitCode == 0, run.Error);
            Assert.Matches(@"candidates, [1-9]\d* answers of the small model, [1-9]\d* images", run.Error);
        }

        Assert.Equal(File.ReadAllBytes(folder["1.vcf.gz"]), File.ReadAllBytes(folder["3.vcf.gz"]));
        Assert.Equal(File.ReadAllBytes(folder["1.g.vcf.gz"]), File.ReadAllBytes(folder["3.g.vcf.gz"]));
        List<string> calls = RunTests.Records(folder["1.vcf.gz"]);
        string[] phased = [.. calls.Where(c => c.Split('\t')[^1].Split(':')[0].Contains('|', StringComparison.Ordinal))];
        Assert.InRange(phased.Length, 10, calls.Count);
        Assert.All(phased, c => Assert.Contains(":PS", c, StringComparison.Ordinal));
        Assert.Equal(["1", "2"], phased.Select(c => Field(c, "PS")).Distinct().Order());

        ShrikeProgram.Result one = ShrikeProgram.Run([
            "make_examples", "--mode=calling", "--checkpoint", model, "--call_small_model_examples", "--trained_small_model_path", small, "--small_model_snp_gq_threshold=15", "--small_model_indel_gq_threshold=16",
            "--examples", folder["e.tfrecord@1.gz"], "--gvcf", folder["g.tfrecord@1.gz"],
            "--partition_size=25000", "--phase_reads", "--norealign_reads", "--sort_by_haplotypes", "--track_ref_reads", "--vsc_min_fraction_indels=0.12", "--max_reads_per_partition=600", "--min_mapping_quality=1", "--pileup_image_width=147", .. common]);
        Assert.True(one.ExitCode == 0, one.Error);
        Assert.Contains("candidate variants phased", one.Error, StringComparison.Ordinal);
        ShrikeProgram.Result two = ShrikeProgram.Run("call_variants", "--examples", folder["e.tfrecord@1.gz"], "--outfile", folder["predictions.tfrecord.gz"], "--checkpoint", model);
        Assert.True(two.ExitCode == 0, two.Error);
        ShrikeProgram.Result three = ShrikeProgram.Run("postprocess_variants", "--ref", reference, "--infile", folder["predictions.tfrecord.gz"], "--small_model_cvo_records", folder["e_call_variant_outputs.tfrecord@1.gz"], "--outfile", folder["files.vcf.gz"]);
        Assert.True(three.ExitCode == 0, three.Error);
        Assert.Equal(calls, RunTests.Records(folder["files.vcf.gz"]));
    }

    [Fact]
    public void AModelOfHaplotypesNeedsThem()
    {
        using var folder = TestData.Temporary();
        ShrikeProgram.Result run = ShrikeProgram.Run("run", "--model_type", "WES", "--customized_model", Model(folder.Path), "--customized_small_model", SmallModel(folder.Path), "--ref", TestData.Hg19Chr20, "--reads", TestData.Na12878Bam, "--output_vcf", folder["o.vcf"]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("needs phased reads: give --phase_reads", run.Error, StringComparison.Ordinal);
    }

    private static string Field(string record, string name)
    {
        string[] columns = record.Split('\t');
        return columns[^1].Split(':')[Array.IndexOf(columns[8].Split(':'), name)];
    }
}
