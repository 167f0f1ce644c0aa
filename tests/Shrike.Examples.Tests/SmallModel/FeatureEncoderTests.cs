using Shrike.Examples.Candidates;
using Shrike.Examples.SmallModel;
using Shrike.Formats.Messages;

namespace Shrike.Examples.Tests.SmallModel;

/// <summary>Published worked vectors of the features.</summary>
public sealed class FeatureEncoderTests
{
    private static readonly int[] Haplotypes = [1, 2, 0, 1, 1, 2];

    private static Variant Site(string reference, params string[] alts) => new() { ReferenceName = "chr20", Start = 5000, End = 5000 + reference.Length, ReferenceBases = reference, AlternateBases = { alts } };

    private static SupportSums SixReads()
    {
        var sums = new SupportSums();
        sums.Clear(1);
        (int Mapping, int Base, bool Reverse)[] reference = [(60, 30, false), (20, 35, true), (40, 25, true)];
        (int Mapping, int Base)[] alternate = [(60, 50), (30, 60), (60, 40)];
        for (int i = 0; i < 3; i++)
        {
            sums.Add(AlleleSupport.Reference, Haplotypes[i], reference[i].Mapping, reference[i].Base, reference[i].Reverse);
            sums.Add(0, Haplotypes[3 + i], alternate[i].Mapping, alternate[i].Base, false);
        }

        return sums;
    }

    [Fact]
    public void ASnpGivesTheWorkedVector()
    {
        var layout = new FeatureLayout(3, Haplotypes: true);
        var row = new float[layout.Count];
        new FeatureEncoder(layout).Encode(Site("A", "C"), [0], SixReads(), 4999, [50, 87, 30, 40], row);
        float[] expected =
        [
            3, 3, 6, 6, 50, 50, 40, 50, 30, 50, 66, 0,
            1, 0, 0, 0, 0, 0, 0,
            50, 87, 30,
            1, 0, 1, 6, 0, 0, 40, 0, 25, 0, 100, 0,
            1, 2, 3, 6, 33, 66, 60, 45, 30, 55, 0, 0,
            1, 1, 2, 6, 16, 50, 20, 60, 35, 40, 100, 0,
        ];
        Assert.Equal(expected, row);

        var plain = new FeatureLayout(3, Haplotypes: false);
        var shorter = new float[plain.Count];
        new FeatureEncoder(plain).Encode(Site("A", "C"), [0], SixReads(), 4999, [50, 87, 30, 40], shorter);
        Assert.Equal(expected[..22], shorter);
    }

    [Fact]
    public void ReadsOfAllAllelesMakeTheDepthOfEverySet()
    {
        var sums = new SupportSums();
        sums.Clear(3);
        foreach ((short allele, int count) in ((short, int)[])[(AlleleSupport.Reference, 3), (0, 3), (1, 1), (2, 2)])
        {
            for (int i = 0; i < count; i++) sums.Add(allele, 0, 60, 30, false);
        }

        var layout = new FeatureLayout(0, Haplotypes: false);
        float[] Row(params int[] alts)
        {
            var row = new float[layout.Count];
            new FeatureEncoder(layout).Encode(Site("A", "C", "G", "AT"), alts, sums, 0, [], row);
            return row;
        }

        float[] one = Row(0), two = Row(0, 1), mixed = Row(1, 2);
        Assert.Equal([6, 9, 33], [one[2], one[3], one[4]]);
        Assert.Equal([4, 7, 9, 44, 57], [two[1], two[2], two[3], two[4], two[5]]);
        Assert.Equal([1, 0, 0, 0, 0, 1, 0], one[12..]);
        Assert.Equal([1, 0, 0, 0, 0, 1, 1], two[12..]);
        Assert.Equal([0, 0, 0, 1, 0, 1, 1], mixed[12..]);
    }

    [Theory]
    [InlineData("ACG", "A", 0, 0, 1, 0, 2)]
    [InlineData("A", "ACGT", 0, 1, 0, 3, 0)]
    [InlineData("AC", "GT", 0, 0, 0, 0, 0)]
    public void LengthsOfIndelsAreFeatures(string reference, string alt, int snp, int insertion, int deletion, int inserted, int deleted)
    {
        var sums = new SupportSums();
        sums.Clear(1);
        var layout = new FeatureLayout(5, Haplotypes: true);
        var row = new float[layout.Count];
        Array.Fill(row, -1);
        new FeatureEncoder(layout).Encode(Site(reference, alt), [0], sums, 5001, [9], row);
        Assert.Equal([snp, insertion, deletion, inserted, deleted, 0, 0], row[12..19]);
        Assert.Equal([0, 0, 0, 9, 0], row[19..24]);
        Assert.All(row[..12], f => Assert.Equal(0, f));
        Assert.All(row[24..], f => Assert.Equal(0, f));
    }

    [Fact]
    public void LayoutsAreKnownByTheirLength()
    {
        Assert.Equal(new FeatureLayout(51, false), FeatureLayout.Of(70, 51));
        Assert.Equal(new FeatureLayout(51, true), FeatureLayout.Of(106, 51));
        Assert.Null(FeatureLayout.Of(71, 51));
        Assert.Equal(106, new FeatureLayout(51, true).Names("s").Distinct().Count());
    }
}
