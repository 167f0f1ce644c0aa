using System.Text.Json;

namespace Shrike.EndToEnd;

/// <summary><c>shrike explain</c> as a program: what it says is what <c>shrike run</c> does with the same flags.</summary>
public sealed class ExplainTests
{
    private const string Region = "chr20:10,000,000-10,026,000";
    private static readonly string[] Inputs = ["--ref", TestData.Hg19Chr20, "--reads", TestData.Na12878Bam];

    private static JsonDocument Json(string path) => JsonDocument.Parse(File.ReadAllText(path));

    private static string[] Lines(JsonElement explanation) => [.. explanation.GetProperty("vcf_lines").EnumerateArray().Select(l => l.GetString()!)];

    /// <summary>A SNP of the small model, one of the network, a deletion, two ALTs, calls taken for reference by either, several at once.</summary>
    [Fact]
    public void TheLineIsThatOfTheRun()
    {
        using var folder = TestData.Temporary();
        ShrikeProgram.Result run = ShrikeProgram.Run(["run", "--model_type", "WGS", .. Inputs, "--regions", Region, "--output_vcf", folder["o.vcf.gz"]]);
        Assert.True(run.ExitCode == 0, run.Error);
        List<string> records = RunTests.Records(folder["o.vcf.gz"]);
        foreach ((int position, string says) in ((int, string)[])[(10_000_117, "by the small model"), (10_001_019, "by the network"), (10_004_769, "TAAAACTATGC>T"), (10_002_458, "G>GTT,GTTT by the network: genotype "), (10_009_877, "the small model finds 0/0"), (10_024_298, "written as ./."), (10_008_952, "CACACACACACA>C,CCACACACACA")])
        {
            ShrikeProgram.Result explained = ShrikeProgram.Run(["explain", "--model_type=WGS", $"chr20:{position}", .. Inputs, "--regions", Region, "--output_json", folder["e.json"], "--output_html", folder["e.html"]]);
            Assert.True(explained.ExitCode == 0, explained.Error);
            Assert.Equal("", explained.Error);
            string line = Assert.Single(records, r => r.StartsWith($"chr20\t{position}\t", StringComparison.Ordinal));
            using JsonDocument json = Json(folder["e.json"]);
            Assert.Contains(line, Lines(json.RootElement));
            Assert.Contains(line, explained.Output.Split('\n'));
            string verdict = json.RootElement.GetProperty("verdict").GetString()!;
            Assert.Contains(says, verdict, StringComparison.Ordinal);
            Assert.Equal(verdict, explained.Output.Split('\n')[2]);
            Assert.Contains($"<h1>chr20:{position}</h1>", File.ReadAllText(folder["e.html"]), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void WhereNothingIsCalledTheThresholdIsNamed()
    {
        ShrikeProgram.Result first = ShrikeProgram.Run(["explain", .. Inputs, "chr20:10,004,222:C>CAA"]), second = ShrikeProgram.Run(["explain", .. Inputs, "--place", "chr20:10004222:C>CAA"]);
        Assert.True(first.ExitCode == 0, first.Error);
        Assert.Contains("3 good reads ≥ 2 (--vsc_min_count_indels); 3/51 = 0.0588 < 0.06 (--vsc_min_fraction_indels): too small", first.Output.Split('\n')[2], StringComparison.Ordinal);
        Assert.Equal(first.Output, second.Output);
        ShrikeProgram.Result lower = ShrikeProgram.Run(["explain", .. Inputs, "--vsc_min_fraction_indels=0.05", "chr20:10,004,222:C>CAA"]);
        Assert.Contains("chr20:10004222 C>CA,CAA", lower.Output.Split('\n')[2], StringComparison.Ordinal);
    }

    /// <summary>A command line of run is taken word by word, CRAM and other models included.</summary>
    [Fact]
    public void FlagsOfRunAreTakenAsTheyAre()
    {
        using var folder = TestData.Temporary();
        string model = RunTests.RandomModel(folder.Path);
        string[] flags =
        [
            "--customized_model", model, "--ref", TestData.Hg19Chr20, "--reads", TestData.PathOf("upstream", "input", "NA12878_S1.chr20.10_10p1mb.cram"), "--regions", "chr20:10,004,000-10,006,000", "--output_vcf", folder["o.vcf.gz"],
            "--output_gvcf", folder["o.g.vcf.gz"], "--num_shards", "2", "--quiet", "--norealign_reads", "--partition_size=700", "--sample_name", "somebody", "--min_base_quality=15", "--haploid_contigs=chr20",
        ];
        ShrikeProgram.Result run = ShrikeProgram.Run(["run", .. flags]);
        Assert.True(run.ExitCode == 0, run.Error);
        DateTime written = File.GetLastWriteTimeUtc(folder["o.vcf.gz"]);
        ShrikeProgram.Result explained = ShrikeProgram.Run(["explain", .. flags, "chr20:10004500-10005499", "--output_json", folder["e.json"]]);
        Assert.True(explained.ExitCode == 0, explained.Error);
        using JsonDocument json = Json(folder["e.json"]);
        string[] expected = [.. RunTests.Records(folder["o.vcf.gz"]).Skip(1).Where(r => string.CompareOrdinal(r.Split('\t')[1], "10004500") >= 0 && string.CompareOrdinal(r.Split('\t')[1], "10005499") <= 0)];
        Assert.NotEmpty(expected);
        Assert.Equal(expected, Lines(json.RootElement));
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("realignment").ValueKind);
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("small_model").ValueKind);
        Assert.Equal(written, File.GetLastWriteTimeUtc(folder["o.vcf.gz"]));
    }

    [Fact]
    public void PhasedLongReadsAreExplainedToo()
    {
        using var folder = TestData.Temporary();
        string[] flags =
        [
            "--model_type", "PACBIO", "--customized_model", LongReadTests.Model(folder.Path), "--customized_small_model", LongReadTests.SmallModel(folder.Path), "--ref", TestData.PathOf("upstream", "input", "grch38.chr20_and_21_10M.fa.gz"),
            "--reads", TestData.PathOf("upstream", "input", "test_pacbio.chr20_100kbp_at_9mb.bam"), "--regions", "chr20:9,000,000-9,040,000", "--output_phase_info", "--alt_aligned_pileup=none",
        ];
        ShrikeProgram.Result run = ShrikeProgram.Run(["run", .. flags, "--output_vcf", folder["o.vcf.gz"]]);
        Assert.True(run.ExitCode == 0, run.Error);
        string[] phased = [.. RunTests.Records(folder["o.vcf.gz"]).Where(r => r.Split('\t')[^1].StartsWith("0|1", StringComparison.Ordinal) || r.Split('\t')[^1].StartsWith("1|0", StringComparison.Ordinal))];
        foreach (string line in (string[])[phased[0], phased[^1]])
        {
            ShrikeProgram.Result explained = ShrikeProgram.Run(["explain", .. flags, $"chr20:{line.Split('\t')[1]}"]);
            Assert.True(explained.ExitCode == 0, explained.Error);
            Assert.Contains(line, explained.Output.Split('\n'));
        }
    }

    [Fact]
    public void MistakesAreOneLineAndLeaveNothing()
    {
        using var folder = TestData.Temporary();
        using var elsewhere = TestData.Temporary();
        File.WriteAllText(elsewhere["foreign.bam"], "not a bam at all");
        void Fails(int code, string says, params string[] arguments)
        {
            ShrikeProgram.Result run = ShrikeProgram.Run(["explain", .. arguments]);
            Assert.True(code == run.ExitCode && run.Error.Contains(says, StringComparison.Ordinal) && run.Error.TrimEnd('\n').Split('\n').Length == 1 && run.Output.Length == 0, $"expected {code} \"{says}\", got {run.ExitCode}: {run.Error}{run.Output}");
            Assert.Empty(Directory.GetFiles(folder.Path));
        }

        string json = folder["e.json"];
        Fails(2, "--place must be given", Inputs);
        Fails(2, "--place, --ref, --reads must be given");
        Fails(2, "no contig chr7", [.. Inputs, "chr7:5", "--output_json", json]);
        Fails(2, "but it has chr20", [.. Inputs, "20:5", "--output_json", json]);
        Fails(2, "has only 63025520 bases", [.. Inputs, "chr20:70000000", "--output_json", json]);
        Fails(2, "at most 1000", [.. Inputs, "chr20:10000000-10002000", "--output_json", json]);
        Fails(2, "is no place", [.. Inputs, "chr20", "--output_json", json]);
        Fails(2, "stands alone", [.. Inputs, "chr20:5", "chr20:6", "--output_json", json]);
        Fails(2, "the reference has C there, not T", [.. Inputs, "chr20:10000117:T>A", "--output_json", json]);
        Fails(2, "did you mean --output_json", [.. Inputs, "chr20:5", "--output_jsn", json]);
        Fails(2, "the same name", [.. Inputs, "chr20:5", "--output_json", json, "--output_html", json]);
        Fails(3, "not a BAM", "--ref", TestData.Hg19Chr20, "--reads", elsewhere["foreign.bam"], "chr20:5");
        Fails(4, "no such file", "--ref", TestData.Hg19Chr20, "--reads", elsewhere["missing.bam"], "chr20:5");
        Fails(4, "does not exist", [.. Inputs, "chr20:10000117", "--output_json", folder["no/such/e.json"]]);
    }

    [Fact]
    public void APlaceThatIsNotCalledIsAnAnswer()
    {
        ShrikeProgram.Result outside = ShrikeProgram.Run(["explain", .. Inputs, "--regions", Region, "chr20:10050000"]);
        Assert.Equal((0, "Not called: chr20:10050000 lies outside of --regions."), (outside.ExitCode, outside.Output.Split('\n')[2]));
        ShrikeProgram.Result empty = ShrikeProgram.Run(["explain", .. Inputs, "chr20:1"]);
        Assert.Equal((0, "Not called: no read overlaps chr20:1."), (empty.ExitCode, empty.Output.Split('\n')[2]));
    }
}
