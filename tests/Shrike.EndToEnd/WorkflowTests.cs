using System.Diagnostics;

namespace Shrike.EndToEnd;

/// <summary>What workflow/ makes of a cohort is what plain runs make. Slurm itself is checked by workflow/check-slurm.sh.</summary>
public sealed class WorkflowTests
{
    private static string Shrike => $"dotnet {Path.Combine(AppContext.BaseDirectory, "shrike.dll")}";

    private static string Workflow(string file) => Path.Combine(TestData.RepositoryRoot(), "workflow", file);

    [Fact]
    public void SnakemakeGivesTheCallsOfPlainRunsWholeAndInParts()
    {
        Need("snakemake", "samtools", "bcftools");
        using var temporary = TestData.Temporary();
        string folder = temporary.Path;
        Cohort(folder);
        foreach (int parts in (int[])[1, 2])
        {
            (int status, string log) = Snakemake(folder, $"scatter={parts}", $"output=in{parts}");
            Assert.True(status == 0, log);
            foreach (string sample in (string[])["one", "two"])
            {
                Same(folder, $"plain/{sample}", $"in{parts}/{sample}");
                Assert.Contains("\"pconfig\"", File.ReadAllText(Path.Combine(folder, $"in{parts}/{sample}_mqc.json")), StringComparison.Ordinal);
            }
        }

        Assert.All((string[])["chr20", "chr20b"], contig => Assert.Contains(RunTests.Records(Path.Combine(folder, "in2/two.vcf.gz")), r => r.StartsWith(contig + "\t", StringComparison.Ordinal)));
        Assert.False(Directory.Exists(Path.Combine(folder, "in2/parts")), "the parts are still there");
        Assert.True(File.Exists(Path.Combine(folder, "in2/two.g.vcf.gz.tbi")));
    }

    [Theory]
    [InlineData("sample\treads\na\tx.bam\na\ty.bam\n", "line 3: the sample a is in the table twice")]
    [InlineData("sample\treads\na\tx.bam\nb\t\n", "line 3: needs values in the columns sample and reads")]
    [InlineData("sample\treads\na/b\tx.bam\n", "cannot name files")]
    [InlineData("sample\treads\na.g\tx.bam\n", "cannot name files")]
    [InlineData("sample\treads\n", "has no samples")]
    [InlineData("sample\treads\tflags\na\tx.bam\t--output-phase-info\n", "--output_phase_info does not go with scatter")]
    [InlineData("sample\treads\tflags\na\tx.bam\t--regions=chr1\n", "--regions among the flags does not go with scatter")]
    [InlineData("sample\treads\na\tx.bam\n", "regions: x.txt: with scatter this must be a .bed file", "regions=x.txt")]
    [InlineData("sample\treads\na\tx.bam\n", "elsewhere.fa.fai: no such file", "reference=elsewhere.fa")]
    public void WhatSnakemakeCannotUseIsNamed(string table, string says, params string[] settings)
    {
        Need("snakemake");
        using var folder = TestData.Temporary();
        File.WriteAllText(folder["samples.tsv"], table);
        File.WriteAllText(folder["ref.fa.fai"], "chr20\t63025520\t7\t50\t51\n");
        (int status, string log) = Snakemake(folder.Path, ["scatter=2", .. settings]);
        Assert.NotEqual(0, status);
        Assert.Contains(says, log, StringComparison.Ordinal);
    }

    [Fact]
    public void TheSlurmScriptCallsTheSampleOfItsTask()
    {
        using var folder = TestData.Temporary();
        Link(folder.Path, TestData.Hg19Chr20, "ref.fa.gz", "", ".fai", ".gzi");
        File.WriteAllText(folder["samples.tsv"], $"sample\treads\tflags\nfirst\tno.bam\nsecond\t{TestData.Na12878Bam}\t--min_mapping_quality=20 --log_json {folder["log"]}\n");
        string[] arguments = ["samples.tsv", "ref.fa.gz", "out", "--model_type=WGS", "--regions", "chr20:10,000,000-10,010,000"];
        (int status, string log) = Batch(folder.Path, 2, arguments);
        Assert.True(status == 0, log);
        Assert.Contains("\"threads\":3", File.ReadAllText(folder["log"]), StringComparison.Ordinal);
        Directory.CreateDirectory(folder["plain"]);
        ShrikeProgram.Result run = ShrikeProgram.Run("run", "--model_type=WGS", "--min_mapping_quality=20", "--ref", folder["ref.fa.gz"], "--reads", TestData.Na12878Bam, "--regions", arguments[^1], "--sample_name=second", "--output_vcf", folder["plain/second.vcf.gz"], "--output_gvcf", folder["plain/second.g.vcf.gz"]);
        Assert.True(run.ExitCode == 0, run.Error);
        Same(folder.Path, "plain/second", "out/second");
        Assert.True(File.Exists(folder["out/second_mqc.json"]));
        (status, log) = Batch(folder.Path, 2, arguments);
        Assert.True(status == 0 && log.Contains("second is called already", StringComparison.Ordinal), log);
        (status, log) = Batch(folder.Path, 1, arguments);
        Assert.True(status == 4 && log.Contains("no.bam", StringComparison.Ordinal), log);
        (status, log) = Batch(folder.Path, 3, arguments);
        Assert.True(status == 2 && log.Contains("line 4: needs a sample and its reads", StringComparison.Ordinal), log);
    }

    /// <summary>Slurm sends TERM before the time limit, to the script alone.</summary>
    [Fact]
    public async Task TheSlurmScriptHandsTheSignalOn()
    {
        using var folder = TestData.Temporary();
        Link(folder.Path, TestData.Hg19Chr20, "ref.fa.gz", "", ".fai", ".gzi");
        File.WriteAllText(folder["samples.tsv"], $"sample\treads\na\t{TestData.Na12878Bam}\n");

        // Millions of partitions take half a minute.
        using Process batch = Start(folder.Path, "bash", [Workflow("cohort.sbatch"), "samples.tsv", "ref.fa.gz", "out", "--model_type=WGS", "--partition_size=10"], 1);
        Task<string> log = batch.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        while (!batch.HasExited && !(Directory.Exists(folder["out"]) && Directory.EnumerateFiles(folder["out"]).Any())) await Task.Delay(50, TestContext.Current.CancellationToken);
        using Process kill = Process.Start("bash", ["-c", $"kill -TERM {batch.Id}"]);
        await batch.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Contains("shrike: error: stopped; nothing was left half-written", await log, StringComparison.Ordinal);
        Assert.Equal(143, batch.ExitCode);
        Assert.Empty(Directory.GetFiles(folder["out"]));
    }

    /// <summary>A table of two samples, their reads on two contigs of one sequence so that there is something to join, and plain runs of them.</summary>
    private static void Cohort(string folder)
    {
        const string divide = """
            /^@/ { print; if ($2 == "SN:chr20") { $2 = "SN:chr20b"; print }; next }
            { own = $4 >= at ? "chr20b" : "chr20"; mate = $8 >= at ? "chr20b" : "chr20"; if ($7 == "=" && mate != own) $7 = mate; $3 = own; print }
            """;
        (int status, string log) = Finish(Start(folder, "bash", ["-euo", "pipefail", "-c", """
            gzip -dc "$0" >ref.fa; gzip -dc "$0" | sed 's/^>chr20/>chr20b/' >>ref.fa; samtools faidx ref.fa
            samtools view -h "$1" | awk -F'\t' -v OFS='\t' -v at=10010000 "$2" | samtools sort -o two.bam -
            samtools view -h two.bam | awk '/^@/ || $4 % 2' | samtools view -b -o one.bam -
            samtools index one.bam; samtools index two.bam; mkdir plain
            """, TestData.Hg19Chr20, TestData.Na12878Bam, divide]));
        Assert.True(status == 0, log);
        File.WriteAllText(Path.Combine(folder, "targets.bed"), "chr20\t10000000\t10010000\nchr20b\t10010000\t10015000\nchr20b\t10016500\t10020000\n");
        File.WriteAllText(Path.Combine(folder, "samples.tsv"), "sample\treads\tflags\none\tone.bam\t--min_mapping_quality 20\ntwo\ttwo.bam\n");
        foreach (string[] sample in (string[][])[["one", "--min_mapping_quality=20"], ["two"]])
        {
            string Local(string name) => Path.Combine(folder, name);
            ShrikeProgram.Result run = ShrikeProgram.Run(["run", "--model_type=WGS", "--sample_name", .. sample, "--ref", Local("ref.fa"), "--reads", Local(sample[0] + ".bam"), "--regions", "chr20:10000001-10010000 chr20b:10010001-10015000 chr20b:10016501-10020000", "--output_vcf", Local($"plain/{sample[0]}.vcf.gz"), "--output_gvcf", Local($"plain/{sample[0]}.g.vcf.gz")]);
            Assert.True(run.ExitCode == 0, run.Error);
        }
    }

    private static void Same(string folder, string plain, string other)
    {
        foreach (string end in (string[])[".vcf.gz", ".g.vcf.gz"])
        {
            List<string> records = RunTests.Records(Path.Combine(folder, plain + end));
            Assert.True(records.Count > 20, $"{records.Count} records");
            Assert.Equal(records, RunTests.Records(Path.Combine(folder, other + end)));
            static IEnumerable<string> Headers(string path) => RunTests.Records(path, headers: true).Where(l => !l.StartsWith("##shrike_command=", StringComparison.Ordinal));
            Assert.Equal(Headers(Path.Combine(folder, plain + end)), Headers(Path.Combine(folder, other + end)));
        }
    }

    private static (int Status, string Log) Snakemake(string folder, params string[] settings) =>
        Finish(Start(folder, "snakemake", ["--snakefile", Workflow("Snakefile"), "--cores", "2", "--config", $"shrike={Shrike}", "reference=ref.fa", "threads=1", .. File.Exists(Path.Combine(folder, "targets.bed")) ? new[] { "regions=targets.bed" } : [], .. settings]));

    private static (int Status, string Log) Batch(string folder, int task, string[] arguments) => Finish(Start(folder, "bash", [Workflow("cohort.sbatch"), .. arguments], task));

    private static Process Start(string folder, string program, string[] arguments, int task = 0)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SHRIKE"] = Shrike;
        start.Environment["SLURM_ARRAY_TASK_ID"] = $"{task}";
        start.Environment["SLURM_CPUS_PER_TASK"] = "3";
        return Process.Start(start)!;
    }

    private static (int Status, string Log) Finish(Process started)
    {
        using Process process = started;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error.Result + output);
    }

    /// <summary>Skips a test for want of programs, in CI too: what they take to install is more than all tests take.</summary>
    private static void Need(params string[] programs)
    {
        foreach (string program in programs)
        {
            if (!Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, program)))) Assert.Skip($"{program} is not installed: apt-get install {program}");
        }
    }

    private static void Link(string folder, string path, string name, params string[] ends)
    {
        foreach (string end in ends)
        {
            if (File.Exists(path + end)) File.CreateSymbolicLink(Path.Combine(folder, name + end), path + end);
        }
    }
}
