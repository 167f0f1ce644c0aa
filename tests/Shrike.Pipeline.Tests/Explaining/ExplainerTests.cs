using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Shrike.Examples.Candidates;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.SmallModel;
using Shrike.Pipeline.Engine;
using Shrike.Pipeline.Explaining;

namespace Shrike.Pipeline.Tests.Explaining;

/// <summary>Explanations on real reads say what a run does.</summary>
public sealed class ExplainerTests
{
    private static readonly string[] Names = ["CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", "SAMPLE"];

    private static bool Overlaps(string[] line, int first, int last)
    {
        int position = int.Parse(line[1], CultureInfo.InvariantCulture);
        return position <= last && position + line[3].Length > first;
    }

    /// <summary>Every line of a stretch, seen through windows that do not agree with partitions, under two ways to cut the stretch.</summary>
    [Theory]
    [InlineData("chr20:10,000,000-10,026,000", 1000)]
    [InlineData("chr20:10,000,333-10,012,000", 137)]
    public void EveryLineIsThatOfTheRun(string regions, int partitionSize)
    {
        using var folder = TestData.Temporary();
        CallingRun run = RealRun.Of(regions) with { PartitionSize = partitionSize };
        List<string[]> lines = RealRun.Lines(run, folder["run.vcf"]);
        int seen = 0;
        for (int first = 10_000_400; first < 10_011_900; first += 920)
        {
            Explanation e = RealRun.Explain(run, $"chr20:{first}-{first + 919}");
            string[] expected = [.. lines.Where(l => Overlaps(l, first, first + 919)).Select(l => string.Join('\t', l))];
            Assert.Equal(expected, e.VcfLines);
            seen += expected.Length;
            foreach (CandidateReport c in e.Candidates) Check(c);
        }

        Assert.True(seen > 50, $"{seen} lines");
    }

    /// <summary>What the parts of a candidate's report say of each other and of its line.</summary>
    private static void Check(CandidateReport c)
    {
        var line = c.Call!.VcfLine.Split('\t').Zip(Names).ToDictionary(x => x.Second, x => x.First);
        var sample = line["FORMAT"].Split(':').Zip(line["SAMPLE"].Split(':')).ToDictionary(x => x.First, x => x.Second);
        Assert.Equal(c.Position, int.Parse(line["POS"], CultureInfo.InvariantCulture));
        Assert.Equal(c.Depth, int.Parse(sample["DP"], CultureInfo.InvariantCulture));
        Assert.Equal(c.Call.Gq, int.Parse(sample["GQ"], CultureInfo.InvariantCulture));
        Assert.Equal(c.Call.Qual, double.Parse(line["QUAL"], CultureInfo.InvariantCulture), 0.051);
        Assert.Equal((c.Call.Genotype, c.Call.Filter), (sample["GT"], line["FILTER"]));
        Assert.Equal(c.SmallModel!.Answered, sample.ContainsKey("MID"));
        Assert.All(c.Network, n => Assert.Equal(!c.SmallModel.Answered, n.WasAsked));
        Assert.Equal(c.Alts.Count * (c.Alts.Count + 1) / 2, c.Network.Count);
        Assert.All(c.SmallModel.Answers, a => Assert.Equal(a.IsAccepted, a.Gq >= a.Threshold));
        string[] kept = [.. c.Call.AlternateQualities.Where(q => !q.IsPruned).Select(q => q.Alt)];
        Assert.Equal(c.Alts.Count > 1 ? kept.Length : 1, line["ALT"].Split(',').Length);
        Assert.Equal(1, c.Call.Genotypes.Sum(g => g.Probability), 1e-6);

        // Of one ALT, the probabilities that decide are the small model's or the network's.
        if (c.Alts.Count == 1) Assert.Equal((c.SmallModel.Answered ? c.SmallModel.Answers[0].Probabilities : c.Network[0].Probabilities).OrderDescending(), c.Call.Genotypes.Select(g => g.Probability));
        CheckPicture(c);
    }

    private static void CheckPicture(CandidateReport c)
    {
        PileupPicture picture = c.Picture!;
        Assert.Equal([100, 221, 7], picture.Shape);
        Assert.Equal(100 * 221 * 7, picture.Bytes.Length);
        Assert.Equal(c.Position, picture.FirstPosition + 110);
        Assert.Equal(c.Ref[0], picture.Reference[110]);
        Assert.All(picture.Rows, r => Assert.Equal(221, r.Letters.Length));
        Assert.InRange(picture.Rows.Count, 1, 95);

        // In the middle column of a SNP, rows with the ALT's letter are those that support it.
        if (c.Ref.Length != 1 || c.Alts is not [{ Length: 1 } alt]) return;
        Assert.All(picture.Rows, r => Assert.Equal(char.ToUpperInvariant(r.Letters[110]) == alt[0], r.Supports == '#'));
    }

    [Theory]
    [InlineData("chr20:10000117", Outcome.Called, "by the small model")]
    [InlineData("chr20:10001019", Outcome.Called, "by the network")]
    [InlineData("chr20:10004769", Outcome.Called, "TAAAACTATGC>T")]
    [InlineData("chr20:10004775", Outcome.Called, "which reaches over chr20:10004775,")]
    [InlineData("chr20:10002458", Outcome.Called, "G>GTT,GTTT")]
    [InlineData("chr20:10002458:G>GTTT", Outcome.Called, "genotype 1/2")]
    [InlineData("chr20:10002459:T>TTT", Outcome.Called, "G>GTT,GTTT")]
    [InlineData("chr20:10024300:CTT>CTTTTT", Outcome.OtherAllele, "called without this allele")]
    [InlineData("chr20:10024299", Outcome.RefCall, "0/0 the likeliest")]
    [InlineData("chr20:10024298", Outcome.RefCall, "written as ./.")]
    [InlineData("chr20:10009894", Outcome.BelowThreshold, "1 good read < 2 (--vsc_min_count_snps)")]
    [InlineData("chr20:10009900", Outcome.LowBaseQuality, "--min_base_quality")]
    [InlineData("chr20:10004222:C>CCA", Outcome.RealignedAway, "1 read shows 10004222 C>CCA as the files align them, but none after realignment")]
    [InlineData("chr20:10004222:C>CAA", Outcome.BelowThreshold, "3/51 = 0.0588 < 0.06 (--vsc_min_fraction_indels)")]
    [InlineData("chr20:10000117:C>G", Outcome.NotSeen, "the candidate there is 10000117 C>T")]
    [InlineData("chr20:10008758:CA>TG", Outcome.NotSeen, "base by base")]
    [InlineData("chr20:9000000", Outcome.NoReads, "no read overlaps")]
    public void TheSentenceNamesTheStep(string place, Outcome outcome, string says)
    {
        Explanation e = RealRun.Explain(RealRun.Of(""), place);
        Assert.Contains(says, e.Verdict, StringComparison.Ordinal);
        Assert.Equal(outcome, e.Outcome);
    }

    [Fact]
    public void OptionsThatLoseASiteAreNamed()
    {
        const string place = "chr20:10001019";
        CallingRun run = RealRun.Of("");
        Explanation With(Func<StageOneOptions, StageOneOptions> change) => RealRun.Explain(run with { Stage = change(run.Stage) }, place);
        Explanation fraction = With(s => s with { Caller = s.Caller with { MinFractionSnps = 0.3f } });
        Assert.Equal(Outcome.BelowThreshold, fraction.Outcome);
        Assert.Contains("13/44 = 0.2955 < 0.3 (--vsc_min_fraction_snps)", fraction.Verdict, StringComparison.Ordinal);
        Assert.Equal(AlleleVerdict.FractionTooSmall, fraction.Positions.Single(p => p.Position == 10_001_019).Alleles[0].Test);
        Explanation second = With(s => s with { Caller = s.Caller with { MinFractionSnps = 0.3f, MinFractionMultiplier = 0.5f } });
        Assert.Equal(Outcome.Called, second.Outcome);
        Assert.Equal(AlleleVerdict.PassesSecondTest, second.Positions.Single(p => p.Position == 10_001_019).Alleles[0].Test);
        Assert.Equal(Outcome.NotSelected, With(s => s with { Select = v => v.ReferenceBases.Length > 1 }).Outcome);
        Explanation mapq = With(s => s with { Filter = s.Filter with { MinMappingQuality = 61 } });
        Assert.Equal(Outcome.ReadsFiltered, mapq.Outcome);
        Assert.Equal(mapq.Reads!.Overlapping, mapq.Reads.Refused.Single(r => r.Reason.Contains("61", StringComparison.Ordinal)).Count);
        Explanation sampled = With(s => s with { MaxReadsPerPartition = 60 });
        Assert.InRange(sampled.Reads!.SampledAway, 1, sampled.Reads.Overlapping);
        Assert.Equal(sampled.Reads.Overlapping, sampled.Reads.SampledAway + sampled.Reads.Used + sampled.Reads.Refused.Sum(r => r.Count));
        Assert.Null(With(s => s with { Realigner = null }).Realignment);
        Assert.All(With(s => s with { SmallModel = null }).Candidates, c => Assert.Null(c.SmallModel));
        Explanation outside = RealRun.Explain(run with { Regions = "chr20:10,002,000-10,003,000" }, place);
        Assert.Equal((Outcome.OutsideRegions, 0), (outside.Outcome, outside.Candidates.Count));
    }

    [Fact]
    public void TheNetworkSaysItsMindWhereItIsNotAsked()
    {
        CallingRun run = RealRun.Of("");
        Explanation easy = RealRun.Explain(run, "chr20:10000117");
        Explanation asked = RealRun.Explain(run with { Stage = run.Stage with { SmallModel = null } }, "chr20:10000117");
        Assert.False(easy.Candidates[0].Network[0].WasAsked);
        Assert.True(asked.Candidates[0].Network[0].WasAsked);
        Assert.Equal(asked.Candidates[0].Network[0].Probabilities, easy.Candidates[0].Network[0].Probabilities);
        Assert.Equal(asked.Candidates[0].Call!.Genotypes[0].Probability, easy.Candidates[0].Network[0].Probabilities[1]);
    }

    [Fact]
    public void OneSetEachMayBeAnsweredByTheSmallModel()
    {
        using var folder = TestData.Temporary();
        CallingRun run = RealRun.Of("chr20:10,002,000-10,003,000");
        run = run with { Stage = run.Stage with { SmallModel = run.Stage.SmallModel! with { Acceptance = SmallModelAcceptance.Set, IndelThreshold = 20 } } };
        Explanation e = RealRun.Explain(run, "chr20:10002458");
        Assert.Equal(RealRun.Lines(run, folder["run.vcf"]).Where(l => l[1] == "10002458").Select(l => string.Join('\t', l)), e.VcfLines);
        CandidateReport c = Assert.Single(e.Candidates);
        Assert.Equal(3, c.SmallModel!.Answers.Count);
        Assert.Equal(c.SmallModel.Answers.Count(a => !a.IsAccepted), c.Network.Count(n => n.WasAsked));
    }

    /// <summary>A network that knows nothing calls neighbours that cannot all be true; their lines are the run's too.</summary>
    [Fact]
    public void OverlappingCallsAreThoseOfTheRun()
    {
        using var folder = TestData.Temporary();
        CallingRun run = RealRun.Of("chr20:10,000,000-10,030,000");
        run = run with { Model = RandomModel.Make(folder.Path, 2), Stage = run.Stage with { SmallModel = null } };
        List<string[]> lines = RealRun.Lines(run, folder["run.vcf"]);
        int overlapping = 0;
        for (int first = 10_008_701; first < 10_029_000; first += 1000)
        {
            Explanation e = RealRun.Explain(run, $"chr20:{first}-{first + 999}");
            Assert.Equal(lines.Where(l => Overlaps(l, first, first + 999)).Select(l => string.Join('\t', l)), e.VcfLines);
            overlapping += e.Candidates.Count(c => c.Call!.Overlapping.Count > 0);
        }

        Assert.True(overlapping > 5, $"{overlapping} overlap others");
    }

    [Fact]
    public void AllFormsSayTheSameAndNothingChangesFromTimeToTime()
    {
        CallingRun run = RealRun.Of("");
        Explanation one = RealRun.Explain(run, "chr20:10002458"), two = RealRun.Explain(run, "chr20:10,002,458");
        string json = ExplanationJson.Write(one);
        Assert.Equal(json, ExplanationJson.Write(two));
        string text = ExplanationText.Write(one), html = ExplanationHtml.Write(one);
        Assert.Equal(text, ExplanationText.Write(two));
        Assert.Equal(html, ExplanationHtml.Write(two));

        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement;
        Assert.Equal("called", root.GetProperty("outcome").GetString());
        Assert.Equal(one.VcfLines[0], root.GetProperty("vcf_lines")[0].GetString());
        JsonElement candidate = root.GetProperty("candidates")[0];
        string[] sample = one.VcfLines[0].Split('\t')[9].Split(':');
        Assert.Equal(sample[2], candidate.GetProperty("depth").GetRawText());
        Assert.Equal(sample[3], string.Join(',', candidate.GetProperty("allele_depths").EnumerateArray().Select(a => a.GetRawText())));
        Assert.Equal(sample[1], candidate.GetProperty("call").GetProperty("gq").GetRawText());
        Assert.Equal(3, candidate.GetProperty("network").GetArrayLength());
        Assert.Equal(one.Candidates[0].Picture!.Rows.Count, candidate.GetProperty("picture").GetProperty("rows").GetArrayLength());

        foreach (string part in (string[])[one.Verdict, one.VcfLines[0], $"{one.Reads!.Used} take part", "27/53 = 0.5094", "GTT,GTTT: 0, 1, 2 copies"]) Assert.Contains(part, text, StringComparison.Ordinal);
        CheckPage(html, one);
    }

    private static void CheckPage(string html, Explanation e)
    {
        // Well formed, nothing loaded, every picture has a text, and the pictures are the image.
        XElement page = XElement.Parse(html[html.IndexOf("<html", StringComparison.Ordinal)..]);
        Assert.Equal("en", page.Attribute("lang")!.Value);
        Assert.DoesNotMatch(new Regex("https?:|url\\(|@import|<script|<link"), html);
        Assert.Contains(e.Verdict, page.Value, StringComparison.Ordinal);
        XElement[] images = [.. page.Descendants("img")];
        Assert.Equal(7, images.Length);
        Assert.All(images, i => Assert.NotEmpty(i.Attribute("alt")!.Value));
        for (int channel = 0; channel < 7; channel++)
        {
            string source = images[channel].Attribute("src")!.Value;
            Assert.StartsWith("data:image/png;base64,", source, StringComparison.Ordinal);
            Assert.Equal(e.Candidates[0].Picture!.Bytes.Where((_, i) => i % 7 == channel), GreyPng.Read(Convert.FromBase64String(source[22..]), 221, 100));
        }
    }
}
