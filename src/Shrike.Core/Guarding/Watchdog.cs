using System.Diagnostics;

namespace Shrike.Core.Guarding;

/// <summary>
/// Says where a run is when nothing of it has been finished for long; it never ends one. Of the time between two looks no more
/// counts than was meant to pass, so that a process that was stopped, or a machine that slept, is no stall. It tells again
/// when the silence has doubled.
/// </summary>
public sealed class Watchdog : IDisposable
{
    private const int LooksPerPatience = 10;
    private readonly Lock _gate = new();
    private readonly WorkBoard _board;
    private readonly Action<Stall> _tell;
    private readonly double _patience;
    private readonly TimeSpan _interval;
    private readonly Timer _timer;
    private long _lookedAt = Stopwatch.GetTimestamp();
    private long _finished;
    private double _silence;
    private double _next;
    private double _cpuAtFinish = CpuSeconds();
    private bool _isDisposed;

    /// <param name="board">What is in work.</param>
    /// <param name="patience">How long nothing may be finished; more than zero.</param>
    /// <param name="tell">Is told of a silence, on a thread of the pool.</param>
    public Watchdog(WorkBoard board, TimeSpan patience, Action<Stall> tell)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(patience, TimeSpan.Zero);
        (_board, _tell, _patience, _next) = (board, tell, patience.TotalSeconds, patience.TotalSeconds);
        _interval = TimeSpan.FromMilliseconds(Math.Max(1, Math.Min(patience.TotalMilliseconds / LooksPerPatience, int.MaxValue)));
        _finished = board.Finished;
        _timer = new Timer(_ => Look());
        _timer.Change(_interval, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _timer.Dispose();
        }
    }

    /// <summary>One look.</summary>
    /// <param name="passed">Seconds since the last one, by a clock that goes on while the process is stopped.</param>
    /// <param name="cpuSeconds">Time of the process on processors so far.</param>
    internal void Look(double passed, double cpuSeconds)
    {
        long finished = _board.Finished;
        if (finished != _finished)
        {
            (_finished, _silence, _next, _cpuAtFinish) = (finished, 0, _patience, cpuSeconds);
            return;
        }

        _silence += Math.Min(passed, 2 * _interval.TotalSeconds);
        if (_silence < _next) return;
        _next = 2 * _silence;
        _tell(new Stall(_silence, cpuSeconds - _cpuAtFinish, _board.InWork()));
    }

    private static double CpuSeconds() => Environment.CpuUsage.TotalTime.TotalSeconds;

    private void Look()
    {
        lock (_gate)
        {
            if (_isDisposed) return;
            long now = Stopwatch.GetTimestamp();
            double passed = Stopwatch.GetElapsedTime(_lookedAt, now).TotalSeconds;
            _lookedAt = now;
            try
            {
                Look(passed, CpuSeconds());
            }
            catch (IOException)
            {
                // The terminal has been closed; the run goes on.
            }

            _timer.Change(_interval, Timeout.InfiniteTimeSpan);
        }
    }
}
