using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Shrike.Calling.Statistics;
using Shrike.Calling.Statistics.Report;

namespace Shrike.Calling.Tests.Statistics.Report;

public sealed class VisualReportTests
{
    private const string Header = "##fileformat=VCFv4.2\n##contig=<ID=c,length=1000>\n##FORMAT=<ID=GT,Number=1,Type=String,Description=\"g\">\n##FORMAT=<ID=GQ,Number=1,Type=Integer,Description=\"g\">\n##FORMAT=<ID=DP,Number=1,Type=Integer,Description=\"d\">\n##FORMAT=<ID=VAF,Number=A,Type=Float,Description=\"v\">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t";

    private static VcfStatistics Read(string sample, params string[] records)
    {
        using var folder = TestData.Temporary();
        File.WriteAllText(folder["in.vcf"], Header + sample + "\n" + string.Concat(records.Select(r => r.Replace(' ', '\t') + "\n")));
        return VcfStatistics.Read(folder["in.vcf"]);
    }

    /// <summary>The page as XML: what is not well-formed, or an id that stands twice, throws.</summary>
    private static XElement Parse(string html)
    {
        const string doctype = "<!DOCTYPE html>\n";
        Assert.StartsWith(doctype, html, StringComparison.Ordinal);
        XElement page = XElement.Parse(html[doctype.Length..]);
        Assert.Distinct(page.Descendants().Attributes("id").Select(a => a.Value));
        return page;
    }

    private static XElement ById(XElement page, string id) => page.Descendants().Single(e => e.Attribute("id")?.Value == id);

    private static string[] Rows(XElement page, string figure) =>
        [.. page.Descendants("table").Where(t => t.Attribute("id")?.Value == figure + "-numbers").Descendants("tbody").Elements("tr").Select(r => string.Join('|', r.Elements("td").Select(d => d.Value)))];

    /// <summary>Names and counts of a chart's bars; none if there is no such chart.</summary>
    private static (string Name, long Count)[] Bars(XElement page, string chart) =>
        [.. page.Descendants("svg").Where(c => c.Attribute("id")!.Value == chart).Elements("rect").Select(r => Regex.Match(r.Element("title")!.Value, "^(.*): ([0-9,]+) record")).Select(m => (m.Groups[1].Value, long.Parse(m.Groups[2].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture)))];

    [Theory]
    [InlineData("golden.postprocess_single_site_output.vcf")]
    [InlineData("golden.postprocess_single_site_output.pass_only.vcf")]
    [InlineData("golden.postprocess_single_site_output_with_small_model.vcf.gz")]
    [InlineData("golden.postprocess_gvcf_output.g.vcf")]
    [InlineData("golden.haploid_chr20.postprocess_single_site_output.vcf")]
    [InlineData("golden.vcf_candidate_importer_postprocess_single_site_output.vcf")]
    [InlineData("golden.postprocess_empty_output.vcf.gz")]
    public void NumbersAreThoseOfTheJson(string golden)
    {
        VcfStatistics s = VcfStatistics.Read(TestData.PathOf("upstream", golden));
        JsonObject json = StatisticsFiles.Json(s);
        XElement page = Parse(VisualReport.Page(s, golden, "t"));
        Assert.Equal(json["variant_type_counts"]!.AsObject().Select(t => $"{t.Key}|{t.Value}"), Rows(page, "variant-types"));
        Assert.Equal(json["base_changes"]!.AsArray().Select(c => $"{c![0]}|{c[1]}|{c[2]}"), Rows(page, "base-changes"));
        Assert.Equal(json["titv_counts"]!.AsObject().Select(t => $"{t.Key}|{t.Value}"), Rows(page, "titv"));
        Assert.Equal(json["gq_histogram"]!.AsArray().Select(p => $"{p![0]}|{p[1]}"), Rows(page, "genotype-quality"));
        Assert.Equal(json["depth_histogram"]!.AsArray().Select(p => $"{p![0]}|{p[1]}"), Rows(page, "depth"));
        Assert.Equal(json["qual_histogram"]!.AsArray().Select(b => $"{b!["s"]} to {b["e"]}|{b["c"]}"), Rows(page, "quality"));
        Assert.Equal(json["indel_sizes"]!.AsArray().OrderBy(p => (int)p![0]!).Select(p => $"{p![0]}|{p[1]}"), Rows(page, "indel-sizes"));
        Assert.Equal(
            json["vaf_histograms_by_genotype"]!.AsObject().SelectMany(g => g.Value!.AsArray().Select(b => $"{g.Key}|{b!["s"]} to {b["e"]}|{b["c"]}")).Order(StringComparer.Ordinal),
            Rows(page, "vaf-main").Concat(Rows(page, "vaf-other")).Order(StringComparer.Ordinal));
        if (s.Records == 0) return;

        // Every record has its place in a bar.
        Assert.Equal(json["variant_type_counts"]!.AsObject().Where(t => (long)t.Value! > 0).Select(t => (t.Key.Replace('_', ' '), (long)t.Value!)), Bars(page, "variant-types-chart").Select(b => (b.Name, b.Count)));
        Assert.Equal(s.GenotypeQualities.Values.Sum(), Bars(page, "genotype-quality-chart").Sum(b => b.Count));
        Assert.Equal(s.Depths.Values.Sum(), Bars(page, "depth-chart").Sum(b => b.Count));
        Assert.Equal(s.QualityHistogram.Sum(b => b.Count), Bars(page, "quality-chart").Sum(b => b.Count));
        Assert.Equal(s.IndelSizes.Sum(i => i.Count), Bars(page, "indel-sizes-log-chart").Sum(b => b.Count));
        Assert.Equal(s.VafHistograms["[0, 1]"].Sum(), Bars(page, "vaf-main-chart-2").Sum(b => b.Count));
        Assert.Equal(s.BaseChanges.Where(c => c.Reference == "A").Sum(c => c.Count), Bars(page, "base-changes-chart-A").Sum(b => b.Count));
    }

    [Fact]
    public void ChartsHaveNamesAndWords()
    {
        XElement page = Parse(VisualReport.Page(VcfStatistics.Read(TestData.PathOf("upstream", "golden.postprocess_single_site_output.vcf")), "f.vcf", "t"));
        XElement[] charts = [.. page.Descendants("svg")];
        Assert.Equal(16, charts.Length);
        Assert.All(charts, c =>
        {
            Assert.Equal($"{c.Attribute("id")!.Value}-t {c.Attribute("id")!.Value}-d", c.Attribute("aria-labelledby")!.Value);
            Assert.NotEmpty(c.Element("title")!.Value);
            Assert.Matches(@"\d", c.Element("desc")!.Value);
        });
        Assert.Equal("Ti/Tv ratio: 1.36", ById(page, "titv").Element("figcaption")!.Value);
        Assert.Equal("78 records, from 25 to 72; most of them (6) at 44.", ById(page, "depth-chart-d").Value);
    }

    [Fact]
    public void BarsAreDrawnToScale()
    {
        VcfStatistics s = Read("s", "c 1 . A G 9 PASS . GT:GQ:DP:VAF 0/1:7:10:0.5", "c 2 . A G 9 PASS . GT:GQ:DP:VAF 0/1:7:10:0.5", "c 3 . A C 9 PASS . GT:GQ:DP:VAF 0/1:9:10:0.5");
        XElement[] bars = [.. ById(Parse(VisualReport.Page(s, "f", "t")), "genotype-quality-chart").Elements("rect")];
        double Of(XElement bar, string name) => double.Parse(bar.Attribute(name)!.Value, CultureInfo.InvariantCulture);
        Assert.Equal(Of(bars[0], "height"), 2 * Of(bars[1], "height"), 0.02);
        Assert.Equal(Of(bars[0], "y") + Of(bars[0], "height"), Of(bars[1], "y") + Of(bars[1], "height"), 0.02);

        // Half a unit beside 7 of an axis from 0 to 150.
        Assert.Equal(52 + ((270 - 13 - 52) * 6.5 / 150), Of(bars[0], "x"), 0.01);
    }

    [Fact]
    public void NamesFromFilesAreTextAndNothingMore()
    {
        const string name = "</title><script>alert(1)</script>&amp;\"'";
        VcfStatistics s = Read(name, "c 1 . A < 9 PASS . GT:GQ:DP:VAF 0/1:7:10:0.5", "c 2 . & G 9 PASS . GT:GQ:DP:VAF 2/3/11:7:10:0.5");
        string html = VisualReport.Page(s, "<img src=x>.vcf", name + "\u0001\u202E");
        XElement page = Parse(html);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
        Assert.Equal(name + "\uFFFD\u202E", page.Descendants("h1").Single().Value);
        Assert.Equal($"Sample {name}, file <img src=x>.vcf", page.Descendants("header").Elements("p").Single().Value);
        Assert.Contains("A|<|1", Rows(page, "base-changes"));
        Assert.Equal([("<", 1L)], Bars(page, "base-changes-chart-A"));
        Assert.Equal("1 record of further genotypes are among the numbers only.", ById(page, "vaf-other").Element("p")!.Value);
    }

    [Fact]
    public void ThePageNeedsNothingElse()
    {
        string html = VisualReport.Page(VcfStatistics.Read(TestData.PathOf("upstream", "golden.postprocess_single_site_output.vcf")), "f.vcf", "t");
        foreach (string loads in (string[])["<script", "src=", "url(", "@import", "http:", "https:", "//"]) Assert.DoesNotContain(loads, html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
    }

    [Fact]
    public void NothingToDrawIsSaid()
    {
        XElement page = Parse(VisualReport.Page(Read("s"), "f", "t"));
        Assert.Empty(page.Descendants("svg"));
        Assert.Equal(9, page.Descendants("p").Count(p => p.Attribute("class")?.Value == "empty"));
        page = Parse(VisualReport.Page(Read("s", "c 1 . A <*> . . . GT ./."), "f", "t"));
        Assert.Equal(["variant-types-chart", "vaf-main-chart-1", "vaf-main-chart-2", "vaf-main-chart-3", "vaf-other-chart-1", "vaf-other-chart-2"], page.Descendants("svg").Select(c => c.Attribute("id")!.Value));
        page = Parse(VisualReport.Page(Read("s", "c 1 . A G 1 . . GT 0/1"), "f", "t"));
        Assert.Equal("Ti/Tv ratio: 1 / 0", ById(page, "titv").Element("figcaption")!.Value);
    }

    [Fact]
    public void TheFileIsNamedAfterTheVcfAndTheSameEveryTime()
    {
        using var folder = TestData.Temporary();
        VcfStatistics s = Read("s1", "c 1 . A G 1 . . GT 0/1");
        Assert.Equal((folder["a.b"], "a.g", "a", "a"), (VisualReport.BaseOf(folder["a.b.vcf.gz"]), VisualReport.BaseOf("a.g.vcf"), VisualReport.BaseOf("a.bcf"), VisualReport.BaseOf("a")));
        string path = VisualReport.Write(s, folder["a"], folder["x.vcf"]);
        Assert.Equal(folder["a.visual_report.html"], path);
        byte[] first = File.ReadAllBytes(path);
        VisualReport.Write(s, folder["a"], folder["x.vcf"]);
        Assert.Equal(first, File.ReadAllBytes(path));
        Assert.Equal("s1", Parse(File.ReadAllText(path)).Descendants("h1").Single().Value);
    }

    [Fact]
    public void ManyValuesMakeNoLongPage()
    {
        string[] records = [.. Enumerable.Range(0, 3000).Select(i => $"c {i + 1} . A G {i * 37}.25 PASS . GT:GQ:DP:VAF 0/1:{i}:{i * 5}:0.5")];
        VcfStatistics s = Read("s", records);
        string html = VisualReport.Page(s, "f", "t");
        XElement page = Parse(html);
        foreach (string chart in (string[])["quality", "depth", "genotype-quality"])
        {
            Assert.InRange(Bars(page, chart + "-chart").Length, 50, 162);
            Assert.InRange(Rows(page, chart).Length, 300, 1002);
            Assert.Equal(3000, Bars(page, chart + "-chart").Sum(b => b.Count));
            Assert.Equal(3000, Rows(page, chart).Sum(r => long.Parse(r.Split('|')[^1], CultureInfo.InvariantCulture)));
        }

        Assert.InRange(html.Length, 1, 400_000);
    }
}
