using Shrike.Core;
using Shrike.Pipeline.Scoring;

namespace Shrike.Pipeline.Tests.Scoring;

public sealed class VcfScoreTests
{
    private const string Head = "##fileformat=VCFv4.2\n##contig=<ID=c>\n##FORMAT=<ID=GT,Number=1,Type=String,Description=\"g\">\n##FORMAT=<ID=GQ,Number=1,Type=Integer,Description=\"q\">\n"
        + "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ts\n";

    [Fact]
    public void WrongCallsAreCountedByTheirQuality()
    {
        using var folder = TestData.Temporary();
        File.WriteAllText(folder["r.fa"], $">c\n{string.Concat(Enumerable.Repeat("ACGT", 100))}\n");
        File.WriteAllText(folder["r.fa.fai"], "c\t400\t3\t400\t401\n");
        File.WriteAllText(folder["b.bed"], "c\t0\t200\n");
        File.WriteAllText(folder["t.vcf"], Head + "c\t21\t.\tA\tC\t.\tPASS\t.\tGT\t0/1\nc\t41\t.\tA\tC,G\t.\tPASS\t.\tGT\t1/2\nc\t61\t.\tA\tC\t.\tPASS\t.\tGT\t1/1\n");
        string[] calls =
        [
            "c\t21\t.\tA\tC\t9\tPASS\t.\tGT:GQ\t0/1:10", // right
            "c\t41\t.\tA\tC,T\t9\tPASS\t.\tGT:GQ\t1/2:19", // one of two wrong: one wrong call
            "c\t61\t.\tA\tC\t9\tPASS\t.\tGT:GQ\t0/1:3", // wrong genotype
            "c\t81\t.\tA\tG\t9\tPASS\t.\tGT:GQ\t0/1:99", // invented
            "c\t85\t.\tA\tG\t9\tRefCall\t.\tGT:GQ\t0/0:20", // not called
            "c\t301\t.\tA\tG\t9\tPASS\t.\tGT:GQ\t0/1:20", // outside
        ];
        File.WriteAllText(folder["c.vcf"], Head + string.Join('\n', calls) + "\n");
        (ScoreCounts snp, _, QualityBins qualities, IReadOnlyList<AlleleError> errors) = VcfScore.Score(folder["r.fa"], folder["t.vcf"], folder["b.bed"], folder["c.vcf"]);
        Assert.Equal(new ScoreCounts(2, 3, 2), snp);
        Assert.Equal([(0, 1, 1), (10, 2, 1), (20, 0, 0), (30, 0, 0), (40, 0, 0), (50, 1, 1)], qualities.All.Select(b => (b.Least, b.Calls, b.Wrong)));
        Assert.Equal(0.1 + Math.Pow(10, -1.9), qualities.All[1].Said, 12);
        ErrorTable.Write(folder["e.tsv"], errors);
        Assert.Equal(
            [
                "contig\tposition\tref\talt\ttruth_copies\tcalled_copies",
                "c\t41\tA\tG\t1\t0",
                "c\t41\tA\tT\t0\t1",
                "c\t61\tA\tC\t2\t1",
                "c\t81\tA\tG\t0\t1",
            ],
            File.ReadAllLines(folder["e.tsv"]));
    }

    [Theory]
    [InlineData("", "c", "c", "no confident base lies on a contig of the reference: the file is empty")]
    [InlineData("d\t0\t20\n", "c", "c", "no confident base lies on a contig of the reference: the reference has no d")]
    [InlineData("chrc\t0\t20\n", "c", "c", "(it has c)")]
    [InlineData("c\t0\t200\n", "d", "c", "t.vcf: shares no contig with the confident regions on the reference: it has d, they have c")]
    [InlineData("c\t0\t200\n", "c", "d", "c.vcf: shares no contig")]
    public void NothingToCompareIsAnError(string bed, string truth, string calls, string says)
    {
        using var folder = TestData.Temporary();
        File.WriteAllText(folder["r.fa"], $">c\n{string.Concat(Enumerable.Repeat("ACGT", 100))}\n");
        File.WriteAllText(folder["r.fa.fai"], "c\t400\t3\t400\t401\n");
        File.WriteAllText(folder["b.bed"], bed);
        foreach ((string name, string contig) in ((string, string)[])[("t.vcf", truth), ("c.vcf", calls)])
        {
            File.WriteAllText(folder[name], Head.Replace("<ID=c>", $"<ID={contig}>", StringComparison.Ordinal) + contig + "\t21\t.\tA\tC\t9\tPASS\t.\tGT:GQ\t0/1:10\n");
        }

        ShrikeException e = Assert.Throws<ShrikeException>(() => VcfScore.Score(folder["r.fa"], folder["t.vcf"], folder["b.bed"], folder["c.vcf"]));
        Assert.Equal(ExitCode.Usage, e.ExitCode);
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
    }
}
