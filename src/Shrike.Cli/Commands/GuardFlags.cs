using Shrike.Cli.Flags;
using Shrike.Core;
using Shrike.Core.Guarding;

namespace Shrike.Cli.Commands;

/// <summary>The flags that watch over a run: memory and standstill.</summary>
internal sealed class GuardFlags
{
    /// <summary>Names of the flags; none of them changes an answer.</summary>
    public static readonly string[] Names = ["memory", "stall_minutes"];

    private readonly Flag<string> _memory;
    private readonly Flag<double> _minutes;

    /// <param name="f">Receives the flags.</param>
    public GuardFlags(FlagSet f)
    {
        _memory = f.Text(Names[0], "most memory to use, e.g. 16G (K, M, G, T): fewer threads where it is scarce, and a clean end with exit code 5 where that does not help; what system and container allow, if not given");
        _minutes = f.Number(Names[1], "warn when nothing has been finished for so many minutes, with the regions in work; 0 for never", 10);
    }

    /// <summary>What watches, and how many threads the budget allows.</summary>
    /// <param name="threads">Threads that are wanted.</param>
    /// <param name="log">Receives what there is to say about memory.</param>
    /// <param name="stalled">Is told of a standstill.</param>
    /// <exception cref="ShrikeException">A value is none (exit 2).</exception>
    public (RunGuard Guard, int Threads) Build(int threads, Action<string> log, Action<Stall> stalled)
    {
        long bytes = 0;
        if (_memory.Value.Length > 0 && !ByteSize.TryParse(_memory.Value, out bytes)) throw ShrikeException.Usage($"--memory: \"{_memory.Value}\" is not a size like 16G or 900M");
        if (!(_minutes.Value >= 0)) throw ShrikeException.Usage("--stall_minutes must not be negative");
        bool barks = _minutes.Value > 0 && _minutes.Value < TimeSpan.MaxValue.TotalMinutes;
        var guard = new RunGuard { Patience = barks ? TimeSpan.FromMinutes(_minutes.Value) : TimeSpan.Zero, Stalled = stalled };
        if (bytes == 0) return (guard, threads);
        var memory = new MemoryBudget(bytes, guard.Board, log);
        memory.TellCollector();
        int allowed = memory.ThreadsFor(threads);
        if (allowed < threads) log($"--memory {_memory.Value} leaves {allowed} of {threads} threads at work");
        return (guard with { Memory = memory }, allowed);
    }
}
