using System.Text.Json.Nodes;
using Shrike.Calling.Statistics;
using Shrike.Core;

namespace Shrike.Calling.Tests.Statistics;

public sealed class VcfStatisticsTests
{
    private const string Header = "##fileformat=VCFv4.2\n##contig=<ID=c,length=1000>\n##FILTER=<ID=RefCall,Description=\"r\">\n##FORMAT=<ID=GT,Number=1,Type=String,Description=\"g\">\n##FORMAT=<ID=GQ,Number=1,Type=Integer,Description=\"g\">\n##FORMAT=<ID=DP,Number=1,Type=Integer,Description=\"d\">\n##FORMAT=<ID=VAF,Number=A,Type=Float,Description=\"v\">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ts1\n";

    private static VcfStatistics Read(string folder, params string[] records)
    {
        string path = Path.Combine(folder, "in.vcf");
        File.WriteAllText(path, Header + string.Concat(records.Select(r => r.Replace(' ', '\t') + "\n")));
        return VcfStatistics.Read(path);
    }

    [Fact]
    public void RecordsAreCountedByTypeAndValue()
    {
        using var folder = TestData.Temporary();
        VcfStatistics s = Read(
            folder.Path,
            "c 1 . A G 100 PASS . GT:GQ:DP:VAF 0/1:20:10:0.5",
            "c 2 . A C 49 PASS . GT:GQ:DP:VAF 1/1:20:11:1",
            "c 3 . C T 49 PASS . GT:GQ:DP:VAF 1/0:21:11:0.03",
            "c 4 . C CTT 49.5 PASS . GT:GQ:VAF 0/1:21:0.019",
            "c 5 . CTT C 49 PASS . GT:GQ:DP:VAF 0/1:21:11:0.3",
            "c 6 . CT GA 49 PASS . GT:GQ:DP:VAF 0/1:21:11:0.3",
            "c 7 . C CA,CT 49 PASS . GT:GQ:DP:VAF 1/2:21:11:0.4,0.4",
            "c 8 . C A,CT 49 PASS . GT:GQ:DP:VAF 1/2:21:11:0.7,0.7",
            "c 9 . C A 0 RefCall . GT:GQ:DP:VAF 0/0:21:11:0",
            "c 10 . C A 9 RefCall . GT:GQ:DP:VAF 0/1:21:11:0",
            "c 11 . C <*> 0 . . GT:GQ:DP 0/0:21:11");
        Assert.Equal((11L, 2L, 1L), (s.Records, s.Transitions, s.Transversions));
        Assert.Equal(
            ["Biallelic_Insertion 1", "Biallelic_Deletion 1", "Biallelic_SNP 3", "Biallelic_MNP 1", "Multiallelic_Insertion 1", "Multiallelic_Deletion 0", "Multiallelic_SNP 0", "Multiallelic_Complex 1", "RefCall 3"],
            VariantType.All.Select(t => $"{t} {s.Types[t]}"));
        Assert.Equal([("A", "G", 1L), ("A", "C", 1L), ("C", "T", 1L)], s.BaseChanges);
        Assert.Equal([(2, 1L), (-2, 1L)], s.IndelSizes);
        Assert.Equal([(20, 2L), (21, 9L)], s.GenotypeQualities.Select(p => (p.Key, p.Value)));
        Assert.Equal([(10, 1L), (11, 9L)], s.Depths.Select(p => (p.Key, p.Value)));
        Assert.Equal([(0.0, 1.0, 2L), (9.0, 10.0, 1L), (49.0, 50.0, 7L), (100.0, 101.0, 1L)], s.QualityHistogram);
        Assert.Equal(1, s.VafHistograms["[0, 1]"][25]);
        Assert.Equal(1, s.VafHistograms["[0, 1]"][1]);
        Assert.Equal(1, s.VafHistograms["[1, 1]"][49]);
        Assert.Equal(1, s.VafHistograms["[1, 2]"].Sum());
        Assert.Contains("[-1, -1]", s.VafHistograms.Keys);

        IReadOnlyList<string> files = StatisticsFiles.Write(s, folder["x"]);
        Assert.Equal([folder["x.stats.json"], folder["x.stats.tsv"], folder["x_mqc.json"]], files);
        JsonNode json = JsonNode.Parse(File.ReadAllText(files[0]))!;
        Assert.Equal(3, (int)json["variant_type_counts"]!["Biallelic_SNP"]!);
        Assert.Equal("""{"s":100,"e":101,"c":1}""", json["qual_histogram"]![3]!.ToJsonString());
        Assert.Contains("indel_size\t-2\t1\n", File.ReadAllText(files[1]), StringComparison.Ordinal);
        Assert.Equal(11, (int)JsonNode.Parse(File.ReadAllText(files[2]))!["data"]!["s1"]!["records"]!);
    }

    [Fact]
    public void BinsAreThoseOfAHistogram()
    {
        // The edges are whole multiples of 0.02 in double precision, three of which lie a little above the printed ones.
        for (int i = 0; i < 50; i++) Assert.Equal(i is 35 or 41 or 47 ? i - 1 : i, VcfStatistics.VafBin(VcfStatistics.Edge(i)));
        for (int i = 0; i < 50; i++) Assert.Equal(i, VcfStatistics.VafBin(i * 0.02));
        Assert.Equal((49, -1, -1), (VcfStatistics.VafBin(1), VcfStatistics.VafBin(1.01), VcfStatistics.VafBin(double.NaN)));
    }

    [Fact]
    public void TypesOfThePublishedCallsAreCounted()
    {
        VcfStatistics s = VcfStatistics.Read(TestData.PathOf("upstream", "golden.postprocess_single_site_output.vcf"));
        Assert.Equal(78, s.Records);
        Assert.Equal(78, s.Types.Values.Sum());
        Assert.Equal(s.Types["Biallelic_SNP"], s.Transitions + s.Transversions);
    }

    [Fact]
    public void OtherFilesAreNamed()
    {
        using var folder = TestData.Temporary();
        File.WriteAllText(folder["two.vcf"], Header.Replace("\ts1", "\ts1\ts2", StringComparison.Ordinal));
        Assert.Contains("has 2 samples", Assert.Throws<ShrikeException>(() => VcfStatistics.Read(folder["two.vcf"])).Message, StringComparison.Ordinal);
        File.WriteAllText(folder["none.vcf"], Header.Replace("ID=GT", "ID=XT", StringComparison.Ordinal));
        Assert.Contains("does not declare GT", Assert.Throws<ShrikeException>(() => VcfStatistics.Read(folder["none.vcf"])).Message, StringComparison.Ordinal);
    }
}
