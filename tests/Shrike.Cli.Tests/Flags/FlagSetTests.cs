using Shrike.Cli.Flags;
using Shrike.Core;

namespace Shrike.Cli.Tests.Flags;

public sealed class FlagSetTests
{
    private static (FlagSet Set, Flag<string> Ref, Flag<int> Size, Flag<bool> Keep, Flag<double> Fraction) Declare()
    {
        var set = new FlagSet("test", "tests");
        var result = (set, set.Text("ref", "r", required: true), set.Integer("partition_size", "p", 1000, 1), set.Switch("keep_duplicates", "k"), set.Number("fraction", "f", 0.1));
        set.Ignored("num_readers");
        set.Unsupported(("phase_reads", "false"));
        return result;
    }

    [Theory]
    [InlineData("--ref=x|--partition_size=5|--keep_duplicates", true, 5)]
    [InlineData("--ref|x|--partition-size|7|--keep_duplicates=true", true, 7)]
    [InlineData("--ref=x|--nokeep_duplicates", false, 1000)]
    [InlineData("--ref=x|--keep_duplicates|--keep_duplicates=false|--partition_size=1|--partition_size=2", false, 2)]
    [InlineData("--ref=x|--num_readers=8|--nophase_reads", false, 1000)]
    public void AllSpellingsAreRead(string line, bool keep, int size)
    {
        var f = Declare();
        Assert.True(f.Set.Parse(line.Split('|'), TextWriter.Null));
        Assert.Equal(("x", keep, size), (f.Ref.Value, f.Keep.Value, f.Size.Value));
    }

    [Theory]
    [InlineData("--partition_size=5", "--ref must be given")]
    [InlineData("--ref=x|--partition_size=five", "not a whole number")]
    [InlineData("--ref=x|--partition_size=0", "at least 1")]
    [InlineData("--ref=x|--partition_sise=5", "did you mean --partition_size")]
    [InlineData("--ref=x|--fraction=nan", "not a number")]
    [InlineData("--ref=x|stray", "stands alone")]
    [InlineData("--ref", "needs a value")]
    [InlineData("--ref=x|--phase_reads", "cannot do that")]
    [InlineData("--ref=x|--keep_duplicates=maybe", "neither true nor false")]
    public void MistakesAreNamed(string line, string says)
    {
        var error = Assert.Throws<ShrikeException>(() => Declare().Set.Parse(line.Split('|'), TextWriter.Null));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, error.ExitCode);
    }

    [Fact]
    public void WhatIsNotAsDeclaredIsChosen()
    {
        var f = Declare();
        Assert.True(f.Set.Parse(["--ref=x", "--num_readers=8", "--nophase_reads", "--fraction=0.1"], TextWriter.Null));
        f.Set.Preset("partition_size", "5");
        f.Set.Preset("fraction", "0.5");
        Assert.Equal(["ref=x", "partition_size=5", "fraction=0.1"], f.Set.Chosen.Select(c => $"{c.Name}={c.ValueText}"));
        Assert.True(f.Set.Declares("keep_duplicates"));
        Assert.False(f.Set.Declares("num_readers") || f.Set.Declares("phase_reads") || f.Set.Declares("nothing"));
    }

    [Theory]
    [InlineData("chr20:5|--ref=x")]
    [InlineData("--ref|x|--keep_duplicates|chr20:5")]
    [InlineData("--place=chr20:5|--ref=x")]
    public void OneValueMayStandAlone(string line)
    {
        var f = Declare();
        Flag<string> place = f.Set.Word("place", "p");
        Assert.True(f.Set.Parse(line.Split('|'), TextWriter.Null));
        Assert.Equal(("x", "chr20:5"), (f.Ref.Value, place.Value));
    }

    [Fact]
    public void AnIgnoredSwitchTakesNoWordBehindIt()
    {
        var f = Declare();
        Flag<string> place = f.Set.Word("place", "p");
        f.Set.IgnoredSwitches("resume");
        Assert.True(f.Set.Parse(["--ref=x", "--resume", "chr20:5", "--noresume"], TextWriter.Null));
        Assert.Equal("chr20:5", place.Value);
        Assert.Equal(["resume"], f.Set.GivenInVain);
        Assert.Equal([f.Ref, place], f.Set.Given());
        Assert.Equal([place], f.Set.Given("ref"));
    }

    [Theory]
    [InlineData("--ref=x", "--place must be given")]
    [InlineData("--ref=x|a|b", "stands alone")]
    [InlineData("--ref=x|--place=a|b", "stands alone")]
    [InlineData("--ref=x|-a", "stands alone")]
    public void ButOnlyOne(string line, string says)
    {
        var f = Declare();
        f.Set.Word("place", "p");
        Assert.Contains(says, Assert.Throws<ShrikeException>(() => f.Set.Parse(line.Split('|'), TextWriter.Null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnEmptyValueIsNoValueOfARequiredFlag()
    {
        var f = new FlagSet("test", "");
        f.Text("out", "", required: true);
        Assert.Contains("--out must be given", Assert.Throws<ShrikeException>(() => f.Parse(["--out", ""], TextWriter.Null)).Message, StringComparison.Ordinal);
    }
}
