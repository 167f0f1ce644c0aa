using Shrike.Calling.Statistics.Report;
using Shrike.Formats.Safetensors;
using Shrike.Hts;
using Shrike.Inference.Models;
using Shrike.Inference.Networks;

namespace Shrike.EndToEnd;

/// <summary>The whole program on real reads, with a network of random weights where the calls do not matter.</summary>
public sealed class RunTests
{
    private const string Region = "chr20:10,000,000-10,008,000";

    /// <summary>A model of random weights.</summary>
    internal static string RandomModel(string folder) => RandomModel(folder, [1, 2, 3, 4, 5, 6, 19]);

    /// <summary>A model of random weights that sees these channels.</summary>
    internal static string RandomModel(string folder, int[] channels)
    {
        Network network = RowNet.Build(channels: channels.Length, embedding: 16);
        var random = new Random(1);
        var weights = network.Weights().ToDictionary(w => w.Name, w => new Tensor(w.Shape, [.. Enumerable.Range(0, (int)Tensor.Size(w.Shape)).Select(_ => (random.NextSingle() - 0.5f) * 0.2f)]));
        string path = Path.Combine(folder, "model");
        ModelPackage.Save(path, new ModelDescription { Name = "random", Version = "0", Shape = [100, 221, channels.Length], Channels = channels, Network = network }, weights);
        return path;
    }

    private static string[] Files(string folder) => [.. Directory.GetFiles(folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Fact]
    public void ARunLeavesNothingButItsOutputs()
    {
        // Not in the temporaries, the home folder or a cache: a run may see patients' data, and some libraries report on themselves.
        using var folder = TestData.Temporary();
        string model = RandomModel(folder.Path);
        foreach (string name in new[] { "home", "cache", "temporaries" }) Directory.CreateDirectory(folder[name]);
        ShrikeProgram.Result run = ShrikeProgram.Run(
            ["run", "--customized_model", model, "--ref", TestData.Hg19Chr20, "--reads", TestData.Na12878Bam, "--regions", Region, "--output_vcf", folder["out.vcf.gz"], "--num_shards", "2"],
            ("HOME", folder["home"]), ("XDG_CACHE_HOME", folder["cache"]), ("TMPDIR", folder["temporaries"]), ("CI", null), ("ORT_DISABLE_TELEMETRY", null));
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(["cache", "home", "model", "out.vcf.gz", "out.vcf.gz.tbi", "temporaries"], Directory.GetFileSystemEntries(folder.Path).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
        foreach (string name in new[] { "home", "cache", "temporaries" }) Assert.Empty(Directory.GetFileSystemEntries(folder[name]));
    }

    [Fact]
    public void ThreadsDoNotChangeABitAndFilesGiveTheSameCalls()
    {
        using var folder = TestData.Temporary();
        string model = RandomModel(folder.Path);
        foreach (string threads in new[] { "1", "2", "5" })
        {
            ShrikeProgram.Result run = ShrikeProgram.Run("run", "--customized_model", model, "--ref", TestData.Hg19Chr20, "--reads", TestData.Na12878Bam, "--regions", Region, "--output_vcf", folder[$"{threads}.vcf.gz"], "--output_gvcf", folder[$"{threads}.g.vcf.gz"], "--num_shards", threads);
            Assert.True(run.ExitCode == 0, run.Error);
        }

        foreach (string end in new[] { ".vcf.gz", ".vcf.gz.tbi", ".g.vcf.gz", ".g.vcf.gz.tbi" })
        {
            byte[] one = File.ReadAllBytes(folder["1" + end]);
            Assert.Equal(one, File.ReadAllBytes(folder["2" + end]));
            Assert.Equal(one, File.ReadAllBytes(folder["5" + end]));
        }

        Assert.Contains($"##shrike_command=shrike run --customized_model={model} --ref={TestData.Hg19Chr20} --reads={TestData.Na12878Bam} --regions={Region}", Records(folder["1.vcf.gz"], headers: true));

        string cram = TestData.PathOf("upstream", "input", "NA12878_S1.chr20.10_10p1mb.cram");
        Assert.Equal(0, ShrikeProgram.Run("run", "--customized_model", model, "--ref", TestData.Hg19Chr20, "--reads", cram, "--regions", Region, "--output_vcf", folder["cram.vcf.gz"]).ExitCode);
        Assert.Equal(Records(folder["1.vcf.gz"]), Records(folder["cram.vcf.gz"]));

        string[] shards = ["0", "1", "2"];
        foreach (string task in shards)
        {
            Assert.Equal(0, ShrikeProgram.Run("make_examples", "--mode=calling", $"--ref={TestData.Hg19Chr20}", $"--reads={TestData.Na12878Bam}", $"--regions={Region}", "--checkpoint", model, $"--examples={folder["e.tfrecord@3.gz"]}", $"--gvcf={folder["g.tfrecord@3.gz"]}", "--task", task).ExitCode);
        }

        ShrikeProgram.Result two = ShrikeProgram.Run("call_variants", "--examples", folder["e.tfrecord@3.gz"], "--outfile", folder["predictions.tfrecord.gz"], "--checkpoint", model, "--threads", "2");
        Assert.True(two.ExitCode == 0, two.Error);
        ShrikeProgram.Result three = ShrikeProgram.Run("postprocess_variants", "--ref", TestData.Hg19Chr20, "--infile", folder["predictions.tfrecord.gz"], "--outfile", folder["files.vcf.gz"], "--nonvariant_site_tfrecord_path", folder["g.tfrecord@3.gz"], "--gvcf_outfile", folder["files.g.vcf.gz"]);
        Assert.True(three.ExitCode == 0, three.Error);
        Assert.Equal(Records(folder["1.vcf.gz"]), Records(folder["files.vcf.gz"]));
        Assert.Equal(Records(folder["1.g.vcf.gz"]), Records(folder["files.g.vcf.gz"]));

        string pairs = TestData.PathOf("upstream", "multiallelic_model");
        ShrikeProgram.Result paired = ShrikeProgram.Run("run", "--customized_model", model, "--ref", TestData.Hg19Chr20, "--reads", TestData.Na12878Bam, "--regions", Region, "--output_vcf", folder["pairs.vcf.gz"], "--multiallelic_model", pairs);
        Assert.True(paired.ExitCode == 0, paired.Error);
        Assert.Equal(0, ShrikeProgram.Run("postprocess_variants", "--ref", TestData.Hg19Chr20, "--infile", folder["predictions.tfrecord.gz"], "--outfile", folder["pairs.files.vcf.gz"], "--multiallelic_model", pairs).ExitCode);
        Assert.Equal(Records(folder["pairs.files.vcf.gz"]), Records(folder["pairs.vcf.gz"]));
        Assert.NotEqual(Records(folder["1.vcf.gz"]), Records(folder["pairs.vcf.gz"]));
    }

    [Fact]
    public void NothingToCallIsAValidEmptyIndexedVcf()
    {
        using var folder = TestData.Temporary();
        string model = RandomModel(folder.Path);
        foreach (string region in new[] { "chr20:30,000,000-30,002,000", "chr20:10,000,001-10,000,050" })
        {
            ShrikeProgram.Result run = ShrikeProgram.Run("run", "--customized_model", model, "--ref", TestData.Hg19Chr20, "--reads", TestData.Na12878Bam, "--regions", region, "--output_vcf", folder["o.vcf.gz"]);
            Assert.True(run.ExitCode == 0, run.Error);
            using VcfReader reader = VcfReader.Open(folder["o.vcf.gz"]);
            Assert.Empty(reader.Query("chr20", 0, 60_000_000));
            Assert.Equal(["NA12878"], reader.Header.Samples);
        }
    }

    [Fact]
    public void BadInputIsOneLineAndLeavesNothing()
    {
        using var folder = TestData.Temporary();
        using var elsewhere = TestData.Temporary();
        string model = RandomModel(elsewhere.Path);
        string bam = TestData.Na12878Bam;
        string reference = TestData.Hg19Chr20;
        byte[] whole = File.ReadAllBytes(bam);
        File.WriteAllBytes(elsewhere["cut.bam"], whole[..(whole.Length / 2)]);
        File.Copy(bam + ".bai", elsewhere["cut.bam.bai"]);
        File.WriteAllBytes(elsewhere["noindex.bam"], whole);
        File.WriteAllText(elsewhere["foreign.bam"], "not a bam at all");
        File.WriteAllText(elsewhere["noindex.fa"], ">chr20\nACGT\n");
        File.WriteAllText(elsewhere["renamed.fa"], ">20\nACGT\n");
        File.WriteAllText(elsewhere["renamed.fa.fai"], "20\t4\t4\t4\t5\n");
        File.WriteAllText(elsewhere["bad.bed"], "chr20\tten\ttwenty\n");
        string tokens = Path.Combine(elsewhere.Path, "channels");
        Directory.CreateDirectory(tokens);
        void Fails(int code, string says, string reads, string fasta, string region = Region, string output = "o.vcf.gz", string[]? more = null)
        {
            ShrikeProgram.Result run = ShrikeProgram.Run(["run", "--customized_model", model, "--ref", fasta, "--reads", reads, "--regions", region, "--output_vcf", Path.IsPathRooted(output) ? output : folder[output], .. more ?? []]);
            Assert.True(code == run.ExitCode && run.Error.Contains(says, StringComparison.Ordinal) && run.Error.TrimEnd('\n').Split('\n').Length == 1, $"expected {code} \"{says}\", got {run.ExitCode}: {run.Error}");
            Assert.Empty(Files(folder.Path));
        }

        Fails(4, "no such file", elsewhere["missing.bam"], reference);
        Fails(3, "not a BAM", elsewhere["foreign.bam"], reference);
        Fails(3, "cut off", elsewhere["cut.bam"], reference);
        Fails(2, "samtools index", elsewhere["noindex.bam"], reference);
        Fails(2, "samtools faidx", bam, elsewhere["noindex.fa"]);
        Fails(2, "chr20", bam, elsewhere["renamed.fa"], "20:10,000,000-10,008,000");
        Fails(2, "has chr20", bam, reference, "20:10,000,000-10,008,000");
        Fails(2, "no bases are left", bam, reference, "chr20:70,000,000-70,001,000");
        Fails(2, "not a region", bam, reference, "chr20:5-1");
        Fails(3, "not a position", bam, reference, elsewhere["bad.bed"]);
        Fails(4, "does not exist", bam, reference, output: Path.Combine(folder.Path, "no", "such", "o.vcf.gz"));
        Fails(2, "did you mean --regions", bam, reference, more: ["--regoins", "x"]);
        Fails(2, "must be odd", bam, reference, more: ["--pileup_image_width", "220"]);
        Fails(2, "takes images of 100 x 221", bam, reference, more: ["--pileup_image_width", "199"]);

        File.WriteAllText(elsewhere["renamed.bed"], "20\t10000000\t10008000\n");
        Directory.CreateDirectory(elsewhere["p" + VisualReport.Extension]);
        Fails(2, "is given twice in --reads", $"{bam},{bam}", reference);
        Fails(2, "it has chr20", bam, reference, elsewhere["renamed.bed"]);
        Fails(2, "must be named .bed", bam, reference, "chr20:10,000,000-10,008,000 x.txt");
        Fails(2, "separate regions by blanks", bam, reference, "chr20:10,000,000-10,001,000,chr20:10,002,000-10,003,000");
        Fails(2, "no bases are left", bam, reference, more: ["--exclude_regions", "chr20"]);
        Fails(2, "another output", bam, reference, output: "/dev/stdout", more: ["--output_gvcf", "/dev/stdout"]);
        Fails(4, "is a folder", bam, reference, output: elsewhere["p.vcf.gz"], more: ["--vcf_stats_report"]);

        // Examples of other channels than the model's.
        Assert.Equal(0, ShrikeProgram.Run("make-examples", "--mode", "calling", "--ref", reference, "--reads", bam, "--regions", Region, "--channel_list", "BASE_CHANNELS", "--examples", elsewhere["six.tfrecord.gz"]).ExitCode);
        ShrikeProgram.Result six = ShrikeProgram.Run("call-variants", "--examples", elsewhere["six.tfrecord.gz"], "--outfile", folder["predictions.tfrecord.gz"], "--checkpoint", model);
        Assert.True(six.ExitCode == 2 && six.Error.Contains("--channel_list", StringComparison.Ordinal), six.Error);
        Assert.Empty(Files(folder.Path));
    }

    [Fact]
    public void RegionsLeftOutHaveNoCallsAndUnknownOnesAreNoted()
    {
        using var folder = TestData.Temporary();
        string model = RandomModel(folder.Path);
        string[] common = ["run", "--customized_model", model, "--ref", TestData.Hg19Chr20, "--reads", TestData.Na12878Bam];
        ShrikeProgram.Result left = ShrikeProgram.Run([.. common, "--regions", Region, "--exclude_regions", "chr20:10,002,001-10,008,000", "--output_vcf", folder["left.vcf.gz"]]);
        Assert.True(left.ExitCode == 0, left.Error);
        ShrikeProgram.Result asked = ShrikeProgram.Run([.. common, "--regions", "chr20:10,000,000-10,002,000 21:1-100", "--output_vcf", folder["asked.vcf.gz"]]);
        Assert.True(asked.ExitCode == 0, asked.Error);
        Assert.Contains("--regions: the reference has no 21: 1 of 2 regions have no effect", asked.Error, StringComparison.Ordinal);
        Assert.NotEmpty(Records(folder["asked.vcf.gz"]));
        Assert.Equal(Records(folder["asked.vcf.gz"]), Records(folder["left.vcf.gz"]));
    }

    [Fact]
    public void WhatTheRealignerDoesCanBeSeen()
    {
        using var folder = TestData.Temporary();
        ShrikeProgram.Result run = ShrikeProgram.Run("make-examples", "--mode", "calling", "--ref", TestData.Hg19Chr20, "--reads", TestData.Na12878Bam, "--regions", "chr20:10,000,000-10,002,999", "--channel_list", "BASE_CHANNELS", "--examples", "/dev/null", "--threads", "2", "--realigner_diagnostics", folder["d"], "--emit_realigned_reads");
        Assert.Equal((0, ""), (run.ExitCode, run.Output));
        string[] lines = File.ReadAllText(folder["d/realigner_metrics.csv"]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("window,k,n_haplotypes,time", lines[0]);
        Assert.Equal(["chr20:9999915-10000290,10,8", "chr20:10000359-10000837,11,16", "chr20:10000939-10001098,10,2"], lines[1..4].Select(l => l[..l.LastIndexOf(',')]));
        Assert.StartsWith("digraph G {", File.ReadAllText(folder["d/chr20:10000359-10000837/graph.dot"]), StringComparison.Ordinal);
        using AlignmentReader reads = AlignmentReader.Open(folder["d/chr20:10001000-10001999/realigned_reads.bam"]);
        Assert.True(reads.TryLoadIndex());
        int n = 0;
        while (reads.Read()) n++;
        Assert.Equal(447, n);
        run = ShrikeProgram.Run("make-examples", "--mode", "calling", "--ref", TestData.Hg19Chr20, "--reads", TestData.Na12878Bam, "--channel_list", "BASE_CHANNELS", "--examples", "/dev/null", "--emit_realigned_reads");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--realigner_diagnostics", run.Error, StringComparison.Ordinal);
        run = ShrikeProgram.Run("make-examples", "--mode", "calling", "--ref", TestData.Hg19Chr20, "--reads", TestData.Na12878Bam, "--channel_list", "BASE_CHANNELS", "--examples", "/dev/null", "--aln_gap_open", "1");
        Assert.Equal(2, run.ExitCode);
    }

    [Fact]
    public void TheDefaultModelInEightBitsGivesTheSameGenotypes()
    {
        using var folder = TestData.Temporary();
        var genotypes = new List<string[]>();
        foreach (string precision in (string[])["fp32", "int8"])
        {
            ShrikeProgram.Result run = ShrikeProgram.Run("run", "--model_type", "WGS", "--precision", precision, "--disable_small_model", "--ref", TestData.Hg19Chr20, "--reads", TestData.Na12878Bam, "--regions", "chr20:10,000,000-10,008,000", "--output_vcf", folder[$"{precision}.vcf.gz"]);
            Assert.True(run.ExitCode == 0, run.Error);
            genotypes.Add([.. Records(folder[$"{precision}.vcf.gz"]).Select(r => r.Split('\t')).Select(c => $"{c[1]} {c[3]} {c[4]} {c[6]} {c[9].Split(':')[0]}")]);
        }

        Assert.True(genotypes[0].Length > 40);
        Assert.Equal(genotypes[0], genotypes[1]);
        string model = Assert.Single(Records(folder["int8.vcf.gz"], headers: true), l => l.StartsWith("##shrike_model=", StringComparison.Ordinal));
        Assert.Contains(ModelPackage.Load(ModelPackage.DefaultFolder("WGS", quantized: true)).Description.WeightsSha256!, model, StringComparison.Ordinal);
    }

    [Fact]
    public void ModelsAreListedDescribedAndImported()
    {
        using var folder = TestData.Temporary();
        ShrikeProgram.Result list = ShrikeProgram.Run("models", "list");
        Assert.Equal(0, list.ExitCode);
        Assert.Contains("wgs ", list.Output, StringComparison.Ordinal);
        string wgs = ModelPackage.DefaultFolder("WGS");
        ShrikeProgram.Result inspect = ShrikeProgram.Run("models", "inspect", wgs);
        Assert.Contains("RowNet, 173427 weights", inspect.Output, StringComparison.Ordinal);
        Assert.Contains("insert_size", inspect.Output, StringComparison.Ordinal);
        Assert.Equal(0, ShrikeProgram.Run("models", "import", wgs, "-o", folder["copy"]).ExitCode);
        Assert.Equal(ModelPackage.Load(wgs).Description.WeightsSha256, ModelPackage.Load(folder["copy"]).Description.WeightsSha256);
        ShrikeProgram.Result again = ShrikeProgram.Run("models", "import", wgs, "-o", folder["copy"]);
        Assert.Equal(2, again.ExitCode);
        ShrikeProgram.Result multiallelic = ShrikeProgram.Run("models", "import", TestData.PathOf("upstream", "multiallelic_model"), "--output", folder["no"]);
        Assert.NotEqual(0, multiallelic.ExitCode);
        Assert.Single(multiallelic.Error.Trim().Split('\n'));
        Assert.False(Directory.Exists(folder["no"]));
    }

    [Fact]
    public void VersionAndHelpArePrinted()
    {
        Assert.Matches(@"^shrike version \d+\.\d+\.\d+\n$", ShrikeProgram.Run("--version").Output);
        Assert.Contains("--output_vcf", ShrikeProgram.Run("run", "--help").Output, StringComparison.Ordinal);
        ShrikeProgram.Result missing = ShrikeProgram.Run("run", "--model_type", "WGS");
        Assert.Equal(2, missing.ExitCode);
        Assert.Contains("--ref, --reads, --output_vcf must be given", missing.Error, StringComparison.Ordinal);
        Assert.Equal(2, ShrikeProgram.Run("fly").ExitCode);
        Assert.Equal(2, ShrikeProgram.Run().ExitCode);
    }

    /// <summary>Column names and records, or the header lines before them.</summary>
    internal static List<string> Records(string path, bool headers = false)
    {
        using var file = new System.IO.Compression.GZipStream(File.OpenRead(path), System.IO.Compression.CompressionMode.Decompress);
        using var reader = new StreamReader(file);
        var records = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith("##", StringComparison.Ordinal) == headers) records.Add(line);
        }

        return records;
    }

    /// <summary>What has gone to a pipe cannot be taken back: unsorted predictions are sorted before anything is written.</summary>
    [Fact]
    public void UnsortedPredictionsGoToAPipeOnce()
    {
        using var folder = TestData.Temporary();
        string sorted = TestData.PathOf("upstream", "golden.postprocess_single_site_input-00000-of-00001.tfrecord.gz");
        using (var writer = new Formats.TfRecord.TfRecordWriter(folder["mixed-00000-of-00001.tfrecord.gz"]))
        {
            foreach (Formats.Messages.CallVariantsOutput prediction in Formats.TfRecord.TfRecordReader.ReadAll(sorted, Formats.Messages.CallVariantsOutput.Parser).Reverse()) writer.Write(prediction);
            writer.Complete();
        }

        ShrikeProgram.Result run = ShrikeProgram.Run("postprocess-variants", "--ref", TestData.Hg19Chr20, "--infile", folder["mixed.tfrecord.gz"], "--outfile", "/dev/stdout");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(File.ReadAllText(TestData.PathOf("upstream", "golden.postprocess_single_site_output.vcf")), run.Output);

        run = ShrikeProgram.Run("postprocess-variants", "--ref", TestData.Hg19Chr20, "--infile", folder["mixed.tfrecord.gz"], "--outfile", "/dev/null");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(0, new FileInfo("/dev/null").Length);
        run = ShrikeProgram.Run("postprocess-variants", "--ref", TestData.Hg19Chr20, "--infile", folder["mixed.tfrecord.gz"], "--outfile", "/dev/full");
        Assert.Equal(4, run.ExitCode);
        Assert.Contains("writing failed", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void TrainHandsOverWithArgumentsAndExitCode()
    {
        ShrikeProgram.Result run = ShrikeProgram.Run(["train", "--data", "a b", "--out", "c"], ("SHRIKE_TRAINING", "/bin/echo"));
        Assert.Equal((0, "train --data a b --out c"), (run.ExitCode, run.Output.Trim()));
        Assert.Equal(1, ShrikeProgram.Run(["train"], ("SHRIKE_TRAINING", "/bin/false")).ExitCode);
    }
}
