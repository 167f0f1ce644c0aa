using System.Diagnostics;
using Shrike.Cli.Flags;
using Shrike.Cli.Planning;

namespace Shrike.Cli.Tests.Planning;

public sealed class ShellCommandTests
{
    [Theory]
    [InlineData("")]
    [InlineData("/data/plain-name_1.bam,b.bam")]
    [InlineData("two words")]
    [InlineData("it's \"quoted\" \\ here")]
    [InlineData("$HOME `date` $(date) ${x} !! * ? [a] {a,b} ~ # ; & | < >")]
    [InlineData("--ref=x")]
    [InlineData("Grüße, 中文 😀")]
    [InlineData("##a=<b>\n##c='d'\\n\ttab \u0001 \u0085 end\n")]
    public void BashReadsTheWordBack(string word)
    {
        string quoted = ShellCommand.Quote(word);
        Assert.DoesNotContain('\n', quoted);
        var start = new ProcessStartInfo("bash", ["-c", $"set -- --flag={quoted}; printf '%s:%s' $# \"$1\""]) { RedirectStandardOutput = true, StandardOutputEncoding = new System.Text.UTF8Encoding(false) };
        start.Environment["LC_ALL"] = "C.UTF-8";
        using Process process = Process.Start(start)!;
        Assert.Equal($"1:--flag={word}", process.StandardOutput.ReadToEnd());
        process.WaitForExit();
    }

    [Fact]
    public void FlagsOfEveryKindAreRead()
    {
        static FlagSet Declared()
        {
            var f = new FlagSet("test", "");
            f.Text("text", "");
            f.Text("empty", "");
            f.Integer("whole", "", 1);
            f.Number("number", "", 0.5);
            f.Number("endless", "", 0.5);
            f.Switch("on", "");
            f.Switch("off", "", true);
            return f;
        }

        FlagSet first = Declared(), second = Declared();
        Assert.True(first.Parse(["--text=a b", "--empty=", "--whole=-3", "--number=1e-7", "--endless=inf", "--on", "--nooff"], TextWriter.Null));
        string line = new ShellCommand("shrike test").With(first.Chosen).ToString();
        Assert.Equal("shrike test --text='a b' --whole=-3 --number=1E-07 --endless=Infinity --on --nooff", line);
        Assert.True(second.Parse(line.Replace("'a b'", "a_b", StringComparison.Ordinal).Split(' ')[2..], TextWriter.Null));
        Assert.Equal(first.Chosen.Where(f => f.Name != "empty").Select(f => f.ValueText.Replace(' ', '_')), second.Chosen.Select(f => f.ValueText));
    }
}
