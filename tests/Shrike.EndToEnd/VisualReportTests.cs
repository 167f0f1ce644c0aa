using System.Text.RegularExpressions;

namespace Shrike.EndToEnd;

/// <summary>The page of charts: from the program's flags to what a browser shows of it.</summary>
public sealed class VisualReportTests
{
    private static string Golden => TestData.PathOf("upstream", "golden.postprocess_single_site_output.vcf");

    [Fact]
    public void StatisticsNeverReplaceTheirInput()
    {
        using var folder = TestData.Temporary();
        File.Copy(Golden, folder["a_mqc.json"]);
        ShrikeProgram.Result run = ShrikeProgram.Run("stats", folder["a_mqc.json"], "--outfile_base", folder["a"]);
        Assert.True(run.ExitCode == 2 && run.Error.Contains("has the same name as an input", StringComparison.Ordinal), run.Error);
        Assert.Equal(File.ReadAllBytes(Golden), File.ReadAllBytes(folder["a_mqc.json"]));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void ABrowserDrawsTheChartsAndLoadsNothing()
    {
        using var folder = TestData.Temporary();
        ShrikeProgram.Result run = ShrikeProgram.Run("stats", "--input_vcf", Golden, "--outfile_base", folder["s"], "--title", "A <title> & more", "--num_records=-1");
        Assert.True(run.ExitCode == 0, run.Error);
        string page = folder["s.visual_report.html"];
        (string dom, string[] console) = Browser.Open(page, "--dump-dom");
        Assert.Empty(console);
        Assert.Contains("<title>A &lt;title&gt; &amp; more</title>", dom, StringComparison.Ordinal);
        Assert.Equal(16, Regex.Count(dom, "<svg "));
        Assert.Equal(Regex.Count(File.ReadAllText(page), "<rect "), Regex.Count(dom, "<rect "));

        // The colours of types, depth, qualities, fractions and indels, in bars large enough to be seen, by day and by night.
        foreach ((string scheme, int[] colours) in new[] { ("1", new[] { 0x6a51a3, 0x1d4f91, 0x2b6cb0, 0x8fb8de, 0x16837a, 0xc05a12, 0x2f7d4f }), ("0", [0xa08be0, 0x6aa5e8, 0x5a9fe0, 0x35597d, 0x3cb3a7, 0xe08a4a, 0x57b37d]) })
        {
            (_, console) = Browser.Open(page, $"--blink-settings=preferredColorScheme={scheme}", "--window-size=1600,1300", $"--screenshot={folder["s.png"]}");
            Assert.Empty(console);
            Dictionary<int, int> shown = PngColours.Count(folder["s.png"]);
            Assert.All(colours, c => Assert.InRange(shown.GetValueOrDefault(c), 100, 500_000));
        }
    }

    [Fact]
    public void ABrowserWouldTellOfWhatAPageMayNotDo()
    {
        using var folder = TestData.Temporary();
        ShrikeProgram.Result run = ShrikeProgram.Run("stats", Golden, "--outfile_base", folder["s"]);
        Assert.True(run.ExitCode == 0, run.Error);
        string page = File.ReadAllText(folder["s.visual_report.html"]);
        File.WriteAllText(folder["script.html"], page.Replace("<main>", "<main><script>fail()</script>", StringComparison.Ordinal));
        File.WriteAllText(folder["image.html"], page.Replace("<main>", "<main><img src=\"http://127.0.0.1:9/a.png\"/>", StringComparison.Ordinal));
        Assert.Contains("Content Security Policy", Assert.Single(Browser.Open(folder["script.html"], "--dump-dom").Console), StringComparison.Ordinal);
        Assert.Contains("Content Security Policy", Assert.Single(Browser.Open(folder["image.html"], "--dump-dom").Console), StringComparison.Ordinal);
    }

    [Fact]
    public void ARunWritesThePageBesideItsCallsAndTheCallsStayTheSame()
    {
        using var folder = TestData.Temporary();
        string[] common = ["run", "--customized_model", RunTests.RandomModel(folder.Path), "--ref", TestData.Hg19Chr20, "--reads", TestData.Na12878Bam, "--regions", "chr20:10,000,000-10,002,000"];
        ShrikeProgram.Result plain = ShrikeProgram.Run([.. common, "--output_vcf", folder["plain.vcf.gz"]]);
        ShrikeProgram.Result reported = ShrikeProgram.Run([.. common, "--output_vcf", folder["out.vcf.gz"], "--vcf_stats_report", "--report_title=My run"]);
        Assert.True(plain.ExitCode == 0 && reported.ExitCode == 0, plain.Error + reported.Error);
        Assert.False(File.Exists(folder["plain.visual_report.html"]));
        Assert.Equal(File.ReadAllBytes(folder["plain.vcf.gz"]), File.ReadAllBytes(folder["out.vcf.gz"]));
        string page = File.ReadAllText(folder["out.visual_report.html"]);
        Assert.Contains("<title>My run</title>", page, StringComparison.Ordinal);
        Assert.Contains("file <bdi>out.vcf.gz</bdi>", page, StringComparison.Ordinal);
        ShrikeProgram.Result device = ShrikeProgram.Run([.. common, "--output_vcf", "/dev/null", "--vcf_stats_report"]);
        Assert.Equal(2, device.ExitCode);
        Assert.Contains("--vcf_stats_report reads the calls again", device.Error, StringComparison.Ordinal);
    }
}
