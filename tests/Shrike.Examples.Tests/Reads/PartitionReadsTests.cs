using Shrike.Examples.Reads;

namespace Shrike.Examples.Tests.Reads;

public sealed class PartitionReadsTests
{
    private static ReadBatch Sample(int reads, int most)
    {
        var builder = new BatchBuilder();
        for (int i = 0; i < reads; i++) builder.Add(10, "5M", "ACGTA");
        return builder.Build(10, 15, most);
    }

    [Theory]
    [InlineData(10, 3, "8,1,5")]
    [InlineData(20, 5, "19,17,13,9,4")]
    [InlineData(4, 5, "0,1,2,3")]
    public void TheReservoirIsPublished(int reads, int most, string chosen)
    {
        ReadBatch batch = Sample(reads, most);
        Assert.Equal(chosen, string.Join(',', batch.Row.Take(batch.Count)));
    }

    [Fact]
    public void OnlyOverlappingReadsAreFound()
    {
        ReadBatch batch = new BatchBuilder().Add(0, "50M", new string('A', 50)).Add(5, "5M", "AAAAA").Add(9, "1M", "A").Add(10, "1M", "A").Add(19, "3M", "AAA").Add(20, "3M", "AAA").Build(10, 20);
        Assert.Equal([0, 3, 4], batch.Row.Take(batch.Count));
    }

    [Fact]
    public void SharedKeysAreMarked()
    {
        ReadBatch batch = new BatchBuilder().Add(10, "1M", "A", name: "x", flags: 0x41).Add(10, "1M", "A", name: "x", flags: 0x81).Add(10, "1M", "A", name: "x", flags: 0x41).Build(10, 11);
        Assert.True(batch.HasDuplicateKeys);
        Assert.Equal([0, 1, 0], batch.Key.Take(3));
        Assert.Equal(["x/0", "x/1", "x/0"], Enumerable.Range(0, 3).Select(batch.KeyText));
    }
}
