using Shrike.Core;
using Shrike.Training.Data;

namespace Shrike.Training.Tests.Data;

/// <summary>The shuffle on disk.</summary>
public sealed class ShuffledImagesTests
{
    private static IEnumerable<LabelledImage> Images(int count)
    {
        // The number of an image stands in its bytes; heights differ.
        for (int i = 0; i < count; i++) yield return new LabelledImage((byte)(i % 3), (VariantKind)(i % 2), [.. BitConverter.GetBytes(i), .. new byte[i % 7]]);
    }

    private static int[] Numbers(IEnumerable<LabelledImage> images) => [.. images.Select(i => BitConverter.ToInt32(i.Rows))];

    [Fact]
    public void AnEpochIsAPermutationThatSeedAndEpochDecide()
    {
        using var folder = TestData.Temporary();
        const int count = 5000;
        using var some = new ShuffledImages(folder["a"], Images(count), 10L << 30, 7);
        using var same = new ShuffledImages(folder["b"], Images(count), 10L << 30, 7);
        using var other = new ShuffledImages(folder["c"], Images(count), 10L << 30, 8);
        Assert.Equal(161, Directory.GetFiles(folder["a"]).Length);
        Assert.Equal(count, some.Count);
        Assert.Equal(count / 6.0, some.ByClass[(VariantKind.Snp, 0)], 1.0);
        int[] first = Numbers(some.Epoch(0, 0));
        Assert.Equal(Enumerable.Range(0, count), first.Order());
        Assert.Equal(first, Numbers(same.Epoch(0, 0)));
        Assert.NotEqual(first, Numbers(some.Epoch(1, 0)));
        Assert.NotEqual(first, Numbers(other.Epoch(0, 0)));
        Assert.Equal(first[1234..], Numbers(some.Epoch(0, 1234)));

        // Neighbours of the input are not neighbours of the output.
        Assert.InRange(Enumerable.Range(1, count - 1).Count(i => Math.Abs(first[i] - first[i - 1]) < 50), 0, 250);
    }

    [Fact]
    public void BatchesHoldEveryImageOnceAndGoOnAnywhere()
    {
        using var folder = TestData.Temporary();
        using var images = new ShuffledImages(folder["a"], Images(2010), 0, 3);
        List<int[]> batches = [.. images.Batches(2, 0, 16).Select(Numbers)];
        Assert.Equal(2010 / 16, batches.Count);
        Assert.All(batches, b => Assert.Equal(16, b.Length));
        Assert.Equal(2000, batches.SelectMany(b => b).Distinct().Count());
        for (int first = 0; first < batches.Count; first += 13) Assert.Equal(batches[first..], [.. images.Batches(2, first, 16).Select(Numbers)]);
    }

    [Fact]
    public void TheFolderGoesAwayAndAFolderThatCannotBeMadeIsNamed()
    {
        using var folder = TestData.Temporary();
        using (new ShuffledImages(folder["a"], Images(10), 0, 1)) Assert.True(Directory.Exists(folder["a"]));
        Assert.False(Directory.Exists(folder["a"]));
        File.WriteAllText(folder["file"], "");
        var error = Assert.Throws<ShrikeException>(() => new ShuffledImages(Path.Combine(folder["file"], "a"), Images(10), 0, 1));
        Assert.Equal(ExitCode.InputOutput, error.ExitCode);
        Assert.StartsWith(Path.Combine(folder["file"], "a"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFullDiskIsOneClearLineAndNothingIsLeft()
    {
        // A file system that takes nothing: every bucket is a link to it.
        using var folder = TestData.Temporary();
        Directory.CreateDirectory(folder["a"]);
        File.CreateSymbolicLink(Path.Combine(folder["a"], "bucket-000"), "/dev/full");
        IEnumerable<LabelledImage> images = Enumerable.Range(0, 10).Select(_ => new LabelledImage(0, VariantKind.Snp, new byte[1 << 17]));
        var error = Assert.Throws<ShrikeException>(() => new ShuffledImages(folder["a"], images, 0, 1));
        Assert.Equal(ExitCode.InputOutput, error.ExitCode);
        Assert.Contains("space", error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.False(Directory.Exists(folder["a"]));
    }

    [Fact]
    public void GivingUpLeavesNothingBehind()
    {
        using var folder = TestData.Temporary();
        using var stop = new CancellationTokenSource();
        IEnumerable<LabelledImage> Images()
        {
            for (int i = 0; ; i++)
            {
                if (i == 100) stop.Cancel();
                yield return new LabelledImage(0, VariantKind.Snp, new byte[50]);
            }
        }

        Assert.Throws<OperationCanceledException>(() => new ShuffledImages(folder["shuffled"], Images(), 0, 1, stop.Token));
        Assert.False(Directory.Exists(folder["shuffled"]));
    }
}
