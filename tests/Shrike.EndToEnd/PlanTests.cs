using System.Diagnostics;

namespace Shrike.EndToEnd;

/// <summary>The commands that <c>run --print_plan</c> prints give what the run gives, when bash executes them.</summary>
public sealed class PlanTests
{
    private const string Regions = "--regions=chr20:10,000,000-10,012,000 chr20:10,014,500-10,020,000";

    private static string[] Na12878 => ["--ref", Path.GetRelativePath(Environment.CurrentDirectory, TestData.Hg19Chr20), "--reads", TestData.Na12878Bam];

    [Theory]
    [InlineData("--model_type=WGS|--regions=chr20:9,990,000-10,110,000")]
    [InlineData("--model_type=WES|--precision=int8|--num_shards=1|" + Regions)]
    [InlineData("--model_type=WGS|--sample_name=it's mine|--partition_size=700|--min_mapping_quality=20|--vsc_min_fraction_snps=0.2|--vsc_min_fraction_multiplier=inf|--normalize_reads|--notrack_ref_reads|--small_model_snp_gq_threshold=40|--small_model_acceptance=set|--haploid_contigs=chrX,chr20|--par_regions_bed={folder}/par.bed|--include_med_dp|--exclude_regions=chr20:10,001,000-10,001,500|--gvcf_gq_binsize=10|--nouse_multiallelic_model|" + Regions)]
    [InlineData("--customized_model={folder}/model|--customized_small_model={folder}/small|--small_model_indel_gq_threshold=71|--multiallelic_model={upstream}/multiallelic_model|--pileup_image_height=0|" + Regions)]
    [InlineData("--model_type=WGS|--customized_model={folder}/alt/model|--disable_small_model|--alt_aligned_pileup=diff_channels|--intermediate_results_dir={folder}/a@2 b|" + Regions)]
    public void ExecutedPlansGiveTheCallsOfTheRun(string flags)
    {
        using var folder = TestData.Temporary();
        RunTests.RandomModel(folder.Path);
        SmallModelTests.SimpleModel(folder.Path);
        RunTests.RandomModel(folder["alt"], [1, 2, 3, 4, 5, 6, 19, 9, 10]);
        File.WriteAllText(folder["par.bed"], "chr20\t10005000\t10010000\n");
        string upstream = TestData.PathOf("upstream");
        Compare(folder, [.. Na12878, .. flags.Split('|').Select(f => f.Replace("{folder}", folder.Path, StringComparison.Ordinal).Replace("{upstream}", upstream, StringComparison.Ordinal))]);
    }

    /// <summary>Phase sets are numbered by task: the plan has one, and says why.</summary>
    [Fact]
    public void PhasedGenotypesKeepTheNumbersOfTheirSets()
    {
        using var folder = TestData.Temporary();
        string plan = Compare(folder,
        [
            "--model_type=PACBIO", "--customized_model", LongReadTests.Model(folder.Path), "--customized_small_model", LongReadTests.SmallModel(folder.Path),
            "--ref", TestData.PathOf("upstream", "input", "grch38.chr20_and_21_10M.fa.gz"), "--reads", TestData.PathOf("upstream", "input", "test_pacbio.chr20_100kbp_at_9mb.bam"),
            "--regions", "chr20:9,000,000-9,060,000", "--output_phase_info", "--alt_aligned_pileup=none",
        ]);
        Assert.Contains(" --task=0 --threads=3 ", plan, StringComparison.Ordinal);
        Assert.Contains("phase sets are numbered by task", plan, StringComparison.Ordinal);
        foreach (string flag in (string[])["--phase_reads", "--norealign_reads", "--sort_by_haplotypes", "--track_ref_reads", "--partition_size=25000", "--pileup_image_width=147", "--max_reads_per_partition=600", "--small_model_snp_gq_threshold=15"])
        {
            Assert.Contains(" " + flag + " ", plan, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void NothingIsComputedAndBothNamesPrintTheSame()
    {
        using var folder = TestData.Temporary();
        string[] run = ["run", "--model_type=WGS", .. Na12878, "--output_vcf", folder["o.vcf.gz"], "--num_shards=2"];
        ShrikeProgram.Result plan = ShrikeProgram.Run([.. run, "--print_plan"]), dry = ShrikeProgram.Run([.. run, "--dry_run=true"]);
        Assert.Equal((0, "", 0), (plan.ExitCode, plan.Error, dry.ExitCode));
        Assert.Equal(plan.Output, dry.Output);
        Assert.Equal(2, plan.Output.Split("\nshrike make-examples ").Length - 1);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
        ShrikeProgram.Result guarded = ShrikeProgram.Run([.. run, "--memory=4G", "--stall_minutes=0", "--print_plan"]);
        Assert.Equal(2, guarded.Output.Split("\n").Count(l => l.StartsWith("shrike make-examples ", StringComparison.Ordinal)));
        Assert.Equal(2, guarded.Output.Split(" --memory=4G --stall_minutes=0").Length - 1 - 1); // once more in the command it is the plan of
        Assert.Equal(0, ShrikeProgram.Run("run", "--model_type=WGS", Na12878[0], Na12878[1], Na12878[2], Na12878[3], Regions, "--output_vcf", folder["o.vcf"], "--noprint_plan", "--dry_run=false").ExitCode);
        Assert.Contains("##shrike_command=shrike run --model_type=WGS --ref=" + Na12878[1] + " --reads=" + Na12878[3] + " " + Regions, File.ReadAllLines(folder["o.vcf"]));
    }

    [Fact]
    public void WhatThePlanCannotSayIsRefusedInOneLine()
    {
        using var folder = TestData.Temporary();
        using var elsewhere = TestData.Temporary();
        File.WriteAllBytes(elsewhere["noindex.bam"], File.ReadAllBytes(TestData.Na12878Bam));
        void Fails(int code, string says, params string[] more)
        {
            ShrikeProgram.Result run = ShrikeProgram.Run(["run", "--model_type=WGS", .. Na12878, "--output_vcf", folder["o.vcf.gz"], "--print_plan", .. more]);
            Assert.True(run.ExitCode == code && run.Output.Length == 0 && run.Error.Contains(says, StringComparison.Ordinal) && run.Error.TrimEnd('\n').Split('\n').Length == 1, $"expected {code} \"{says}\", got {run.ExitCode}: {run.Error}{run.Output}");
            Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
        }

        Fails(2, "--log_json has no place in a plan", "--log_json", folder["log"]);
        Fails(2, "--sites has no place in a plan", "--sites", "sites.vcf.gz");
        Fails(2, "--painter has no place in a plan", "--painter=gpu");
        Fails(2, "several tasks would write the same files", "--realigner_diagnostics", folder["d"]);
        Fails(2, "put commas between the names", "--haploid_contigs", "chrX chrY", "--quiet");
        Fails(2, "samtools index", "--reads", elsewhere["noindex.bam"]);
        Fails(2, "has chr20", "--regions", "20:1-1000");
        Fails(2, "share only", "--ref", TestData.PathOf("upstream", "input", "grch38.chr20_and_21_10M.fa.gz"));
        Fails(2, "takes images of 100 x 221", "--pileup_image_width=199");
        Fails(2, "--intermediate_results_dir", "--output_vcf=/dev/null");
        Fails(4, "does not exist", "--output_gvcf", folder["no/o.g.vcf.gz"]);
        Fails(4, "no such folder", "--customized_model", elsewhere["nothing"]);
    }

    [Fact]
    public void HeaderLinesOfAnotherFormAreRefused()
    {
        using var folder = TestData.Temporary();
        string[] run = ["postprocess-variants", "--ref", TestData.Hg19Chr20, "--infile", Path.Combine(TestData.PathOf("upstream"), "golden.postprocess_single_site_input.tfrecord.gz"), "--outfile", folder["o.vcf"]];
        foreach (string lines in (string[])["#one=1", "##one=1\nCHROM", "##=1", "##one=a\tb"])
        {
            ShrikeProgram.Result bad = ShrikeProgram.Run([.. run, "--header_lines", lines]);
            Assert.True(bad.ExitCode == 2 && bad.Error.Contains("is not ##NAME=VALUE", StringComparison.Ordinal), bad.Error);
            Assert.Empty(Directory.GetFiles(folder.Path));
        }
    }

    /// <summary>Runs, executes the plan from another folder, compares; returns the plan.</summary>
    private static string Compare(TestData.TemporaryFolder folder, string[] flags)
    {
        string outputs = folder["it's here"];
        Directory.CreateDirectory(outputs);
        string Output(string name) => Path.Combine(outputs, name);
        string[] Run(string name) => ["run", "--num_shards=3", .. flags, "--output_vcf", Output(name + ".vcf.gz"), "--output_gvcf", Output(name + ".g.vcf.gz")];
        ShrikeProgram.Result run = ShrikeProgram.Run(Run("run")), plan = ShrikeProgram.Run([.. Run("plan"), "--print_plan"]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.True(plan.ExitCode == 0, plan.Error);
        File.WriteAllText(folder["plan.sh"], plan.Output);
        var start = new ProcessStartInfo("bash", [folder["plan.sh"]]) { RedirectStandardError = true, WorkingDirectory = "/" };
        using Process bash = Process.Start(start)!;
        string error = bash.StandardError.ReadToEnd();
        bash.WaitForExit();
        Assert.True(bash.ExitCode == 0, error + plan.Output);
        foreach (string end in (string[])[".vcf.gz", ".g.vcf.gz"])
        {
            List<string> records = RunTests.Records(Output("run" + end));
            Assert.True(records.Count > 20, $"{records.Count} records");
            Assert.Equal(records, RunTests.Records(Output("plan" + end)));
            Assert.Equal(RunTests.Records(Output("run" + end), headers: true).Where(l => !l.StartsWith("##shrike_command=", StringComparison.Ordinal)), RunTests.Records(Output("plan" + end), headers: true));
        }

        return plan.Output;
    }
}
