using System.Diagnostics;

namespace Shrike.EndToEnd;

/// <summary>Runs that are killed, and go on to the bytes of a run that never was.</summary>
public sealed class ResumeTests
{
    private static readonly string[] Ends = [".vcf.gz", ".vcf.gz.tbi", ".g.vcf.gz", ".g.vcf.gz.tbi"];

    /// <summary>A run of eight tiles, half of them with reads, in a folder of its own.</summary>
    private sealed class Job : IDisposable
    {
        private readonly TestData.TemporaryFolder _inputs = TestData.Temporary();
        private readonly TestData.TemporaryFolder _outputs = TestData.Temporary();

        public Job()
        {
            Bam = _inputs["reads.bam"];
            File.Copy(TestData.Na12878Bam, Bam);
            File.Copy(TestData.Na12878Bam + ".bai", Bam + ".bai");
            Common = ["run", "--customized_model", RunTests.RandomModel(_inputs.Path), "--ref", TestData.Hg19Chr20, "--reads", Bam, "--regions", "chr20:9,950,001-10,150,000"];
        }

        public string Bam { get; }

        public string Model => Path.Combine(_inputs.Path, "model");

        public string[] Common { get; }

        public string Folder => _outputs.Path;

        public string this[string name] => _outputs[name];

        public string Record(string name = "a") => this[name + ".vcf.gz.shrike-run"];

        public string[] Arguments(string name, params string[] more) => [.. Common, "--output_vcf", this[name + ".vcf.gz"], "--output_gvcf", this[name + ".g.vcf.gz"], .. more];

        public ShrikeProgram.Result Run(string name, params string[] more) => ShrikeProgram.Run(Arguments(name, more));

        /// <summary>Begins a run that records every tile at once, and waits until its record has so many bytes, or it has ended.</summary>
        public ShrikeProgram.Running Begin(string name, long bytes, params string[] more)
        {
            ShrikeProgram.Running running = ShrikeProgram.Start(Arguments(name, ["--checkpoint_seconds", "0", .. more]));
            while (!running.Process.HasExited && !(new FileInfo(Record(name)) is { Exists: true } file && file.Length >= bytes)) Thread.Sleep(2);
            return running;
        }

        /// <summary>A run that was killed when some of its tiles were recorded.</summary>
        public void Kill(string name)
        {
            using ShrikeProgram.Running running = Begin(name, 20_000, "--num_shards", "1");
            running.Process.Kill();
            running.Wait();
            Assert.True(File.Exists(Record(name)), "the run ended before it could be killed");
        }

        public void AssertSame(string expected, string actual) => Assert.All(Ends, end => Assert.Equal(File.ReadAllBytes(this[expected + end]), File.ReadAllBytes(this[actual + end])));

        /// <summary>No file but the outputs of these runs is there.</summary>
        public void AssertOnly(params string[] names) => Assert.Equal(names.SelectMany(n => Ends.Select(e => n + e)).Order(StringComparer.Ordinal), Directory.GetFileSystemEntries(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        public void Dispose()
        {
            _inputs.Dispose();
            _outputs.Dispose();
        }
    }

    /// <summary>Whether this process, and so all it starts, was told to ignore SIGINT.</summary>
    private static bool IgnoresInterrupts() => File.ReadLines("/proc/self/status").Any(l => l.StartsWith("SigIgn:", StringComparison.Ordinal) && (Convert.ToUInt64(l[7..].Trim(), 16) & 2) != 0);

    private static string OneLine(ShrikeProgram.Result refused)
    {
        Assert.True(refused.ExitCode == 2, $"{refused.ExitCode}: {refused.Error}");
        return Assert.Single(refused.Error.TrimEnd('\n').Split('\n'));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void KilledAgainAndAgainItGoesOnToTheSameBytes(int seed)
    {
        using var job = new Job();
        ShrikeProgram.Result undisturbed = job.Run("a", "--num_shards", "2");
        Assert.True(undisturbed.ExitCode == 0, undisturbed.Error);
        job.AssertOnly("a");

        var random = new Random(seed);
        int killed = 0;
        while (killed < 3)
        {
            // Some time after the record has grown by some bytes; the first may die before there is one.
            long grown = File.Exists(job.Record("b")) ? new FileInfo(job.Record("b")).Length : 0;
            using ShrikeProgram.Running running = job.Begin("b", grown + random.Next(12_000), "--resume", "--num_shards", $"{random.Next(1, 4)}");
            Thread.Sleep(random.Next(80));
            running.Process.Kill();
            if (running.Wait().ExitCode == 0) break;
            killed++;
        }

        Assert.True(killed > 0);
        ShrikeProgram.Result last = job.Run("b", "--resume", "--num_shards", "3");
        Assert.True(last.ExitCode == 0, last.Error);
        job.AssertSame("a", "b");
        job.AssertOnly("a", "b");

        // Counts are of the whole run, whoever made what.
        static string Counts(ShrikeProgram.Result run) => Assert.Single(run.Error.Split('\n'), l => l.Contains(" candidates, ", StringComparison.Ordinal)).Split(';')[0];
        Assert.Equal(Counts(undisturbed), Counts(last));
    }

    [Fact]
    public void WhatIsDamagedOrCutIsComputedAgain()
    {
        using var job = new Job();
        Assert.Equal(0, job.Run("a").ExitCode);
        job.Kill("b");
        byte[] record = File.ReadAllBytes(job.Record("b"));
        foreach (int at in (int[])[record.Length - 40, 300, 5])
        {
            byte[] damaged = [.. record];
            damaged[at] ^= 4;
            File.WriteAllBytes(job.Record("b"), damaged);
            ShrikeProgram.Result run = job.Run("b", "--resume");
            Assert.True(run.ExitCode == 0, run.Error);

            // A tile; what decides the answer; the very first bytes, without which nothing can be read.
            string says = at > 300 ? "is damaged: that, and whatever else is, is computed again" : at == 300 ? "is damaged at its begin: the run begins at the start" : "nothing to resume: the run begins at the start";
            Assert.Contains(says, Assert.Single(run.Error.Split('\n'), l => l.Contains(".shrike-run", StringComparison.Ordinal) && !l.EndsWith(" are taken over", StringComparison.Ordinal)), StringComparison.Ordinal);
            job.AssertSame("a", "b");
        }

        File.WriteAllBytes(job.Record("b"), record[..^40]);
        ShrikeProgram.Result cut = job.Run("b", "--resume");
        Assert.Contains("is cut off or damaged at its end: what stood there is computed again", cut.Error, StringComparison.Ordinal);
        Assert.Contains("% of the bases are taken over", cut.Error, StringComparison.Ordinal);
        job.AssertSame("a", "b");
        job.AssertOnly("a", "b");
    }

    [Fact]
    public void AnotherRunsRecordsAreRefused()
    {
        using var job = new Job();
        job.Kill("a");
        byte[] record = File.ReadAllBytes(job.Record());
        Assert.Contains("--vsc_min_count_snps was not given and is 3", OneLine(job.Run("a", "--resume", "--vsc_min_count_snps", "3")), StringComparison.Ordinal);
        Assert.Contains("--regions was chr20:9,950,001-10,150,000 and is chr20", OneLine(job.Run("a", "--resume", "--regions", "chr20")), StringComparison.Ordinal);
        Assert.Contains("--output_gvcf was given and is not given", OneLine(ShrikeProgram.Run([.. job.Common, "--output_vcf", job["a.vcf.gz"], "--resume"])), StringComparison.Ordinal);

        DateTime date = File.GetLastWriteTimeUtc(job.Bam);
        File.SetLastWriteTimeUtc(job.Bam, date.AddMinutes(-1)); // not later: the index would be the older one
        Assert.Contains($"{job.Bam} was 3925783 bytes of ", OneLine(job.Run("a", "--resume")), StringComparison.Ordinal);
        File.SetLastWriteTimeUtc(job.Bam, date);

        string card = Path.Combine(job.Model, "MODEL_CARD.md");
        File.WriteAllText(card, "another");
        Assert.Contains("the model was of content ", OneLine(job.Run("a", "--resume")), StringComparison.Ordinal);
        File.Delete(card);

        // Nothing of all this has touched the record; where to write and how fast is free.
        Assert.Equal(record, File.ReadAllBytes(job.Record()));
        File.Move(job.Record(), job["b.vcf.shrike-run"]);
        ShrikeProgram.Result run = ShrikeProgram.Run([.. job.Common, "--output_vcf", job["b.vcf"], "--output_gvcf", job["b.g.vcf"], "--resume", "--quiet", "--num_shards", "2"]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.False(File.Exists(job["b.vcf.shrike-run"]));
    }

    [Theory]
    [InlineData("TERM", 143)]
    [InlineData("INT", 130)]
    public void ASignalLeavesWhatIsDone(string signal, int code)
    {
        Assert.SkipWhen(signal == "INT" && IgnoresInterrupts(), "SIGINT is ignored here, as in the background of a shell");
        using var job = new Job();
        using ShrikeProgram.Running running = job.Begin("a", 20_000, "--num_shards", "1");
        using (Process kill = Process.Start("kill", ["-" + signal, $"{running.Process.Id}"])) kill.WaitForExit();
        ShrikeProgram.Result stopped = running.Wait();
        Assert.Equal(code, stopped.ExitCode);
        string last = stopped.Error.TrimEnd('\n').Split('\n')[^1];
        Assert.Matches(@"^shrike: \d+\.\d % of the bases are done and recorded in .*a\.vcf\.gz\.shrike-run: the same command with --resume goes on from there$", last);
        Assert.Equal([job.Record()], Directory.GetFileSystemEntries(job.Folder));
        ShrikeProgram.Result run = job.Run("a", "--resume");
        Assert.Contains($"{last.Split(' ')[1]} % of the bases are taken over", run.Error, StringComparison.Ordinal);
        job.AssertOnly("a");
    }

    [Fact]
    public void OneRunAtATimeAndOnlyWhereThereIsSomethingToGoOnWith()
    {
        using var job = new Job();
        using (File.Open(job.Record(), FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.Contains("another run is at work with it", OneLine(job.Run("a")), StringComparison.Ordinal);
            Assert.Contains("another run is at work with it", OneLine(job.Run("a", "--resume")), StringComparison.Ordinal);
        }

        File.Delete(job.Record());
        Assert.Contains("--resume: a run to /dev/null keeps no records", OneLine(ShrikeProgram.Run([.. job.Common, "--output_vcf", "/dev/null", "--resume"])), StringComparison.Ordinal);
        Assert.Contains("--resume does not go with --realigner_diagnostics", OneLine(job.Run("a", "--resume", "--realigner_diagnostics", job["d"])), StringComparison.Ordinal);
        Directory.Delete(job["d"], recursive: true);
        Assert.Contains("--checkpoint_seconds must not be negative", OneLine(job.Run("a", "--checkpoint_seconds", "-1")), StringComparison.Ordinal);
        string elsewhere = job["x/y"];
        ShrikeProgram.Result run = job.Run("a", "--resume", "--intermediate_results_dir", elsewhere);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains($"{elsewhere}/a.vcf.gz.shrike-run: nothing to resume: the run begins at the start", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(elsewhere));
        Directory.Delete(job["x"], recursive: true);
        job.AssertOnly("a");
    }

    [Fact]
    public void NoRunFailsForItsRecords()
    {
        using var job = new Job();
        ShrikeProgram.Result run = ShrikeProgram.RunWithFileLimit(24, job.Arguments("a", "--checkpoint_seconds", "0"));
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Single(run.Error.Split('\n'), l => l.Contains("no more can be recorded", StringComparison.Ordinal));
        job.AssertOnly("a");
    }
}
