using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Shrike.Core;
using Shrike.Inference.Cuda;

namespace Shrike.Inference.Tests.Cuda;

public sealed class BatchingQueueTests
{
    private const int ImageBytes = 4;
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    [Fact]
    public void EveryThreadGetsItsOwnAnswers()
    {
        var devices = new[] { new FakeDevice(64), new FakeDevice(64) };
        using (var queue = new BatchingQueue(devices, classes: 2))
        {
            Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 16 }, t =>
            {
                int count = t % 150;
                byte[] images = Images(count, t);
                var answers = new float[count * 2];
                queue.Run(images, count, answers);
                for (int i = 0; i < count; i++) Assert.Equal((images[i * ImageBytes], i % 3), ((byte)answers[i * 2], (int)answers[(i * 2) + 1] % 3));
            });
        }

        Assert.Equal(Enumerable.Range(0, 400).Sum(t => t % 150), devices.Sum(d => d.Batches.Sum()));
        Assert.All(devices, d => Assert.All(d.Batches, b => Assert.InRange(b, 1, 64)));
        Assert.All(devices, d => Assert.True(d.MostUnderWay <= d.Slots));
    }

    [Fact]
    public async Task TheNextBatchIsFilledWhileOneIsComputed()
    {
        using var go = new SemaphoreSlim(0);
        var device = new FakeDevice(8) { Computes = () => Assert.True(go.Wait(Long)) };
        using var queue = new BatchingQueue([device], classes: 2);
        Task[] threads = [.. Enumerable.Range(0, 3).Select(t => Task.Run(() =>
        {
            var answers = new float[8 * 2];
            byte[] images = Images(8, t);
            queue.Run(images, 8, answers);
            Assert.Equal(images[0], answers[0]);
        }))];

        // Two are under way before any has ended; the third waits for a slot.
        Assert.True(SpinWait.SpinUntil(() => device.Begun == 2, Long));
        Thread.Sleep(50);
        Assert.Equal((2, 0), (device.Begun, device.Ended));
        go.Release();
        Assert.True(SpinWait.SpinUntil(() => device.Begun == 3, Long));
        go.Release(2);
        await Task.WhenAll(threads).WaitAsync(Long);
    }

    [Fact]
    public void ManyImagesOfOneThreadFillWholeBatches()
    {
        var device = new FakeDevice(10);
        using var queue = new BatchingQueue([device], classes: 2);
        var answers = new float[35 * 2];
        byte[] images = Images(35, 5);
        queue.Run(images, 35, answers);
        Assert.Equal([10, 10, 10, 5], device.Batches);
        for (int i = 0; i < 35; i++) Assert.Equal(images[i * ImageBytes], answers[i * 2]);
    }

    [Fact]
    public void ImagesThatAreNotPaintedAreHandedOverAsTheyAre()
    {
        var compact = new CompactImages(2, 3, new PixelLayout(1, 0, -1, -1, -1, -1));
        for (int i = 0; i < 7; i++)
        {
            int sequence = compact.AddSequence([(byte)(65 + i), 65, 65], []);
            compact.AddImage();
            compact.AddRow(new CompactRow { Sequence = sequence, Length = 3 }, [new RowSpan(0, 0, 3)], [0]);
        }

        using var queue = new BatchingQueue([new FakeDevice(3)], classes: 2);
        var answers = new float[7 * 2];
        queue.Run(compact, answers);
        for (int i = 0; i < 7; i++) Assert.Equal(65 + i, answers[i * 2]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AFailureReachesTheThreadThatAskedAndNobodyElse(bool atBegin)
    {
        // Images of the value 9 break the device.
        var device = new FakeDevice(4) { Breaks = 9, BreaksAtBegin = atBegin };
        using var queue = new BatchingQueue([device], classes: 2);
        byte[] bad = Images(40, 0);
        bad[12 * ImageBytes] = 9;
        for (int round = 0; round < 5; round++)
        {
            Assert.Contains("it broke", Assert.Throws<ShrikeException>(() => queue.Run(bad, 40, new float[80])).Message, StringComparison.Ordinal);
            var answers = new float[6 * 2];
            queue.Run(Images(6, 100), 6, answers);
            Assert.Equal(100, answers[0]);
        }
    }

    private static byte[] Images(int count, int first) => [.. Enumerable.Range(0, count * ImageBytes).Select(i => (byte)((first + (i / ImageBytes)) % 200 + (first >= 100 ? 0 : 20)))];

    /// <summary>Answers each image with its first byte and its place in its request; two batches may be under way.</summary>
    private sealed class FakeDevice(int batchSize) : IBatchDevice
    {
        private readonly ConcurrentQueue<int> _batches = new();
        private readonly List<(float Value, int Place)>?[] _slots = new List<(float, int)>?[2];
        private int _begun;
        private int _ended;
        private int _most;

        public int BatchSize => batchSize;

        public int Slots => _slots.Length;

        public Action Computes { get; init; } = () => { };

        public int Breaks { get; init; } = -1;

        public bool BreaksAtBegin { get; init; }

        public int Begun => Volatile.Read(ref _begun);

        public int Ended => Volatile.Read(ref _ended);

        public int MostUnderWay => _most;

        public IReadOnlyList<int> Batches => [.. _batches];

        public unsafe void Begin(int slot, IReadOnlyList<ImagePart> parts)
        {
            Assert.Null(_slots[slot]);
            var values = new List<(float, int)>();
            foreach (ImagePart part in parts)
            {
                for (int i = part.First; i < part.First + part.Count; i++)
                {
                    float value = part.Request.Compact is { } compact ? compact.Letters[compact.Rows[compact.FirstRow[i]].Sequence] : Marshal.ReadByte(part.Request.Images + (i * ImageBytes));
                    values.Add((value, i));
                }
            }

            if (BreaksAtBegin && values.Any(v => v.Item1 == Breaks)) throw new ShrikeException(ExitCode.DeviceUnavailable, "it broke");
            _slots[slot] = values;
            _batches.Enqueue(values.Count);
            _most = Math.Max(_most, Interlocked.Increment(ref _begun) - Ended);
        }

        public void End(int slot, Span<float> probabilities)
        {
            Computes();
            List<(float Value, int Place)> values = _slots[slot]!;
            _slots[slot] = null;
            Interlocked.Increment(ref _ended);
            if (values.Any(v => v.Value == Breaks)) throw new ShrikeException(ExitCode.DeviceUnavailable, "it broke");
            for (int i = 0; i < values.Count; i++) (probabilities[i * 2], probabilities[(i * 2) + 1]) = values[i];
        }
    }
}
