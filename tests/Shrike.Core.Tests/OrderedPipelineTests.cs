using Shrike.Core;

namespace Shrike.Core.Tests;

public sealed class OrderedPipelineTests
{
    private sealed class Worker : IDisposable
    {
        public static int Alive;

        public Worker() => Interlocked.Increment(ref Alive);

        public void Dispose() => Interlocked.Decrement(ref Alive);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(7, 9)]
    public void ResultsArriveInOrderAndWithinTheWindow(int threads, int window)
    {
        var seen = new List<int>();
        int consumed = 0;
        int begun = 0;
        int worst = 0;
        IEnumerable<int> Items()
        {
            for (int i = 0; i < 500; i++)
            {
                worst = Math.Max(worst, ++begun - Volatile.Read(ref consumed));
                yield return i;
            }
        }

        OrderedPipeline.Run(Items(), threads, window, () => new Worker(), (_, i) =>
        {
            Thread.SpinWait((i * 7919 % 97) * 50);
            return i * i;
        }, r =>
        {
            seen.Add(r);
            Interlocked.Increment(ref consumed);
        });

        Assert.Equal(Enumerable.Range(0, 500).Select(i => i * i), seen);
        Assert.InRange(worst, 1, Math.Max(window, threads) + 1);
    }

    [Fact]
    public void TheEarliestFailureWinsAndNothingBehindItIsConsumed()
    {
        var seen = new List<int>();
        var error = Assert.Throws<ShrikeException>(() => OrderedPipeline.Run(
            Enumerable.Range(0, 1000),
            4,
            16,
            () => new Worker(),
            (_, i) =>
            {
                if (i == 40) Thread.Sleep(20);
                return i is 40 or 41 or 43 ? throw ShrikeException.InvalidData($"record {i}") : i;
            },
            seen.Add));
        Assert.Equal("record 40", error.Message);
        Assert.True(seen.Count <= 40);
        Assert.Equal(Enumerable.Range(0, seen.Count), seen);
    }

    [Fact]
    public void CancellationEndsTheRun()
    {
        using var cancel = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => OrderedPipeline.Run(
            Enumerable.Range(0, int.MaxValue), 3, 8, () => new Worker(), (_, i) => i, i =>
            {
                if (i == 100) cancel.Cancel();
            }, cancellation: cancel.Token));
    }

    [Fact]
    public void ThreadsAreSentHomeWithTheirStateAndTheLastOneStays()
    {
        using var gone = new CountdownEvent(3);
        var asked = new List<int>();
        var seen = new List<int>();
        OrderedPipeline.Run(
            Enumerable.Range(0, 200),
            4,
            8,
            () => new Leaver(gone),
            (_, i) =>
            {
                // All but one have gone, though nobody has stopped the run.
                if (i == 150) Assert.True(gone.Wait(TimeSpan.FromMinutes(1)));
                return i;
            },
            seen.Add,
            active =>
            {
                asked.Add(active);
                return true;
            });
        Assert.Equal([4, 3, 2], asked);
        Assert.Equal(Enumerable.Range(0, 200), seen);
    }

    private sealed class Leaver(CountdownEvent gone) : IDisposable
    {
        public void Dispose()
        {
            if (!gone.IsSet) gone.Signal();
        }
    }
}
