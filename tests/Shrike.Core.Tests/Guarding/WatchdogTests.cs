using Shrike.Core.Guarding;

namespace Shrike.Core.Tests.Guarding;

public sealed class WatchdogTests
{
    private readonly WorkBoard _board = new();
    private readonly List<Stall> _told = [];

    /// <summary>A dog that looks only when the test does: its own first look is 100 seconds away.</summary>
    private Watchdog Dog() => new(_board, TimeSpan.FromSeconds(1000), _told.Add);

    [Fact]
    public void ASilenceIsToldOnceAndAgainWhenItHasDoubled()
    {
        WorkPost post = _board.Join();
        post.Begin("chr1", 99, 200, WorkStage.Reading);
        using Watchdog dog = Dog();
        for (int i = 0; i < 9; i++) dog.Look(100, 0);
        Assert.Empty(_told);
        for (int i = 9; i < 45; i++) dog.Look(100, 0);
        Assert.Equal([1000, 2000, 4000], _told.Select(s => s.Seconds));
        Assert.Equal([new WorkPlace("chr1", 99, 200, WorkStage.Reading)], _told[0].InWork);
    }

    [Fact]
    public void WhatIsFinishedBeginsTheSilenceAnew()
    {
        WorkPost post = _board.Join();
        using Watchdog dog = Dog();
        for (int i = 0; i < 50; i++)
        {
            if (i % 9 == 0) post.Finish();
            dog.Look(100, 0);
        }

        Assert.Empty(_told);
        for (int i = 0; i < 10; i++) dog.Look(100, 7);
        Assert.Equal(1000, Assert.Single(_told).Seconds);
    }

    [Fact]
    public void AProcessThatWasStoppedOrSleptDoesNotStandStill()
    {
        using Watchdog dog = Dog();
        dog.Look(1_000_000, 0);
        for (int i = 0; i < 7; i++) dog.Look(100, 0);
        Assert.Empty(_told);
        dog.Look(100, 0);
        Assert.Single(_told);
    }

    [Fact]
    public void ItLooksByItself()
    {
        _board.Join().Begin("chr2", 0, 10, WorkStage.Network);
        using var told = new ManualResetEventSlim();
        using var dog = new Watchdog(_board, TimeSpan.FromMilliseconds(50), s =>
        {
            lock (_told) _told.Add(s);
            told.Set();
        });
        Assert.True(told.Wait(TimeSpan.FromMinutes(1)));
        Assert.Contains("chr2:1-10 (network)", _told[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void TheFirstPlaceIsTheOneOthersWaitFor()
    {
        WorkPost[] posts = [.. Enumerable.Range(0, 5).Select(_ => _board.Join())];
        foreach (int i in (int[])[3, 0, 4, 1, 2]) posts[i].Begin("chr1", i * 10, (i * 10) + 10, WorkStage.Reading);
        posts[3].Go(WorkStage.Images);
        posts[4].Finish();
        posts[4].Go(WorkStage.Writing);
        Assert.Equal("chr1:31-40 (making images), chr1:1-10 (reading), chr1:11-20 (reading) and 1 more", WorkBoard.Words(_board.InWork()));
        Assert.Equal(1, _board.Finished);
        posts[4].Reopen(WorkStage.Writing);
        Assert.Equal(new WorkPlace("chr1", 40, 50, WorkStage.Writing), _board.InWork()[^1]);
    }

    [Theory]
    [InlineData(WorkStage.Reading, 1, "the inputs do not answer")]
    [InlineData(WorkStage.Network, 1, "device does not answer")]
    [InlineData(WorkStage.Writing, 1, "the outputs' disk")]
    [InlineData(WorkStage.Images, 1, "it gets no core")]
    [InlineData(WorkStage.Images, 590, "it computes")]
    [InlineData(WorkStage.Network, 590, "the network computes")]
    public void TheLineSaysHowLongWhereAndWhatIsWaitedFor(WorkStage stage, double cpu, string cause)
    {
        string line = new Stall(600, cpu, [new WorkPlace("chr20", 10_000_000, 10_025_000, stage)]).ToString();
        Assert.StartsWith($"warning: nothing has been finished for 10 min ({cpu}.0 core seconds in that time): in work: chr20:10000001-10025000 (", line, StringComparison.Ordinal);
        Assert.Contains(cause, line, StringComparison.Ordinal);
        Assert.EndsWith("; the run goes on", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
    }
}
