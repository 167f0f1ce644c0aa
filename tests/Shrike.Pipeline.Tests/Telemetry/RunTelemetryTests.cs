using System.Diagnostics;
using System.Text.Json.Nodes;
using Shrike.Core;
using Shrike.Pipeline.Engine;
using Shrike.Pipeline.Telemetry;

namespace Shrike.Pipeline.Tests.Telemetry;

public sealed class RunTelemetryTests
{
    private static readonly CallingSummary Summary = new(10, 100, 50, 150, 0, 90, 7, 2, 1) { Seconds = 10 };

    private static RunProgress Progress(long total, long bases, long candidates, long images)
    {
        var progress = new RunProgress();
        progress.Begin(total);
        progress.Add(bases, candidates, images, 7);
        return progress;
    }

    [Fact]
    public void TheStatusTellsWhatIsLeft()
    {
        Assert.Equal("begins", StatusLine.Text(new RunProgress(), 5));
        Assert.Equal("begins", StatusLine.Text(Progress(1000, 0, 0, 0), 5));
        Assert.Equal("25.0 % of bases, 0:30 left, 120 candidates/s, 6 images/s", StatusLine.Text(Progress(1000, 250, 1200, 60), 10));
        RunProgress resumed = Progress(1000, 250, 1200, 60);
        resumed.TakeOver(500);
        Assert.Equal("75.0 % of bases, 0:10 left, 120 candidates/s, 6 images/s", StatusLine.Text(resumed, 10));
        string genome = StatusLine.Text(Progress(3_100_000_000, 31_000, 1_200_000, 400_000), 10);
        Assert.Equal("0.0 % of bases, 277:46:30 left, 120000 candidates/s, 40000 images/s", genome);
        Assert.InRange(genome.Length, 1, 79 - "shrike: ".Length);
    }

    [Fact]
    public void OtherLinesTakeTheStatusAway()
    {
        var terminal = new StringWriter();
        var status = new StatusLine(terminal);
        status.Hide();
        Assert.Empty(terminal.ToString());
        status.Show(new RunProgress());
        status.Around(() => terminal.Write("a line\n"));
        status.Show(new RunProgress());
        status.Hide();
        status.Hide();
        Assert.Equal("\r\u001b[Kshrike: begins\r\u001b[Ka line\n\r\u001b[Kshrike: begins\r\u001b[K", terminal.ToString());
    }

    [Fact]
    public void TheLogHasALineForEachEvent()
    {
        using var folder = TestData.Temporary();
        var printed = new List<string>();
        using (var telemetry = new RunTelemetry())
        {
            telemetry.Open(printed.Add, null, new JsonLog(folder["log.jsonl"]));
            telemetry.Begin(() => new JsonObject { ["threads"] = 1, ["sample"] = "a\"\n" });
            telemetry.Print("a word");

            // Others may read while the run goes on.
            Assert.Equal(2, File.ReadAllLines(folder["log.jsonl"]).Length);
            telemetry.End(Summary, 1, hasSmallModel: true);
        }

        JsonObject[] lines = [.. File.ReadAllLines(folder["log.jsonl"]).Select(l => JsonNode.Parse(l)!.AsObject())];
        Assert.Equal(["begin", "message", "message", "message", "message", "end"], lines.Select(l => (string)l["event"]!));
        Assert.All(lines, l => Assert.Equal(DateTimeKind.Utc, DateTime.Parse((string)l["time"]!, null, System.Globalization.DateTimeStyles.RoundtripKind).Kind));
        Assert.Equal("a\"\n", (string)lines[0]["sample"]!);
        Assert.Equal(printed, lines.Skip(1).SkipLast(1).Select(l => (string)l["text"]!));
        Assert.Equal("100 candidates, 150 answers of the small model, 50 images, 90 records; core seconds: examples 7.00, network 2.00, calls 1.00", printed[1]);
        Assert.Matches(@"^\d+\.\d s, \d+\.\d core seconds, at most \d+\.\d\d GiB of memory; the small model answered 75 %$", printed[2]);
        Assert.StartsWith("bottleneck: ", printed[3], StringComparison.Ordinal);
        JsonObject end = lines[^1];
        Assert.Equal((100, 150, 0.75, 7.0), ((int)end["candidates"]!, (int)end["small_model_answers"]!, (double)end["small_model_share"]!, (double)end["busy_seconds"]!["examples"]!));
        Assert.InRange((long)end["peak_memory_bytes"]!, 1 << 20, 1L << 40);
    }

    [Fact]
    public void FailuresAreLogged()
    {
        using var folder = TestData.Temporary();
        using (var telemetry = new RunTelemetry())
        {
            telemetry.Fail(new InvalidOperationException("before there is a log"));
            telemetry.Open(_ => { }, null, new JsonLog(folder["log.jsonl"]));
            telemetry.Begin(() => []);
            telemetry.Fail(ShrikeException.InvalidData("f.bam: is cut off"));
            telemetry.Fail(new OperationCanceledException());
        }

        JsonNode[] lines = [.. File.ReadAllLines(folder["log.jsonl"]).Select(l => JsonNode.Parse(l)!)];
        Assert.Equal(("error", "f.bam: is cut off", 3), ((string)lines[1]["event"]!, (string)lines[1]["message"]!, (int)lines[1]["exit_code"]!));
        Assert.Equal("stopped", (string)lines[2]["message"]!);
        Assert.Equal(ExitCode.InputOutput, Assert.Throws<ShrikeException>(() => new JsonLog(folder["no/log.jsonl"])).ExitCode);
    }

    [Fact]
    public void AFullDiskEndsTheLogAndNothingElse()
    {
        if (!File.Exists("/dev/full")) Assert.Skip("there is no /dev/full");
        var printed = new List<string>();
        using (var telemetry = new RunTelemetry())
        {
            telemetry.Open(printed.Add, null, new JsonLog("/dev/full"));
            telemetry.Begin(() => []);
            telemetry.End(Summary, 1, hasSmallModel: false);
        }

        Assert.StartsWith("/dev/full: the log ends here: ", printed[0], StringComparison.Ordinal);
        Assert.Equal(4, printed.Count);
    }

    [Fact]
    public void WhatTheProcessUsedIsMeasured()
    {
        long begin = Stopwatch.GetTimestamp();
        Thread.SpinWait(1_000_000);
        ProcessUse use = ProcessUse.Since(begin);
        Assert.InRange(use.WallSeconds, 1e-6, 600);
        Assert.InRange(use.CpuSeconds, 1e-3, 1e6);
        using Process self = Process.GetCurrentProcess();
        if (OperatingSystem.IsLinux()) Assert.InRange(use.PeakBytes, self.WorkingSet64 / 4, self.PeakWorkingSet64 * 4);
        Assert.Equal("3.0 s, 5.5 core seconds, at most 1.50 GiB of memory", new ProcessUse(3, 5.5, 3L << 29).ToString());
    }
}
