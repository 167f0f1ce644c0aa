using System.Globalization;

namespace Shrike.Core.Guarding;

/// <summary>
/// Keeps the memory of the process below a budget: fewer threads from the start where it is small; garbage collected, and one
/// thread after the other sent home, when it gets scarce; an end at the next tile when it is passed nevertheless.
/// </summary>
public sealed class MemoryBudget : IDisposable
{
    // Measured with reads at 52x and a gVCF: 0.16 GiB with one thread, 0.55 with eight, 1.04 with sixteen. Deeper reads take more;
    // that is seen while they do.
    private const long OfProgram = 128L << 20;
    private const long OfThread = 64L << 20;
    private const double Scarce = 7.0 / 8;

    // What a collection, or a thread that went home, brings is awaited before the next.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Effect = TimeSpan.FromSeconds(5);
    private readonly Lock _gate = new();
    private readonly WorkBoard _board;
    private readonly Action<string> _log;
    private readonly Func<long> _resident;
    private readonly Action _collect;
    private Timer? _timer;
    private long _lastAction = long.MinValue / 2;
    private int _threads = 1;
    private volatile bool _oneMayLeave;
    private volatile string? _failure;

    /// <param name="bytes">The budget, at least 1.</param>
    /// <param name="board">What is in work, for messages.</param>
    /// <param name="log">Is told of threads that go home.</param>
    public MemoryBudget(long bytes, WorkBoard board, Action<string> log)
        : this(bytes, board, log, () => Environment.WorkingSet, () => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true))
    {
    }

    internal MemoryBudget(long bytes, WorkBoard board, Action<string> log, Func<long> resident, Action collect)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        (Bytes, _board, _log, _resident, _collect) = (bytes, board, log, resident, collect);
    }

    /// <summary>The budget.</summary>
    public long Bytes { get; }

    /// <summary>How many of so many threads the budget allows, at least one.</summary>
    public int ThreadsFor(int wanted) => (int)Math.Clamp((Bytes - OfProgram) / OfThread, 1, Math.Max(1, wanted));

    /// <summary>
    /// Lets the garbage collector know the budget: it then collects the more the closer it comes. The runtime's own end at that
    /// limit is not always clean, so the run's has to come first, at the same number of bytes but counting all memory.
    /// </summary>
    public void TellCollector()
    {
        AppContext.SetData("GCHeapHardLimit", (ulong)Bytes);
        try
        {
            GC.RefreshMemoryLimit();
        }
        catch (InvalidOperationException)
        {
            // More than that is in use already: the first look will tell.
        }
    }

    /// <summary>Looks, and goes on looking.</summary>
    /// <param name="threads">Threads at work.</param>
    public void Begin(int threads)
    {
        _threads = threads;
        Look(Environment.TickCount64);
        _timer = new Timer(_ => Look());
        _timer.Change(Interval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Ends the work if the budget has been passed.</summary>
    /// <exception cref="ShrikeException">It has (exit 5).</exception>
    public void Check()
    {
        if (_failure is { } failure) throw new ShrikeException(ExitCode.OutOfMemory, failure);
    }

    /// <summary>Whether a thread is to go home; true for one thread at a time.</summary>
    /// <param name="active">Threads at work, the one that asks among them.</param>
    public bool SendsHome(int active)
    {
        if (!_oneMayLeave) return false;
        lock (_gate)
        {
            if (!_oneMayLeave || active < 2) return false;
            _oneMayLeave = false;
            _threads = active - 1;
            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    /// <summary>One look.</summary>
    /// <param name="now">Milliseconds of any clock.</param>
    internal void Look(long now)
    {
        long used = _resident();
        bool hasEffect = now - _lastAction >= Effect.TotalMilliseconds;
        if (used <= Scarce * Bytes || (used <= Bytes && !hasEffect)) return;
        _collect();
        used = _resident();
        _lastAction = now;
        if (used > Bytes) _failure ??= Passed(used);
        else if (used > Scarce * Bytes && _threads > 1 && hasEffect && !_oneMayLeave)
        {
            _oneMayLeave = true;
            _log(string.Create(CultureInfo.InvariantCulture, $"memory gets scarce: {ByteSize.Words(used)} of --memory {ByteSize.Words(Bytes)} are in use: {_threads - 1} of {_threads} threads go on"));
        }
    }

    private string Passed(long used)
    {
        IReadOnlyList<WorkPlace> places = _board.InWork();
        string where = places.Count == 0 ? "before the first region" : "in work: " + WorkBoard.Words(places);
        string cure = _threads > 1 ? string.Create(CultureInfo.InvariantCulture, $"give fewer --threads than {_threads}, or a larger budget") : "give a larger budget";
        return $"{ByteSize.Words(used)} of memory are in use, more than --memory {ByteSize.Words(Bytes)} ({where}): {cure}";
    }

    private void Look()
    {
        lock (_gate)
        {
            if (_timer is null) return;
            try
            {
                Look(Environment.TickCount64);
            }
            catch (IOException)
            {
                // The terminal has been closed; the run goes on.
            }

            if (_failure is null) _timer.Change(Interval, Timeout.InfiniteTimeSpan);
        }
    }
}
