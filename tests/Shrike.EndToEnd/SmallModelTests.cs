using Shrike.Formats.Safetensors;
using Shrike.Hts;
using Shrike.Inference.SmallModels;

namespace Shrike.EndToEnd;

/// <summary>The whole program with a small model that answers what many reads show.</summary>
public sealed class SmallModelTests
{
    private const string Region = "chr20:10,000,000-10,008,000";

    /// <summary>One dense layer: two copies for SNPs of at least 90 %, one for those of at least 30 %, else unsure.</summary>
    internal static string SimpleModel(string folder)
    {
        const int inputs = 70, fraction = 5, isSnp = 12;
        var kernel = new float[inputs * 3];
        kernel[(fraction * 3) + 1] = 1;
        kernel[(fraction * 3) + 2] = 2;
        kernel[(isSnp * 3) + 1] = -20;
        kernel[(isSnp * 3) + 2] = -100;
        var weights = new Dictionary<string, Tensor>
        {
            [SmallModelPackage.KernelName(0)] = new([inputs, 3], kernel),
            [SmallModelPackage.BiasName(0)] = new([3], [0, 0, 0]),
        };
        string path = Path.Combine(folder, "small");
        SmallModelPackage.Save(path, new SmallModelDescription { Name = "simple", Version = "7", ContextWindow = 51, Layers = [inputs, 3], SnpGqThreshold = 30 }, weights);
        return path;
    }

    [Fact]
    public void OneProcessAndFilesGiveTheSameCallsForAnyNumberOfThreads()
    {
        using var folder = TestData.Temporary();
        string model = RunTests.RandomModel(folder.Path), small = SimpleModel(folder.Path);
        string[] common = ["--ref", TestData.Hg19Chr20, "--reads", TestData.Na12878Bam, "--regions", Region, "--small_model_indel_gq_threshold=71"];
        foreach (string threads in new[] { "1", "3" })
        {
            ShrikeProgram.Result run = ShrikeProgram.Run(["run", "--customized_model", model, "--customized_small_model", small, "--output_vcf", folder[$"{threads}.vcf.gz"], "--output_gvcf", folder[$"{threads}.g.vcf.gz"], "--num_shards", threads, .. common]);
            Assert.True(run.ExitCode == 0, run.Error);
            Assert.Matches(@"candidates, [1-9]\d* answers of the small model, [1-9]\d* images", run.Error);
        }

        Assert.Equal(File.ReadAllBytes(folder["1.vcf.gz"]), File.ReadAllBytes(folder["3.vcf.gz"]));
        Assert.Equal(File.ReadAllBytes(folder["1.g.vcf.gz"]), File.ReadAllBytes(folder["3.g.vcf.gz"]));
        List<string> header = RunTests.Records(folder["1.vcf.gz"], headers: true);
        Assert.Contains(header, l => l.StartsWith("##FORMAT=<ID=MID,", StringComparison.Ordinal));
        Assert.Contains(header, l => l.StartsWith("##shrike_small_model=<ID=simple,Version=7,SHA256=", StringComparison.Ordinal));
        List<string> calls = RunTests.Records(folder["1.vcf.gz"]);
        int marked = calls.Count(c => c.Contains(":MID:", StringComparison.Ordinal));
        Assert.InRange(marked, 10, calls.Count - 5);

        string[] shards = ["0", "1", "2"];
        foreach (string task in shards)
        {
            ShrikeProgram.Result one = ShrikeProgram.Run(["make_examples", "--mode=calling", "--checkpoint", model, "--track_ref_reads", "--call_small_model_examples", "--trained_small_model_path", small, $"--examples={folder["e.tfrecord@3.gz"]}", $"--gvcf={folder["g.tfrecord@3.gz"]}", "--task", task, .. common]);
            Assert.True(one.ExitCode == 0, one.Error);
            Assert.Matches(@"\d+ small model examples called", one.Error);
        }

        ShrikeProgram.Result two = ShrikeProgram.Run("call_variants", "--examples", folder["e.tfrecord@3.gz"], "--outfile", folder["predictions.tfrecord.gz"], "--checkpoint", model);
        Assert.True(two.ExitCode == 0, two.Error);
        ShrikeProgram.Result three = ShrikeProgram.Run("postprocess_variants", "--ref", TestData.Hg19Chr20, "--infile", folder["predictions.tfrecord.gz"], "--small_model_cvo_records", folder["e_call_variant_outputs.tfrecord@3.gz"], "--outfile", folder["files.vcf.gz"], "--nonvariant_site_tfrecord_path", folder["g.tfrecord@3.gz"], "--gvcf_outfile", folder["files.g.vcf.gz"]);
        Assert.True(three.ExitCode == 0, three.Error);
        Assert.Equal(calls, RunTests.Records(folder["files.vcf.gz"]));
        Assert.Equal(RunTests.Records(folder["1.g.vcf.gz"]), RunTests.Records(folder["files.g.vcf.gz"]));
    }

    [Theory]
    [InlineData("site")]
    [InlineData("set")]
    public void TheModelThatShipsAnswersMostSites(string acceptance)
    {
        using var folder = TestData.Temporary();
        ShrikeProgram.Result run = ShrikeProgram.Run("run", "--model_type", "WGS", "--small_model_acceptance", acceptance, "--ref", TestData.Hg19Chr20, "--reads", TestData.Na12878Bam, "--regions", Region, "--output_vcf", folder["o.vcf.gz"]);
        Assert.True(run.ExitCode == 0, run.Error);
        List<string> calls = RunTests.Records(folder["o.vcf.gz"]);
        Assert.InRange(calls.Count(c => c.Contains(":MID:", StringComparison.Ordinal)), calls.Count / 2, calls.Count - 1);
        Assert.Contains(RunTests.Records(folder["o.vcf.gz"], headers: true), l => l.StartsWith("##shrike_small_model=<ID=wgs-small,", StringComparison.Ordinal));
    }

    [Fact]
    public void TheDefaultNetworkBringsItsModelOfTwoAlts()
    {
        using var folder = TestData.Temporary();
        string[] run = ["run", "--model_type", "WGS", "--ref", TestData.Hg19Chr20, "--reads", TestData.Na12878Bam, "--regions", "chr20:10,000,000-10,030,000"];
        string shipped = Path.Combine(TestData.RepositoryRoot(), "models", "wgs-multiallelic");
        foreach ((string name, string[] more) in new (string, string[])[] { ("default", []), ("same", ["--multiallelic_model", shipped]), ("without", ["--nouse_multiallelic_model"]) })
        {
            ShrikeProgram.Result result = ShrikeProgram.Run([.. run, .. more, "--output_vcf", folder[name + ".vcf.gz"]]);
            Assert.True(result.ExitCode == 0, result.Error);
        }

        bool IsNamed(string name) => RunTests.Records(folder[name + ".vcf.gz"], headers: true).Any(l => l.StartsWith("##shrike_multiallelic_model=<ID=wgs-multiallelic,", StringComparison.Ordinal));
        Assert.True(IsNamed("default") && IsNamed("same") && !IsNamed("without"));
        List<string> with = RunTests.Records(folder["default.vcf.gz"]), without = RunTests.Records(folder["without.vcf.gz"]);
        Assert.Equal(with, RunTests.Records(folder["same.vcf.gz"]));

        // Only records that had two ALTs may differ, and some do.
        Assert.Equal(with.Count, without.Count);
        (string With, string Without)[] changed = [.. with.Zip(without).Where(p => p.First != p.Second)];
        Assert.NotEmpty(changed);
        Assert.All(changed, p => Assert.Contains(',', p.Without.Split('\t')[4]));
        ShrikeProgram.Result both = ShrikeProgram.Run([.. run, "--nouse_multiallelic_model", "--multiallelic_model", shipped, "--output_vcf", folder["x.vcf.gz"]]);
        Assert.True(both.ExitCode == 2 && both.Error.Contains("contradict", StringComparison.Ordinal), both.Error);
    }

    /// <summary>The reads of the region, all with one mapping quality.</summary>
    private static void Remap(string path, byte quality)
    {
        using AlignmentReader reader = AlignmentReader.Open(TestData.Na12878Bam);
        reader.Query("chr20", 9_999_000, 10_009_000);
        using var writer = new AlignmentWriter(path, reader.Header.Text);
        var bases = new byte[1000];
        while (reader.Read())
        {
            AlignmentRecord r = reader.Current;
            for (int i = 0; i < r.Length; i++) bases[i] = (byte)"=ACMGRSVTWYHKDBN"[(r.PackedBases[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 15];
            writer.Write(r.Name, r.Flags, r.ContigIndex, (int)r.Position, quality, r.Cigar, r.TemplateLength, bases.AsSpan(0, r.Length), r.Qualities);
        }

        writer.Complete();
    }

    [Fact]
    public void HigherMappingQualitiesThanTheModelLearnedFromCountAsTheHighest()
    {
        using var folder = TestData.Temporary();
        string[] Calls(byte quality)
        {
            // Aligners differ in what they write for a certain place: 60, 250, or 255 for "not given".
            Remap(folder[$"{quality}.bam"], quality);
            ShrikeProgram.Result run = ShrikeProgram.Run("run", "--model_type", "WGS", "--ref", TestData.Hg19Chr20, "--reads", folder[$"{quality}.bam"], "--regions", Region, "--output_vcf", folder[$"{quality}.vcf.gz"]);
            Assert.True(run.ExitCode == 0, run.Error);
            return [.. RunTests.Records(folder[$"{quality}.vcf.gz"])];
        }

        string[] sixty = Calls(60);
        Assert.True(sixty.Count(c => c.Contains("small_model", StringComparison.Ordinal)) > 10);
        Assert.Equal(sixty, Calls(255));
    }

    [Fact]
    public void WithoutASmallModelNothingIsMarked()
    {
        using var folder = TestData.Temporary();
        string model = RunTests.RandomModel(folder.Path), small = SimpleModel(folder.Path);
        string[] run = ["run", "--customized_model", model, "--ref", TestData.Hg19Chr20, "--reads", TestData.Na12878Bam, "--regions", "chr20:10,000,000-10,002,000"];
        Assert.Equal(0, ShrikeProgram.Run([.. run, "--output_vcf", folder["none.vcf.gz"]]).ExitCode);
        Assert.Equal(0, ShrikeProgram.Run([.. run, "--customized_small_model", small, "--disable_small_model", "--output_vcf", folder["off.vcf.gz"]]).ExitCode);
        static IEnumerable<string> WithoutCommand(string path) => RunTests.Records(path, headers: true).Where(l => !l.StartsWith("##shrike_command=", StringComparison.Ordinal));
        Assert.Equal(WithoutCommand(folder["none.vcf.gz"]), WithoutCommand(folder["off.vcf.gz"]));
        Assert.DoesNotContain(RunTests.Records(folder["off.vcf.gz"], headers: true), l => l.Contains("MID", StringComparison.Ordinal));
    }

    [Fact]
    public void AWrongSmallModelIsOneLineAndLeavesNothing()
    {
        using var folder = TestData.Temporary();
        using var elsewhere = TestData.Temporary();
        string model = RunTests.RandomModel(elsewhere.Path), small = SimpleModel(elsewhere.Path);
        void Fails(int code, string says, params string[] more)
        {
            ShrikeProgram.Result run = ShrikeProgram.Run(["run", "--customized_model", model, "--ref", TestData.Hg19Chr20, "--reads", TestData.Na12878Bam, "--regions", Region, "--output_vcf", folder["o.vcf.gz"], .. more]);
            Assert.True(run.ExitCode == code && run.Error.Contains(says, StringComparison.Ordinal) && run.Error.TrimEnd('\n').Split('\n').Length == 1, $"expected {code} \"{says}\", got {run.ExitCode}: {run.Error}");
            Assert.Empty(Directory.GetFiles(folder.Path));
        }

        Fails(4, "no such folder", "--customized_small_model", elsewhere["nothing"]);
        Fails(2, "names no kind, as that of a network", "--customized_small_model", model);
        Fails(3, "it gives 6 values instead of 3", "--customized_small_model", TestData.PathOf("upstream", "multiallelic_model"));
        Fails(2, "give it as --customized_small_model", "--customized_model", small);
        Fails(2, "takes a window of 51", "--customized_small_model", small, "--small_model_vaf_context_window_size", "31");
        File.AppendAllText(Path.Combine(small, "weights.safetensors"), "x");
        Fails(3, "checksum", "--customized_small_model", small);
        ShrikeProgram.Result missing = ShrikeProgram.Run("make-examples", "--call_small_model_examples", "--channel_list", "BASE_CHANNELS", "--ref", TestData.Hg19Chr20, "--reads", TestData.Na12878Bam, "--examples", folder["e.tfrecord.gz"]);
        Assert.True(missing.ExitCode == 2 && missing.Error.Contains("--trained_small_model_path", StringComparison.Ordinal), missing.Error);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }
}
