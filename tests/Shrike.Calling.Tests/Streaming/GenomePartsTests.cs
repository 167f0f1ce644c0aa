using Shrike.Calling.Records;
using Shrike.Calling.Streaming;
using Shrike.Core;

namespace Shrike.Calling.Tests.Streaming;

public sealed class GenomePartsTests
{
    private static readonly Contig[] Contigs = [new("chr1", 1000, 0), new("chr2", 500, 1), new("chr3", 300, 2), new("chr4", 200, 3), new("chr5", 100, 4)];

    private static string[] Divide(int count) =>
        [.. GenomeParts.Divide(RegionSet.Whole(Contigs, Contigs), count, Contigs).Groups.Select(g => string.Join(' ', g.Select(r => $"{r.Contig}:{r.Start}-{r.End}")))];

    [Fact]
    public void PartsArePublished()
    {
        Assert.Equal(["chr1:0-700 chr1:700-1000", "chr2:0-500 chr3:0-300", "chr4:0-200 chr5:0-100"], Divide(3));
        Assert.Equal(["chr1:0-525", "chr1:525-1000", "chr2:0-500 chr3:0-300", "chr4:0-200 chr5:0-100"], Divide(4));
        Assert.Equal(["chr3:190-300 chr4:0-190", "chr4:190-200 chr5:0-100"], Divide(11)[^2..]);
    }

    [Fact]
    public void RecordsBelongToThePartTheyStartIn()
    {
        GenomeParts parts = GenomeParts.Divide(new RegionSet([new Region("chr1", 100, 700), new Region("chr2", 0, 500)], Contigs), 2, Contigs);
        int[] found = [.. new (int, long)[] { (0, 99), (0, 100), (0, 699), (0, 700), (1, 499), (1, 500), (4, 0) }.Select(p => parts.Find(new RecordKey(p.Item1, p.Item2, p.Item2 + 1)))];
        Assert.Equal([-1, 0, found[2], -1, found[4], -1, -1], found);
        Assert.True(found[2] >= 0 && found[4] > 0);
    }

    [Fact]
    public void FewerBasesThanPartsAreAnError() =>
        Assert.Contains("fewer bases", Assert.Throws<ShrikeException>(() => GenomeParts.Divide(new RegionSet([new Region("chr1", 0, 3)], Contigs), 5, Contigs)).Message, StringComparison.Ordinal);
}
