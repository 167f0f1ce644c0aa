namespace Shrike.Core.Guarding;

/// <summary>What watches over a run: who is at what, whether it stands still, and how much memory it takes.</summary>
public sealed record RunGuard
{
    /// <summary>Who is at what.</summary>
    public WorkBoard Board { get; init; } = new();

    /// <summary>How long nothing may be finished before it is told; zero for ever.</summary>
    public TimeSpan Patience { get; init; }

    /// <summary>Is told of a silence.</summary>
    public Action<Stall> Stalled { get; init; } = _ => { };

    /// <summary>The budget of memory; null for none.</summary>
    public MemoryBudget? Memory { get; init; }

    /// <summary>Begins to watch, until the result is disposed.</summary>
    /// <param name="threads">Threads at work.</param>
    /// <exception cref="ShrikeException">The memory budget is passed already (exit 5).</exception>
    public IDisposable Begin(int threads)
    {
        Memory?.Begin(threads);
        Memory?.Check();
        return new Watch(Patience > TimeSpan.Zero ? new Watchdog(Board, Patience, Stalled) : null, Memory);
    }

    /// <summary>What an allocation that failed is called: with the place, where one is known.</summary>
    /// <param name="e">The failure.</param>
    public ShrikeException OutOfMemory(OutOfMemoryException e)
    {
        IReadOnlyList<WorkPlace> places = Board.InWork();
        string where = places.Count == 0 ? "" : $" ({WorkBoard.Words(places)})";
        return new ShrikeException(ExitCode.OutOfMemory, $"out of memory with {ByteSize.Words(Environment.WorkingSet)} in use{where}: give fewer --threads, or the job more memory", e);
    }

    private sealed class Watch(Watchdog? dog, MemoryBudget? memory) : IDisposable
    {
        public void Dispose()
        {
            dog?.Dispose();
            memory?.Dispose();
        }
    }
}
