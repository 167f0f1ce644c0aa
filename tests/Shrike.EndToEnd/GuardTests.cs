using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Shrike.EndToEnd;

/// <summary>Runs that stand still, want too much memory, or have no room on the disk.</summary>
public sealed class GuardTests
{
    private static string[] Run(string folder, string regions) =>
        ["run", "--customized_model", RunTests.RandomModel(folder), "--ref", TestData.Hg19Chr20, "--reads", TestData.Na12878Bam, "--regions", regions];

    private static string OneLine(ShrikeProgram.Result failed, int code)
    {
        Assert.True(failed.ExitCode == code, $"{failed.ExitCode}: {failed.Error}");
        return Assert.Single(failed.Error.TrimEnd('\n').Split('\n'));
    }

    /// <summary>A command line for bash.</summary>
    private static string Line(params string[] arguments) => string.Join(' ', ((string[])["dotnet", Path.Combine(AppContext.BaseDirectory, "shrike.dll"), .. arguments]).Select(w => $"'{w}'"));

    private static ShrikeProgram.Result Bash(string script, params string[] before)
    {
        string[] command = [.. before, "bash", "-c", script];
        using var running = new ShrikeProgram.Running(new ProcessStartInfo(command[0], command[1..]));
        return running.Wait();
    }

    /// <summary>A script in a folder that is a small file system of its own.</summary>
    private static ShrikeProgram.Result OnSmallDisk(string folder, string size, string script)
    {
        const string refused = "no small disk";
        ShrikeProgram.Result result;
        try
        {
            result = Bash($"mount -t tmpfs -o size={size} none '{folder}' || {{ echo {refused}; exit 99; }}; {script}", "unshare", "-rm");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("there is no program unshare to mount a small file system");
            throw;
        }

        Assert.SkipWhen(result.Output.StartsWith(refused, StringComparison.Ordinal) || result.Error.StartsWith("unshare: ", StringComparison.Ordinal), "this system lets nobody mount a small file system");
        return result;
    }

    [Fact]
    public void AnOutputThatNobodyTakesIsASilenceWithAName()
    {
        // The reader of the gVCF begins when the log says that nothing but writing is in work: more than a pipe holds.
        using var folder = TestData.Temporary();
        string[] run = [.. Run(folder.Path, "chr20:10,000,000-10,100,000"), "--output_vcf", folder["a.vcf.gz"], "--num_shards", "2", "--gvcf_gq_binsize", "1"];
        const string waitedFor = "\"in_work\":\\[{\"region\":\"[^\"]*\",\"stage\":\"writing\"}\\]";
        string waits = $"for i in $(seq 300); do grep -qs '{waitedFor}' '{folder["log.jsonl"]}' && break; sleep 0.1; done; cat > '{folder["b.g.vcf"]}'";
        ShrikeProgram.Result slow = Bash($"set -o pipefail; {Line([.. run, "--output_gvcf", "/dev/stdout", "--stall_minutes", "0.02", "--log_json", folder["log.jsonl"]])} | ( {waits} )");
        Assert.True(slow.ExitCode == 0, slow.Error);
        JsonNode[] told = [.. File.ReadAllLines(folder["log.jsonl"]).Select(l => JsonNode.Parse(l)!).Where(l => (string)l["event"]! == "stalled")];
        JsonNode writing = Assert.Single(told.Where(l => l["in_work"]!.AsArray() is [var only] && (string)only!["stage"]! == "writing").Take(1));
        Assert.InRange((double)writing["seconds"]!, 1.2, 120);
        Assert.Contains($"shrike: {writing["text"]}\n", slow.Error, StringComparison.Ordinal);
        Assert.Matches($@"^warning: nothing has been finished for [\d.]+ s \([\d.]+ core seconds in that time\): in work: {writing["in_work"]![0]!["region"]} \(writing\); .*; the run goes on$", (string)writing["text"]!);
        Assert.True(new FileInfo(folder["b.g.vcf"]).Length > 1 << 16);

        // It was only a warning.
        Assert.Equal(0, ShrikeProgram.Run([.. run, "--output_gvcf", folder["a.g.vcf"], "--stall_minutes", "0"]).ExitCode);
        Assert.Equal(File.ReadAllBytes(folder["a.g.vcf"]), File.ReadAllBytes(folder["b.g.vcf"]));
    }

    [Fact]
    public void APassedMemoryBudgetIsOneLineAndMayBeResumed()
    {
        using var inputs = TestData.Temporary();
        using var folder = TestData.Temporary();
        string[] run = [.. Run(inputs.Path, "chr20:9,950,001-10,150,000"), "--checkpoint_seconds", "0"];
        ShrikeProgram.Result free = ShrikeProgram.Run([.. run, "--output_vcf", folder["a.vcf.gz"], "--log_json", inputs["log.jsonl"], "--num_shards", "2"]);
        Assert.True(free.ExitCode == 0, free.Error);
        long peak = (long)JsonNode.Parse(File.ReadLines(inputs["log.jsonl"]).Last())!["peak_memory_bytes"]!;

        string[] limited = [.. run, "--output_vcf", folder["b.vcf.gz"], "--num_shards", "1"];
        ShrikeProgram.Result none = ShrikeProgram.Run([.. limited, "--memory", "10M"]);
        Assert.Matches(@"^shrike: error: \d+ MiB of memory are in use, more than --memory 10 MiB \(before the first region\): give a larger budget$", OneLine(none, 5));

        ShrikeProgram.Result some = ShrikeProgram.Run([.. limited, "--memory", (0.6 * peak).ToString("F0", CultureInfo.InvariantCulture), "--log_json", inputs["log.jsonl"]]);
        Assert.Equal(5, some.ExitCode);
        string error = Assert.Single(some.Error.Split('\n'), l => l.StartsWith("shrike: error: ", StringComparison.Ordinal));
        Assert.Contains(" of memory are in use, more than --memory ", error, StringComparison.Ordinal);
        Assert.Equal(5, (int)JsonNode.Parse(File.ReadLines(inputs["log.jsonl"]).Last())!["exit_code"]!);
        Assert.False(File.Exists(folder["b.vcf.gz"]));

        // A budget is no part of the answer: another one, or none, may go on.
        ShrikeProgram.Result rest = ShrikeProgram.Run([.. limited, "--resume", "--memory", "8GiB"]);
        Assert.True(rest.ExitCode == 0, rest.Error);
        Assert.Equal(File.ReadAllBytes(folder["a.vcf.gz"]), File.ReadAllBytes(folder["b.vcf.gz"]));
        Assert.Equal(["a.vcf.gz", "a.vcf.gz.tbi", "b.vcf.gz", "b.vcf.gz.tbi"], Directory.GetFileSystemEntries(folder.Path).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void AScarceBudgetTakesFewerThreads()
    {
        using var folder = TestData.Temporary();
        ShrikeProgram.Result run = ShrikeProgram.Run([.. Run(folder.Path, "chr20:10,000,000-10,002,000"), "--output_vcf", folder["a.vcf"], "--threads", "64", "--memory", "384M", "--log_json", folder["log.jsonl"]]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("shrike: --memory 384M leaves 4 of 64 threads at work\n", run.Error, StringComparison.Ordinal);
        JsonNode begin = File.ReadLines(folder["log.jsonl"]).Select(l => JsonNode.Parse(l)!).First(l => (string)l["event"]! == "begin");
        Assert.Equal((4, 384L << 20), ((int)begin["threads"]!, (long)begin["memory_budget_bytes"]!));
        Assert.DoesNotContain(File.ReadLines(folder["a.vcf"]), l => l.Contains("memory", StringComparison.Ordinal));
        Assert.Contains("--memory: \"lots\" is not a size like 16G or 900M", OneLine(ShrikeProgram.Run([.. Run(folder.Path, "chr20"), "--output_vcf", folder["a.vcf"], "--memory", "lots"]), 2), StringComparison.Ordinal);
        Assert.Contains("--stall_minutes must not be negative", OneLine(ShrikeProgram.Run([.. Run(folder.Path, "chr20"), "--output_vcf", folder["a.vcf"], "--stall_minutes=-1"]), 2), StringComparison.Ordinal);
    }

    [Fact]
    public void AHeapThatIsFullIsOneLineWithThePlace()
    {
        // The runtime's own limit, which a container sets in the same way.
        using var folder = TestData.Temporary();
        string[] run = [.. Run(folder.Path, "chr20:10,000,000-10,100,000"), "--output_vcf", folder["a.vcf.gz"], "--num_shards", "2", "--partition_size", "50000", "--max_reads_per_partition", "0"];
        ShrikeProgram.Result full = ShrikeProgram.Run(run, ("DOTNET_GCHeapHardLimit", "0x3800000"));
        Assert.Matches(@"^shrike: error: out of memory with \d+ MiB in use.*: give fewer --threads, or the job more memory$", OneLine(full, 5));
        Assert.False(File.Exists(folder["a.vcf.gz"]));
    }

    [Fact]
    public void ExamplesWithoutRoomAreRefusedBeforeTheWork()
    {
        using var folder = TestData.Temporary();
        using var disk = TestData.Temporary();
        string make = Line("make_examples", "--ref", TestData.Hg19Chr20, "--reads", TestData.Na12878Bam, "--regions", "chr20:10,000,000-10,100,000", "--checkpoint", RunTests.RandomModel(folder.Path), "--examples", disk["out/e.tfrecord.gz"]);
        ShrikeProgram.Result refused = OnSmallDisk(disk.Path, "1m", $"{make}; code=$?; ls -A '{disk.Path}'; exit $code");
        Assert.Equal((4, ""), (refused.ExitCode, refused.Output));
        string[] lines = refused.Error.TrimEnd('\n').Split('\n');
        Assert.Equal($"shrike: warning: {disk.Path}: only 1 MiB are free on its file system", lines[0]);
        Assert.Matches($"^shrike: error: {disk.Path}/out/e\\.tfrecord\\.gz: the examples need about \\d MiB \\(by a sample of 64 of 101 partitions\\), and 1 MiB are free in {disk.Path}: ", Assert.Single(lines[1..]));
    }

    [Fact]
    public void AFullDiskIsOneLineAndLeavesNothing()
    {
        using var folder = TestData.Temporary();
        using var disk = TestData.Temporary();
        string run = Line([.. Run(folder.Path, "chr20:10,000,000-10,100,000"), "--output_vcf", disk["a.vcf.gz"], "--output_gvcf", disk["a.g.vcf.gz"]]);
        ShrikeProgram.Result full = OnSmallDisk(disk.Path, "16k", $"{run}; code=$?; ls -A '{disk.Path}'; exit $code");
        Assert.Equal((4, ""), (full.ExitCode, full.Output));
        string[] lines = full.Error.TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.Equal($"shrike: warning: {disk.Path}: only 0 MiB are free on its file system", lines[0]);
        Assert.Matches(@"^shrike: error: .*writing failed: No space left on device", lines[1]);
    }
}
