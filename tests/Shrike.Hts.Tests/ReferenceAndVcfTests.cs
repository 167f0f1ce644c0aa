using System.Text;
using Shrike.Core;

namespace Shrike.Hts.Tests;

public sealed class ReferenceAndVcfTests
{
    [Fact]
    public void ReferenceBasesAreUpperCaseAndComplete()
    {
        using var folder = TestData.Temporary();
        File.WriteAllText(folder["r.fa"], ">a x\nacgtn\nRYK\n>b\nTTTT\n");
        File.WriteAllText(folder["r.fa.fai"], "a\t8\t5\t5\t6\nb\t4\t18\t4\t5\n");
        using var reference = ReferenceReader.Open(folder["r.fa"]);
        Assert.Equal([new Contig("a", 8, 0), new Contig("b", 4, 1)], reference.Contigs);
        Assert.Equal("ACGTNRYK", Encoding.ASCII.GetString(reference.Fetch("a", 0, 8)));
        Assert.Equal("GTNR", Encoding.ASCII.GetString(reference.Fetch("a", 2, 6)));
        Assert.Empty(reference.Fetch("b", 2, 2));
        Assert.Throws<ShrikeException>(() => reference.Fetch("a", 5, 9));
        Assert.Throws<ShrikeException>(() => reference.Fetch("c", 0, 1));
    }

    [Fact]
    public void MissingIndexesNameTheCure()
    {
        using var folder = TestData.Temporary();
        File.WriteAllText(folder["r.fa"], ">a\nACGT\n");
        Assert.Contains("samtools faidx", Assert.Throws<ShrikeException>(() => ReferenceReader.Open(folder["r.fa"])).Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.InputOutput, Assert.Throws<ShrikeException>(() => ReferenceReader.Open(folder["none.fa"])).ExitCode);
    }

    [Fact]
    public void RealReferenceFits()
    {
        using var reference = ReferenceReader.Open(TestData.Hg19Chr20);
        Assert.True(reference.TryGetContig("chr20", out Contig contig));
        Assert.Equal(63_025_520, contig.Length);
        Assert.All(reference.Fetch("chr20", 10_000_000, 10_100_000), b => Assert.True("ACGTN"u8.Contains(b)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheIndexKnowsWhichContigsHaveRecords(bool bcf)
    {
        using var folder = TestData.Temporary();
        const string header = "##fileformat=VCFv4.2\n##FILTER=<ID=PASS,Description=\"All filters passed\">\n##contig=<ID=c1,length=100000>\n##contig=<ID=none,length=7>\n##contig=<ID=c2,length=50000>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
        string[] records = [.. Enumerable.Range(0, 3000).Select(i => $"{(i < 2000 ? "c1" : "c2")}\t{(i % 2000 * 20) + 1}\t.\tA\tG\t.\t.\t.\n")];
        string path = folder[bcf ? "x.bcf" : "x.vcf.gz"];
        if (bcf)
        {
            using (var writer = new BcfWriter(path, header))
            {
                foreach (string record in records) writer.Write(Encoding.ASCII.GetBytes(record));
            }

            VariantIndex.BuildBcf(path, path + ".csi");
        }
        else
        {
            using (var writer = new BgzfWriter(path)) writer.Write(Encoding.ASCII.GetBytes(header + string.Concat(records)));
            VariantIndex.Build(path, 100_000);
        }

        using VcfReader reader = VcfReader.Open(path);
        Assert.Equal([("c1", 2000L), ("c2", 1000L)], reader.IndexedContigs());

        // A stream may be left before its end, and another begun.
        Assert.Equal([500, 520, 540], reader.Stream("c1", 500, 30_000).Take(3).Select(r => r.Start));
        Assert.Equal(Enumerable.Range(50, 50).Select(i => i * 20), reader.Stream("c2", 999, 2000).Select(r => r.Start));
        Assert.Empty(reader.Stream("none", 0, 7));
        Assert.Throws<ShrikeException>(() => reader.Stream("unknown", 0, 7).Any());
    }

    [Fact]
    public void WrittenVcfIsIndexedAndQueried()
    {
        using var folder = TestData.Temporary();
        string path = folder["x.vcf.gz"];
        using (var writer = new BgzfWriter(path))
        {
            var text = new StringBuilder("##fileformat=VCFv4.2\n##contig=<ID=c1,length=100000>\n##contig=<ID=c2,length=50>\n##INFO=<ID=END,Number=1,Type=Integer,Description=\"e\">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ts\n");
            for (int i = 0; i < 5000; i++) text.Append(i + 1).Insert(text.Length - (i + 1).ToString(System.Globalization.CultureInfo.InvariantCulture).Length, "c1\t").Append("\t.\tac\tG,<DEL>\t3.5\tPASS\t.\tGT:DP\t0|1:7\n");
            writer.Write(Encoding.ASCII.GetBytes(text.ToString()));
        }

        Assert.Equal(path + ".tbi", VariantIndex.Build(path, 100_000));
        using var reader = VcfReader.Open(path);
        IReadOnlyList<VcfRecord> found = reader.Query("c1", 100, 110);
        Assert.Equal(Enumerable.Range(99, 11), found.Select(r => r.Start));
        VcfRecord first = found[0];
        Assert.Equal(("AC", "G,<DEL>", 3.5), (first.Reference, string.Join(',', first.Alternates), first.Quality!.Value));
        Assert.Equal([0, 1], first.Genotype(0, out bool phased));
        Assert.True(phased);
        Assert.Equal("7", first.Format(0, "DP"));
        Assert.Empty(reader.Query("c2", 0, 50));
        Assert.Throws<ShrikeException>(() => reader.Query("c3", 0, 50));
        using var again = VcfReader.Open(path);
        Assert.Equal(5000, again.ReadAll().Count());
    }

    [Fact]
    public void TruthVariantsAreRead()
    {
        using var reader = VcfReader.Open(TestData.PathOf("upstream", "truth", "HG002_GRCh38_1_22_v4.2.1_benchmark.chr20.1_10M.vcf.gz"));
        Assert.Equal(16_192, reader.ReadAll().Count());
        Assert.NotEmpty(reader.Query("chr20", 1_000_000, 1_100_000));
    }

    [Fact]
    public void ForeignFilesAreRefused()
    {
        using var folder = TestData.Temporary();
        File.WriteAllText(folder["x.vcf"], "hello\n");
        Assert.Equal(ExitCode.InvalidData, Assert.Throws<ShrikeException>(() => VcfReader.Open(folder["x.vcf"])).ExitCode);
        Assert.Throws<ShrikeException>(() => VcfReader.Open(TestData.Na12878Bam));
    }
}
