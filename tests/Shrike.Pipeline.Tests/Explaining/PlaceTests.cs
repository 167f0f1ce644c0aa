using Shrike.Core;
using Shrike.Examples.Candidates;
using Shrike.Hts;
using Shrike.Pipeline.Explaining;

namespace Shrike.Pipeline.Tests.Explaining;

public sealed class PlaceTests
{
    private static readonly Contig[] Contigs = [new("chr1", 5000, 0), new("HLA-A*01:01", 3000, 1), new("chr20", 63_025_520, 2)];

    [Theory]
    [InlineData("chr1:1", "chr1", 0, 1, "chr1:1")]
    [InlineData("chr20:10,004,223", "chr20", 10_004_222, 10_004_223, "chr20:10004223")]
    [InlineData("chr1:4001-5000", "chr1", 4000, 5000, "chr1:4001-5000")]
    [InlineData("HLA-A*01:01:7", "HLA-A*01:01", 6, 7, "HLA-A*01:01:7")]
    [InlineData("chr1:100:ACG>a", "chr1", 99, 102, "chr1:100:ACG>A")]
    public void PlacesAreRead(string text, string contig, int start, int end, string written)
    {
        Place place = Place.Parse(text, Contigs);
        Assert.Equal((contig, start, end, written), (place.Contig.Name, place.Start, place.End, place.ToString()));
    }

    [Theory]
    [InlineData("chr1", "is no place")]
    [InlineData("chr1:0", "is no place")]
    [InlineData("chr1:x", "is no place")]
    [InlineData("chr1:1-2-3", "is no place")]
    [InlineData("chr1:1-3:A>C", "is no place")]
    [InlineData("chr1:-5", "is no place")]
    [InlineData(":5", "is no place")]
    [InlineData("chr1:9-5", "before the first")]
    [InlineData("chr1:5001", "has only 5000 bases")]
    [InlineData("chr1:99999999999999", "has only 5000 bases")]
    [InlineData("chr1:4999:ACG>A", "has only 5000 bases")]
    [InlineData("chr1:1-1001", "at most 1000")]
    [InlineData("1:100", "but it has chr1")]
    [InlineData("chr9:100", "no contig chr9")]
    [InlineData("chr1:100:A>", "is no allele")]
    [InlineData("chr1:100:A>N", "is no allele")]
    [InlineData("chr1:100:A>C>G", "is no allele")]
    [InlineData("chr1:100:A>A", "the same")]
    public void OthersAreRefusedInOneLine(string text, string says)
    {
        ShrikeException e = Assert.Throws<ShrikeException>(() => Place.Parse(text, Contigs));
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, e.ExitCode);
        Assert.DoesNotContain('\n', e.Message);
    }

    /// <summary>hg19 chr20:10024296-10024305 is TTTCCTTCTT... : spelled in any way, an allele has one normal form.</summary>
    [Fact]
    public void AllSpellingsOfAnAlleleHaveOneForm()
    {
        using ReferenceReader reference = ReferenceReader.Open(TestData.Hg19Chr20);
        Assert.True(reference.TryGetContig("chr20", out Contig contig));
        var random = new Random(5);
        int moved = 0;
        for (int round = 0; round < 300; round++)
        {
            // A deletion at a random place, padded at both sides; every other place that gives the same sequence must have the same form.
            int start = random.Next(10_000_100, 10_099_900), length = random.Next(1, 5);
            string around = System.Text.Encoding.ASCII.GetString(reference.Fetch("chr20", start - 60, start + 60));
            AlleleSpelling Deletion(int at, int left, int right) => new(start - 60 + at - left, around[(at - left)..(at + length + right)], around[(at - left)..at] + around[(at + length)..(at + length + right)]);
            string without = around.Remove(60, length);
            AlleleSpelling form = Deletion(60, 1, 0).Normalize(contig, reference);
            for (int at = 30; at < 80; at++)
            {
                if (around.Remove(at, length) != without) continue;
                if (at < 60) moved++;
                Assert.Equal(form, Deletion(at, random.Next(1, 9), random.Next(0, 9)).Normalize(contig, reference));
                Assert.True(form.Position <= start - 60 + at - 1);
            }

            Assert.Equal((length + 1, 1), (form.Reference.Length, form.Alternate.Length));
        }

        Assert.True(moved > 20);

        // Not further than it may, and never without a base that both share.
        Assert.Equal(new AlleleSpelling(39, "AAA", "A"), new AlleleSpelling(49, "AAA", "A").Normalize(9, _ => 'A'));
        Assert.Equal(new AlleleSpelling(0, "AA", "A"), new AlleleSpelling(3, "AA", "A").Normalize(100, _ => 'A'));
        Assert.Equal(new AlleleSpelling(0, "CA", "A"), new AlleleSpelling(0, "CAG", "AG").Normalize(100, at => "CAGT"[at]));
        Assert.Equal(new AlleleSpelling(10, "A", "C"), new AlleleSpelling(8, "GGATT", "GGCTT").Normalize(contig, reference));
    }
}
