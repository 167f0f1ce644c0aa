using System.Text;
using Shrike.Core;
using Shrike.Examples.Reads;
using Shrike.Examples.Realigning;

namespace Shrike.Examples.Tests.Realigning;

public sealed class SkipSplitterTests
{
    [Theory]
    [InlineData("15M5000N15M", "_p0 15M@1 _p1 15M@5016")]
    [InlineData("10M10N20M", "_p1 20M@21")]
    [InlineData("15M5D50N15M", "_p0 15M5D@1 _p1 15M@71")]
    [InlineData("15S5M50N15M", "_p0 15S5M@1 _p1 15M@56")]
    [InlineData("15H15M50N15M15H", "_p0 15H15M@1 _p1 15M15H@66")]
    [InlineData("5M5N5M5N5M5N", "")]
    [InlineData("20M", " 20M@1")]
    public void PublishedExamples(string cigar, string expected)
    {
        int length = Cigar.ReadSpan(BatchBuilder.Parse(cigar));
        string bases = string.Concat(Enumerable.Range(0, length).Select(i => "ACGT"[i % 4]));
        ReadBatch batch = new BatchBuilder().Add(1, cigar, bases, name: "r").Build(0, 10_000);
        SkipSplitter.Split(batch, 0);
        Assert.Equal(expected, string.Join(' ', Enumerable.Range(0, batch.Count).Select(i => $"{Encoding.ASCII.GetString(batch.NameOf(i))[1..]} {Cigar.ToText(batch.CigarOf(i))}@{batch.Start[i]}")));
        for (int i = 0; i < batch.Count; i++)
        {
            Assert.Equal(Cigar.ReadSpan(batch.CigarOf(i)), batch.BasesOf(i).Length);
            Assert.Contains(Encoding.ASCII.GetString(batch.BasesOf(i)), bases, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void PartsStandInThePlaceOfTheWhole()
    {
        ReadBatch batch = new BatchBuilder().Add(1, "20M", new string('A', 20), name: "a").Add(1, "20M100N20M", new string('C', 40), name: "b").Add(2, "20M", new string('G', 20), name: "c").Build(0, 1000);
        SkipSplitter.Split(batch, 0);
        Assert.Equal(["a/0", "b_p0/0", "b_p1/0", "c/0"], Enumerable.Range(0, batch.Count).Select(batch.KeyText));
        Assert.Equal([0, 1, 2, 3], batch.Key[..4]);
    }
}
