using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Shrike.EndToEnd;

/// <summary>What a run tells about itself, and that it changes nothing.</summary>
public sealed class TelemetryTests
{
    private static string[] Arguments(string folder) =>
        ["run", "--customized_model", RunTests.RandomModel(folder), "--ref", TestData.Hg19Chr20, "--reads", TestData.Na12878Bam, "--regions", "chr20:10,000,000-10,004,000", "--num_shards=1"];

    [Fact]
    public void ALogForMachinesAndQuietChangeNothing()
    {
        using var folder = TestData.Temporary();
        string[] run = Arguments(folder.Path);
        ShrikeProgram.Result plain = ShrikeProgram.Run([.. run, "--output_vcf", folder["a.vcf.gz"]]);
        Assert.True(plain.ExitCode == 0, plain.Error);
        string[] lines = plain.Error.TrimEnd().Split('\n');
        Assert.Matches(@"^shrike: [1-9]\d* candidates, [1-9]\d* images, [1-9]\d* records; core seconds", lines[^3]);
        Assert.Matches(@"^shrike: [\d.]+ s, [\d.]+ core seconds, at most 0\.\d\d GiB of memory$", lines[^2]);
        Assert.StartsWith("shrike: bottleneck: ", lines[^1], StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', plain.Error);

        ShrikeProgram.Result quiet = ShrikeProgram.Run([.. run, "--output_vcf", folder["b.vcf.gz"], "--quiet", "--log_json", folder["log.jsonl"]]);
        Assert.Equal((0, ""), (quiet.ExitCode, quiet.Error));
        Assert.Equal(File.ReadAllBytes(folder["a.vcf.gz"]), File.ReadAllBytes(folder["b.vcf.gz"]));
        JsonNode[] log = [.. File.ReadAllLines(folder["log.jsonl"]).Select(l => JsonNode.Parse(l)!)];
        Assert.Equal(["begin", "end"], log.Select(l => (string)l["event"]!).Where(e => e is not "message"));
        Assert.Equal(1, (int)log[0]["threads"]!);
        Assert.Contains($"shrike: {log[^1]["candidates"]} candidates, {log[^1]["images"]} images, {log[^1]["records"]} records;", plain.Error, StringComparison.Ordinal);

        ShrikeProgram.Result failed = ShrikeProgram.Run([.. run, "--output_vcf", folder["no/c.vcf.gz"], "--quiet", "--log_json", folder["log.jsonl"]]);
        Assert.Equal(4, failed.ExitCode);
        JsonNode error = JsonNode.Parse(File.ReadAllLines(folder["log.jsonl"])[^1])!;
        Assert.Equal(("error", 4, failed.Error.Trim()), ((string)error["event"]!, (int)error["exit_code"]!, "shrike: error: " + error["message"]));
    }

    [Fact]
    public void ATerminalGetsAStatusLine()
    {
        using var folder = TestData.Temporary();
        string command = string.Join(' ', ((string[])["dotnet", Path.Combine(AppContext.BaseDirectory, "shrike.dll"), .. Arguments(folder.Path), "--output_vcf", folder["a.vcf.gz"]]).Select(w => $"'{w}'"));
        var start = new ProcessStartInfo("script", ["-qec", command, "/dev/null"]) { RedirectStandardOutput = true, RedirectStandardInput = true };
        start.Environment["TERM"] = "xterm";
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            string shown = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, shown);
            Assert.Contains("\r\u001b[Kshrike: begins\r\u001b[K", shown, StringComparison.Ordinal);
            Assert.Matches(@"\u001b\[Kshrike: \d+ candidates", shown);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("there is no program script to make a terminal: apt-get install bsdutils");
        }
    }
}
