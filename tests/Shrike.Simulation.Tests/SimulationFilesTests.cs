using System.Diagnostics;
using Shrike.Core;
using static Shrike.Simulation.Tests.Given;

namespace Shrike.Simulation.Tests;

/// <summary>What is left of a simulation that fails or is stopped.</summary>
public sealed class SimulationFilesTests
{
    [Fact]
    public void AFailureLeavesWhatWasThereBefore()
    {
        using var folder = TestData.Temporary();
        byte[] bases = Bases(60_000, new RandomSource(1));
        Fasta(folder["g.fa"], ("chrS", bases));
        SimulationRun run = Run(folder.Path) with { Blocks = 4, Depth = (2, 2), Threads = 1 };
        Simulation.Run(run);
        Dictionary<string, byte[]> before = Files(folder.Path);
        Assert.Equal(["g.fa", "g.fa.fai", "s.confident.bed", "s.truth.vcf.gz", "s.truth.vcf.gz.tbi", "s_1.fq", "s_2.fq"], before.Keys.Order(StringComparer.Ordinal));

        // The last block finds out.
        int last = int.Parse(File.ReadAllLines(folder["s.confident.bed"])[^1].Split('\t')[1], System.Globalization.CultureInfo.InvariantCulture);
        using var truth = TestData.Temporary();
        Vcf(truth["t.vcf.gz"], "chrS", (last + 3001, bases[last + 3000] == (byte)'A' ? "C" : "A", "G", "0|1"));
        Assert.Throws<ShrikeException>(() => Simulation.Run(run with { Truth = truth["t.vcf.gz"] }));
        Dictionary<string, byte[]> after = Files(folder.Path);
        Assert.Equal(before.Keys.Order(), after.Keys.Order());
        Assert.All(before, f => Assert.Equal(f.Value, after[f.Key]));
    }

    [Fact]
    public void WhatCannotBeWrittenIsSaidBeforeReadsAreMade()
    {
        using var folder = TestData.Temporary();
        Fasta(folder["g.fa"], ("chrS", Bases(30_000, new RandomSource(1))));
        Directory.CreateDirectory(folder["s_2.fq"]);
        ShrikeException e = Assert.Throws<ShrikeException>(() => Simulation.Run(Run(folder.Path)));
        Assert.Equal(ExitCode.InputOutput, e.ExitCode);
        Assert.Contains("s_2.fq: is a folder", e.Message, StringComparison.Ordinal);
        Assert.Equal(["g.fa", "g.fa.fai"], Files(folder.Path).Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task StoppedInABlockItEndsSoonAndLeavesNothing()
    {
        using var folder = TestData.Temporary();
        Fasta(folder["g.fa"], ("chrS", Bases(30_000, new RandomSource(1))));
        using var stop = new CancellationTokenSource();

        // A block of so many reads that it takes twenty seconds or so.
        SimulationRun run = Run(folder.Path) with { Blocks = 1, BlockLength = 25_000, Depth = (10_000, 10_000) };
        Task<SimulationSummary> task = Task.Run(() => Simulation.Run(run, stop.Token), TestContext.Current.CancellationToken);
        while (!task.IsCompleted && !Directory.EnumerateFiles(folder.Path, ".s_2.fq.*").Any()) await Task.Delay(20, TestContext.Current.CancellationToken);
        await Task.Delay(300, TestContext.Current.CancellationToken);
        var watch = Stopwatch.StartNew();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(3), $"{watch.Elapsed}");
        Assert.Equal(["g.fa", "g.fa.fai"], Files(folder.Path).Keys.Order(StringComparer.Ordinal));
    }

    private static SimulationRun Run(string folder) => new() { Reference = Path.Combine(folder, "g.fa"), Output = Path.Combine(folder, "s"), Profile = Clean, Blocks = 2, BlockLength = 10_000 };

    private static Dictionary<string, byte[]> Files(string folder) => Directory.EnumerateFiles(folder).ToDictionary(p => Path.GetFileName(p), File.ReadAllBytes);
}
