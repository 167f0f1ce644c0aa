using Shrike.Core;

namespace Shrike.Training.Tests;

public sealed class TrainingArgumentsTests
{
    private static TrainingArguments Parse(string text) => new(text.Split(' ', StringSplitOptions.RemoveEmptyEntries), [("batch_size", ""), ("rate", ""), ("augment", ""), ("name", "")]);

    [Fact]
    public void FlagsAreReadInEveryForm()
    {
        TrainingArguments a = Parse("--batch_size=32 --rate 0.5 --noaugment --name x");
        Assert.Equal(32, a.Integer("batch_size", 1, 1, 100));
        Assert.Equal(0.5, a.Number("rate", 1, 0, 1));
        Assert.False(a.Switch("augment", true));
        Assert.Equal("x", a.Need("name"));
        Assert.Equal(7, Parse("").Integer("batch_size", 7, 1, 100));
    }

    [Theory]
    [InlineData("--batch_size 0", "--batch_size is 0; it must lie in 1 to 100")]
    [InlineData("--batch_size many", "--batch_size is many, not a whole number")]
    [InlineData("--rate -1", "--rate is -1; it must lie in 0 to 1")]
    [InlineData("--rate NaN", "--rate is NaN; it must lie in 0 to 1")]
    [InlineData("--epoch 5", "--epoch is no flag; there are --batch_size, --rate, --augment, --name")]
    [InlineData("batch_size", "flags begin with --")]
    [InlineData("", "--name must be given")]
    public void WhatIsWrongIsNamed(string text, string message)
    {
        string said = Assert.Throws<ShrikeException>(() =>
        {
            TrainingArguments a = Parse(text);
            a.Integer("batch_size", 7, 1, 100);
            a.Number("rate", 1, 0, 1);
            a.Need("name");
        }).Message;
        Assert.Contains(message, said, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryFlagOfTheHelpIsALineOfIt()
    {
        string[] lines = TrainCommand.Help.ToString().Split('\n');
        Assert.StartsWith("train: trains a network", lines[0], StringComparison.Ordinal);
        Assert.All(TrainCommand.Help.Flags, f => Assert.Single(lines, l => l.StartsWith($"  --{f.Name} ", StringComparison.Ordinal) && l.EndsWith(f.Help, StringComparison.Ordinal)));
        Assert.True(TrainingHelp.IsAsked(["--data", "x", "--help"]));
        Assert.False(TrainingHelp.IsAsked(["--data", "help"]));
    }
}
