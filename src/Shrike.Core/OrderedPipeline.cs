using System.Runtime.ExceptionServices;

namespace Shrike.Core;

/// <summary>
/// Work on many threads, results in order. Items are taken in sequence by a fixed number of threads (the caller's is
/// one of them); a finished result waits in a bounded window until all earlier ones have been consumed. Consuming is
/// done by whichever thread completes the next result, one at a time, so that no thread beyond the given number runs
/// and output order never depends on timing.
/// </summary>
public static class OrderedPipeline
{
    /// <param name="items">Work in output order; enumerated lazily under a lock.</param>
    /// <param name="threads">Number of threads, at least 1.</param>
    /// <param name="window">How many items may be begun but not yet consumed; at least <paramref name="threads"/>.</param>
    /// <param name="createWorker">Makes the private state of one thread; disposed at the end.</param>
    /// <param name="work">Turns one item into its result; called concurrently, with the thread's own state.</param>
    /// <param name="consume">Receives the results in item order, never concurrently.</param>
    /// <param name="sendsHome">
    /// Asked by a thread between two items, with the number of those at work: whether it is to end, and its state with it. The last
    /// one is not asked. Null: all stay.
    /// </param>
    /// <param name="cancellation">Stops taking items; ends in an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="Exception">The failure of the earliest failing item, after all threads have stopped.</exception>
    public static void Run<TItem, TWorker, TResult>(
        IEnumerable<TItem> items,
        int threads,
        int window,
        Func<TWorker> createWorker,
        Func<TWorker, TItem, TResult> work,
        Action<TResult> consume,
        Func<int, bool>? sendsHome = null,
        CancellationToken cancellation = default)
        where TWorker : IDisposable
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        using IEnumerator<TItem> source = items.GetEnumerator();
        using var run = new State<TItem, TWorker, TResult>(source, threads, Math.Max(window, threads), createWorker, work, consume, sendsHome, cancellation);
        var others = new Thread[threads - 1];
        for (int i = 0; i < others.Length; i++)
        {
            others[i] = new Thread(run.Loop, 16 * 1024 * 1024) { IsBackground = true, Name = $"shrike worker {i + 2}" };
            others[i].Start();
        }

        run.Loop();
        foreach (Thread thread in others) thread.Join();
        run.ThrowIfFailed();
        cancellation.ThrowIfCancellationRequested();
    }

    private sealed class State<TItem, TWorker, TResult>(
        IEnumerator<TItem> source,
        int threads,
        int window,
        Func<TWorker> createWorker,
        Func<TWorker, TItem, TResult> work,
        Action<TResult> consume,
        Func<int, bool>? sendsHome,
        CancellationToken cancellation) : IDisposable
        where TWorker : IDisposable
    {
        private readonly object _gate = new();
        private readonly Dictionary<long, TResult> _finished = [];
        private int _atWork = threads;
        private long _begun;
        private long _consumed;
        private bool _sourceEnded;
        private bool _draining;
        private long _failedIndex = long.MaxValue;
        private ExceptionDispatchInfo? _failure;

        public void Loop()
        {
            // A worker that cannot even be made fails the run at the item it would have taken next.
            long index = Interlocked.Read(ref _begun);
            try
            {
                using TWorker worker = createWorker();
                while (TryTake(out index, out TItem? item)) Finish(index, work(worker, item!));
            }
            catch (Exception e)
            {
                Fail(index, e);
            }
        }

        public void ThrowIfFailed() => _failure?.Throw();

        public void Dispose() => _finished.Clear();

        private bool TryTake(out long index, out TItem? item)
        {
            lock (_gate)
            {
                while (!Stopped && _begun - _consumed >= window) Monitor.Wait(_gate);
                index = _begun;
                item = default;
                if (Stopped) return false;
                if (sendsHome is not null && _atWork > 1 && sendsHome(_atWork))
                {
                    _atWork--;
                    return false;
                }

                if (!source.MoveNext())
                {
                    _sourceEnded = true;
                    Monitor.PulseAll(_gate);
                    return false;
                }

                item = source.Current;
                _begun++;
                return true;
            }
        }

        private bool Stopped => _sourceEnded || _failure is not null || cancellation.IsCancellationRequested;

        private void Finish(long index, TResult result)
        {
            lock (_gate)
            {
                _finished.Add(index, result);
                if (_draining) return;
                _draining = true;
            }

            while (true)
            {
                TResult? next;
                lock (_gate)
                {
                    if (_failure is not null || !_finished.Remove(_consumed, out next))
                    {
                        _draining = false;
                        return;
                    }
                }

                consume(next);
                lock (_gate)
                {
                    _consumed++;
                    Monitor.PulseAll(_gate);
                }
            }
        }

        private void Fail(long index, Exception e)
        {
            lock (_gate)
            {
                if (index < _failedIndex)
                {
                    _failedIndex = index;
                    _failure = ExceptionDispatchInfo.Capture(e);
                }

                Monitor.PulseAll(_gate);
            }
        }
    }
}
