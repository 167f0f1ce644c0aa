using Shrike.Examples.Candidates;
using Shrike.Examples.Pileup;
using Shrike.Examples.Reads;
using Shrike.Formats.Messages;

namespace Shrike.Examples.Tests.Pileup;

/// <summary>Haplotypes of reads in images: the order of rows and the channel.</summary>
public sealed class HaplotypeRowsTests
{
    private const int Site = 60;

    /// <summary>Haplotypes of the reads in list order, and the channel's values from the first read's row down.</summary>
    [Theory]
    [InlineData(false, 0, "254,127,0,0,254")]
    [InlineData(true, 0, "0,0,127,254,254")]
    [InlineData(true, 1, "127,0,0,254,254")]
    [InlineData(true, 2, "127,127,0,0,254")]
    public void RowsFollowHaplotypes(bool sort, int polished, string expected)
    {
        using var folder = TestData.Temporary();
        ReferenceWindow window = BatchBuilder.Window(folder.Path, new string('A', 200));
        var builder = new BatchBuilder();
        for (int i = 0; i < 5; i++) builder.Add(40, "40M", new string('A', 40), name: $"r{i}");
        ReadBatch batch = builder.Build(0, 200);
        int[] haplotypes = [2, 1, 0, -1, 2];
        haplotypes.CopyTo(batch.Haplotype, 0);
        var options = new PileupOptions { Channels = [7], Width = 21, SortByHaplotypes = sort, PolishedHaplotype = polished };
        var candidate = new Candidate
        {
            Variant = new Variant { ReferenceName = "c", Start = Site, End = Site + 1, ReferenceBases = "A", AlternateBases = { "C" } },
            Support = [],
        };
        var set = new ExampleSet(options.ImageBytes);
        new PileupEncoder(options).Encode(candidate, batch, window, set);
        byte[] image = set.Image(0).ToArray();
        Assert.Equal(expected, string.Join(',', Enumerable.Range(PileupOptions.ReferenceRows, 5).Select(row => image[(row * options.Width) + 10])));
    }
}
