using Shrike.Training.Data;

namespace Shrike.Training.Tests.Data;

public sealed class AugmentationTests
{
    [Fact]
    public void AugmentationKeepsReferenceRowsAndSize()
    {
        const int width = 21;
        var rows = new byte[9 * width * 7];
        new Random(1).NextBytes(rows);
        for (int i = 0; i < rows.Length; i += 7) rows[i] = (byte)(i % 2 == 0 ? 250 : 30);
        var augmentation = new Augmentation(width, Formats.ChannelNames.Parse("BASE_CHANNELS,insert_size"));
        var random = new Random(2);
        for (int round = 0; round < 50; round++)
        {
            var target = new byte[rows.Length];
            int used = augmentation.Apply(rows, target, random);
            Assert.InRange(used, 5, 9);
            Assert.True(rows.AsSpan(1, 6).SequenceEqual(target.AsSpan(1, 6)));
            Assert.Equal(-1, target.AsSpan(used * width * 7).IndexOfAnyExcept((byte)0));
        }
    }
}
