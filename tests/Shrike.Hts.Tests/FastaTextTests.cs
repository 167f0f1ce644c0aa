using System.Text;
using Shrike.Core;

namespace Shrike.Hts.Tests;

public sealed class FastaTextTests
{
    private const string Fasta = ">a the first\nACGTA\nCGTAC\nGT\n> b\nTTTTT\n>c\nGGG\n";
    private const string Index = "a\t12\t13\t5\t6\nb\t5\t32\t5\t6\nc\t3\t41\t5\t6\n";

    private static ReferenceReader Open(string path, string fasta, string index)
    {
        File.WriteAllText(path, fasta);
        File.WriteAllText(path + ".fai", index);
        return ReferenceReader.Open(path);
    }

    [Theory]
    [InlineData(Fasta, Index)]
    [InlineData(">a\r\nAC\r\nG\r\n\r\n>b\r\nT\r\n", "a\t3\t4\t2\t4\nb\t1\t17\t1\t3\n")]
    [InlineData(">a\nAC\n\n>none\n>b\nTT", "a\t2\t3\t2\t3\nnone\t0\t13\t0\t0\nb\t2\t16\t2\t3\n")]
    public void AnIndexOfItsFileIsTaken(string fasta, string index)
    {
        using var folder = TestData.Temporary();
        using ReferenceReader reader = Open(folder["r.fa"], fasta, index);
        reader.RequireFittingIndex();
        Assert.All(reader.Contigs, c => Assert.DoesNotContain(reader.Fetch(c.Name, 0, c.Length), b => b < 'A'));
    }

    [Theory]
    [InlineData("a longer header", ">a the very first\nACGTA\nCGTAC\nGT\n> b\nTTTTT\n>c\nGGG\n", "a", "the bases of a do not begin where it says")]
    [InlineData("another name", ">a the first\nACGTA\nCGTAC\nGT\n> d\nTTTTT\n>c\nGGG\n", "b", "it says b where the FASTA says d")]
    [InlineData("a deletion", ">a the first\nACGTA\nCGTAC\nT\n> b\nTTTTT\n>c\nGGG\n", "a", "a does not end where it says")]
    [InlineData("an insertion", ">a the first\nACGTA\nCGTAC\nGTT\n> b\nTTTTT\n>c\nGGG\n", "a", "a does not end where it says")]
    [InlineData("one at the end", Fasta + "A\n", "c", "c does not end where it says")]
    [InlineData("other lines", ">a the first\nACGTACGTACGT\n> b\nTTTTT\n>c\nGGG\n", "a", "a does not end where it says")]
    [InlineData("an end too early", ">a the first\nACGTA\nCGTAC\nGT\n> b\nTTTTT\n>c\nG", "c", "c does not end where it says")]
    [InlineData("no header", "a1 the first\nACGTA\nCGTAC\nGT\n> b\nTTTTT\n>c\nGGG\n", "a", "no header stands before the bases of a")]
    public void AnIndexOfAnotherFileIsRefusedBeforeAnyBaseIsRead(string what, string fasta, string contig, string why)
    {
        using var folder = TestData.Temporary();
        string path = folder["r.fa"];
        using ReferenceReader reader = Open(path, fasta, Index);
        foreach (Action read in (Action[])[reader.RequireFittingIndex, () => reader.Fetch(contig, 0, 2), () => reader.Md5(contig)])
        {
            ShrikeException e = Assert.Throws<ShrikeException>(read);
            Assert.Equal(ExitCode.InvalidData, e.ExitCode);
            Assert.True(e.Message == $"{path}: its index {path}.fai does not fit it: {why}: samtools faidx {path}", $"{what}: {e.Message}");
        }
    }

    [Fact]
    public void ACompressedReferenceIsLookedAtToo()
    {
        using var folder = TestData.Temporary();
        foreach (string end in (string[])["", ".fai", ".gzi"]) File.Copy(TestData.Hg19Chr20 + end, folder["r.fa.gz" + end]);
        using (ReferenceReader reader = ReferenceReader.Open(folder["r.fa.gz"])) reader.RequireFittingIndex();
        File.WriteAllText(folder["r.fa.gz.fai"], "chr20\t63025519\t7\t50\t51\n");
        using ReferenceReader other = ReferenceReader.Open(folder["r.fa.gz"]);
        Assert.Contains("chr20 does not end where it says", Assert.Throws<ShrikeException>(() => other.Fetch("chr20", 10_000_000, 10_000_100)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheChecksumIsThatOfSamHeaders()
    {
        // As samtools dict says.
        using (ReferenceReader real = ReferenceReader.Open(TestData.Hg19Chr20)) Assert.Equal("d56007d0cc776ca9c0e4f218060eba81", real.Md5("chr20"));
        using var folder = TestData.Temporary();
        foreach ((string fasta, string index) in ((string, string)[])[(">x\nacgtn\nRYK\n", "x\t8\t3\t5\t6\n"), (">x\r\nACGTNR\r\nyK", "x\t8\t4\t6\t8\n")])
        {
            using ReferenceReader reader = Open(folder["r.fa"], fasta, index);
            Assert.Equal("8d3a634271757425e99c9afde27db252", reader.Md5("x"));
        }
    }
}
