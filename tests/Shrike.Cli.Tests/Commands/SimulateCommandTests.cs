using Shrike.Cli.Commands;
using Shrike.Core;

namespace Shrike.Cli.Tests.Commands;

public sealed class SimulateCommandTests
{
    private static readonly string[] Small = ["--synthetic_length", "60000", "--blocks", "1", "--seed", "3", "--min_depth", "10", "--max_depth", "10"];

    [Theory]
    [InlineData("--block_length 10000000 --max_depth 100", "at most 5000000 bases a block at this depth")]
    [InlineData("--stutter -1", "--stutter must lie in 0 to 100")]
    [InlineData("--profile hiseq", "there is no library profile hiseq; there are hiseq100,")]
    [InlineData("--profiles /nowhere.json", "/nowhere.json: cannot be read")]
    [InlineData("--min_depth 50 --max_depth 40", "must be positive and in order")]
    [InlineData("--block_length 70000 --synthetic_length 70000", "--block_length 70000 must be less than --synthetic_length 70000")]
    public void WhatCannotBeIsSaidBeforeAnythingIsWritten(string flags, string message)
    {
        using var folder = TestData.Temporary();
        string[] arguments = ["--output_prefix", folder["s"], .. flags.Split(' ')];
        Assert.Contains(message, Assert.Throws<ShrikeException>(() => Run(arguments)).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void StutterChangesReadsButNotVariants()
    {
        using var folder = TestData.Temporary();
        foreach ((string name, string factor) in (ReadOnlySpan<(string, string)>)[("without", "0"), ("with", "3")])
        {
            Run(["--output_prefix", folder[name], .. Small, "--repeat_change", "0", "--stutter", factor]);
        }

        // Variants are drawn before reads.
        Assert.Equal(File.ReadAllBytes(folder["without.truth.vcf.gz"]), File.ReadAllBytes(folder["with.truth.vcf.gz"]));
        Assert.NotEqual(File.ReadAllBytes(folder["without_1.fq"]), File.ReadAllBytes(folder["with_1.fq"]));
    }

    [Fact]
    public void ASyntheticReferenceIsThereWithTheRest()
    {
        using var folder = TestData.Temporary();
        Run(["--output_prefix", folder["s"], .. Small]);
        string[] names = [.. Directory.GetFileSystemEntries(folder.Path).Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal)];
        Assert.Equal(["s.confident.bed", "s.fa", "s.fa.fai", "s.truth.vcf.gz", "s.truth.vcf.gz.tbi", "s_1.fq", "s_2.fq"], names);
    }

    [Fact]
    public void StoppedItLeavesNothing()
    {
        using var folder = TestData.Temporary();
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        string[] arguments = ["--output_prefix", folder["s"], .. Small];
        Assert.ThrowsAny<OperationCanceledException>(() => SimulateCommand.Run(arguments, new CommandContext(TextWriter.Null, _ => { }, stop.Token)));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void FewerBlocksThanAskedForAreSaid()
    {
        using var folder = TestData.Temporary();
        var log = new List<string>();
        string[] arguments = ["--output_prefix", folder["s"], "--synthetic_length", "60000", "--blocks", "12", "--seed", "3", "--min_depth", "1", "--max_depth", "1"];
        SimulateCommand.Run(arguments, new CommandContext(TextWriter.Null, log.Add, default));
        Assert.Matches("^[12] of 12 blocks: no more fit without overlap$", log[0]);
        Assert.Equal(2, log.Count);
    }

    private static void Run(params string[] arguments) => SimulateCommand.Run(arguments, new CommandContext(TextWriter.Null, _ => { }, default));
}
