using Shrike.Core.Guarding;

namespace Shrike.Core.Tests.Guarding;

public sealed class MemoryBudgetTests
{
    private const long Mib = 1L << 20;
    private readonly WorkBoard _board = new();
    private readonly List<string> _log = [];
    private long _used;
    private long _garbage;
    private int _collections;

    private MemoryBudget Budget(int threads, long bytes = 1000 * Mib)
    {
        var budget = new MemoryBudget(bytes, _board, _log.Add, () => _used + _garbage, () =>
        {
            _collections++;
            _garbage = 0;
        });
        budget.Begin(threads);
        budget.Dispose(); // its own looks end; those of the test follow
        return budget;
    }

    [Theory]
    [InlineData(100, 8, 1)]
    [InlineData(1024, 8, 8)]
    [InlineData(1024, 64, 14)]
    [InlineData(1L << 40, 64, 64)]
    public void ThreadsAreAsManyAsTheBudgetHolds(long mebibytes, int wanted, int threads) => Assert.Equal(threads, new MemoryBudget(mebibytes * Mib, _board, _log.Add).ThreadsFor(wanted));

    [Fact]
    public void GarbageIsCollectedBeforeAnythingElse()
    {
        MemoryBudget budget = Budget(4);
        (_used, _garbage) = (500 * Mib, 400 * Mib);
        budget.Look(10_000);
        (_used, _garbage) = (500 * Mib, 600 * Mib);
        budget.Look(10_100);
        budget.Check();
        Assert.Equal(2, _collections);
        Assert.Empty(_log);
        Assert.False(budget.SendsHome(4));
    }

    [Fact]
    public void WhereItIsScarceOneThreadAfterTheOtherGoesHomeButNotTheLast()
    {
        MemoryBudget budget = Budget(3);
        _used = 900 * Mib;
        budget.Look(10_000);
        Assert.Equal("memory gets scarce: 900 MiB of --memory 1000 MiB are in use: 2 of 3 threads go on", Assert.Single(_log));
        Assert.True(budget.SendsHome(3));
        Assert.False(budget.SendsHome(2));

        // What that brings is awaited.
        budget.Look(12_000);
        Assert.False(budget.SendsHome(2));
        budget.Look(16_000);
        Assert.True(budget.SendsHome(2));
        budget.Look(30_000);
        Assert.False(budget.SendsHome(1));
        Assert.Equal(2, _log.Count);
        budget.Check();
    }

    [Fact]
    public void APassedBudgetEndsTheWorkWithOneLine()
    {
        MemoryBudget budget = Budget(3);
        _board.Join().Begin("chr7", 0, 1000, WorkStage.Images);
        _used = 1100 * Mib;
        budget.Look(10_000);
        _used = 10 * Mib; // it has been passed, whatever comes
        budget.Look(20_000);
        var error = Assert.Throws<ShrikeException>(budget.Check);
        Assert.Equal((ExitCode.OutOfMemory, "1.07 GiB of memory are in use, more than --memory 1000 MiB (in work: chr7:1-1000 (making images)): give fewer --threads than 3, or a larger budget"), (error.ExitCode, error.Message));
    }

    [Fact]
    public void ItLooksBeforeTheWorkAndByItself()
    {
        _used = 1100 * Mib;
        var guard = new RunGuard { Memory = new MemoryBudget(1000 * Mib, _board, _log.Add, () => Volatile.Read(ref _used), () => { }) };
        Assert.Contains("(before the first region): give a larger budget", Assert.Throws<ShrikeException>(() => guard.Begin(1)).Message, StringComparison.Ordinal);
        guard.Memory.Dispose();

        _used = 100 * Mib;
        var later = new MemoryBudget(1000 * Mib, _board, _log.Add, () => Volatile.Read(ref _used), () => { });
        using IDisposable watch = new RunGuard { Memory = later }.Begin(1);
        later.Check();
        Volatile.Write(ref _used, 1100 * Mib);
        Assert.True(SpinWait.SpinUntil(() => Record.Exception(later.Check) is ShrikeException, TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void AFailedAllocationIsNamedWithItsPlace()
    {
        var guard = new RunGuard();
        guard.Board.Join().Begin("chr7", 0, 1000, WorkStage.Network);
        ShrikeException error = guard.OutOfMemory(new InsufficientMemoryException());
        Assert.Equal(ExitCode.OutOfMemory, error.ExitCode);
        Assert.Matches(@"^out of memory with \d.* in use \(chr7:1-1000 \(network\)\): give fewer --threads, or the job more memory$", error.Message);
    }
}
