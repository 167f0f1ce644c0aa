using CsCheck;
using Shrike.Examples.Alleles;
using Shrike.Examples.Reads;

namespace Shrike.Examples.Tests.Alleles;

public sealed class AlleleCounterTests
{
    // Positions 100-109 are ACGTACGTAC; A everywhere else.
    private static readonly string Reference = new string('A', 100) + "ACGTACGTAC" + new string('A', 90);

    private static AlleleCounter Count(BatchBuilder reads, AlleleCounterOptions? options = null, int start = 100, int end = 110)
    {
        using var folder = TestData.Temporary();
        var counter = new AlleleCounter(options ?? new AlleleCounterOptions());
        ReadBatch batch = reads.Build(start, end);
        counter.Count(batch, BatchBuilder.Window(folder.Path, Reference), start, end, start, end);
        return counter;
    }

    private static string Shown(AlleleCounter c)
    {
        var text = new List<string>();
        for (int i = 0; i < c.Length; i++)
        {
            ObservationList all = c.At(i);
            for (int k = 0; k < all.Count; k++) text.Add($"{c.Start + i} {all[k].Type} {c.BasesOf(all[k])}{(all[k].IsLowQuality ? " low" : "")}");
        }

        return string.Join("; ", text);
    }

    private static string References(AlleleCounter c) => string.Join(',', Enumerable.Range(0, c.Length).Where(i => c.ReferenceCount[i] > 0).Select(i => c.ReferenceCount[i] == 1 ? $"{c.Start + i}" : $"{c.Start + i}x{c.ReferenceCount[i]}"));

    [Theory]
    [InlineData(101, "3M2I4M", "CGTGGACGT", "101,102,104,105,106,107", "103 Insertion TGG")]
    [InlineData(102, "2M3D3M", "GTTAC", "102,107,108,109", "103 Deletion TACG")]
    [InlineData(102, "2S4M3S", "AAGTACTTT", "102,103,104", "101 SoftClip CAA; 105 SoftClip CTTT")]
    [InlineData(100, "3M2I2D3M", "ACGTTCGT", "100,101,105,106,107", "102 Deletion TTA")]
    [InlineData(100, "3M2I2D3M", "ACGNACGT", "100,101,102,105,106,107", "102 Deletion ATA")]
    [InlineData(100, "3M2I2D3M", "ACTNACGT", "100,101,105,106,107", "102 Deletion ATA")]
    [InlineData(100, "3M1I2D3M", "ACGNCGT", "100,101,102,105,106,107", "")]
    [InlineData(107, "3M4D2M", "TACAA", "107,108", "109 Deletion CAAAA")]
    public void ReadsShowWhatIsPublished(int start, string cigar, string bases, string references, string alleles)
    {
        AlleleCounter c = Count(new BatchBuilder().Add(start, cigar, bases));
        Assert.Equal((references, alleles), (References(c), Shown(c)));
    }

    [Fact]
    public void InsertedBasesAreJudgedByTheirMean()
    {
        byte[] qualities = [30, 30, 30, 5, 14, 30, 30, 30, 30];
        AlleleCounter c = Count(new BatchBuilder().Add(101, "3M2I4M", "CGTGGACGT", qualities));
        Assert.Equal("103 Insertion TGG low", Shown(c));
        Assert.Equal(0, c.Total(3));
        c = Count(new BatchBuilder().Add(101, "3M2I4M", "CGTGGACGT", qualities), new AlleleCounterOptions { LegacyBehavior = true });
        Assert.Equal(("101,102,103,104,105,106,107", ""), (References(c), Shown(c)));
    }

    [Fact]
    public void LowQualityBasesDoNotCount()
    {
        byte[] qualities = [30, 30, 30, 30, 9, 30, 30, 30, 30, 30];
        Assert.Equal("100,101,102,103,105,106,107,108,109", References(Count(new BatchBuilder().Add(100, "10M", "ACGTACGTAC", qualities))));
        AlleleCounter c = Count(new BatchBuilder().Add(100, "10M", "ACGTGCGTAC", qualities));
        Assert.Equal("104 Substitution G low", Shown(c));
        Assert.Equal((0, 1), (c.Total(4), c.Stored[4]));
    }

    [Fact]
    public void TheLastRecordOfAKeyWins()
    {
        AlleleCounter c = Count(new BatchBuilder().Add(100, "4M", "ACGG", name: "same").Add(100, "4M", "ACGC", name: "same"));
        Assert.Equal(("100x2,101x2,102x2", "103 Substitution C", 1), (References(c), Shown(c), c.Total(3)));
    }

    [Fact]
    public void VectorAndScalarFindTheSameExceptions()
    {
        var letter = Gen.OneOfConst((byte)'A', (byte)'C', (byte)'G', (byte)'T', (byte)'N', (byte)'=');
        Gen.Select(letter.Array[32], letter.Array[32], Gen.Byte[0, 20].Array[32], Gen.Byte[0, 20]).Sample((read, reference, qualities, floor) =>
            Assert.Equal(MatchRun.ExceptionsScalar(read, reference, qualities, floor), MatchRun.ExceptionsVector256(read, reference, qualities, floor)));
    }
}
