using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Shrike.Core;
using Shrike.Core.Guarding;
using Shrike.Pipeline.Engine;

namespace Shrike.Pipeline.Telemetry;

/// <summary>
/// What a run tells about itself: a status line while it runs, lines for people, a log for machines, and at its end what it
/// used and what it had too little of. It only looks; without terminal and log it has no thread of its own.
/// </summary>
public sealed class RunTelemetry : IDisposable
{
    private static readonly TimeSpan StatusInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);
    private readonly long _begin = Stopwatch.GetTimestamp();
    private readonly ManualResetEventSlim _stop = new();
    private Action<string> _print = _ => { };
    private StatusLine? _status;
    private JsonLog? _log;
    private double _startUp;
    private Thread? _thread;

    /// <summary>Counts of the run.</summary>
    public RunProgress Progress { get; } = new();

    /// <summary>Prints a line, and logs it.</summary>
    public void Print(string line)
    {
        Show(line);
        if (_log is not null) Log("message", new JsonObject { ["text"] = line });
    }

    /// <summary>Prints and logs that nothing has been finished for long.</summary>
    public void Stalled(Stall stall)
    {
        Show(stall.ToString());
        if (_log is not null) Log("stalled", RunFields.Of(stall));
    }

    /// <summary>Says where to tell.</summary>
    /// <param name="print">Prints a line for people.</param>
    /// <param name="terminal">Where a status line can be shown; null for none.</param>
    /// <param name="log">Log for machines; null for none. It becomes this object's.</param>
    public void Open(Action<string> print, TextWriter? terminal, JsonLog? log)
    {
        _print = print;
        _status = terminal is null ? null : new StatusLine(terminal);
        _log = log;
    }

    /// <summary>Logs what is to be done, and from now on tells how far it is.</summary>
    /// <param name="fields">What is to be done; asked for only if there is a log.</param>
    public void Begin(Func<JsonObject> fields)
    {
        if (_log is not null) Log("begin", fields());
        _startUp = Stopwatch.GetElapsedTime(_begin).TotalSeconds;
        if (_status is null && _log is null) return;
        _thread = new Thread(Watch) { IsBackground = true, Name = "shrike status" };
        _thread.Start();
    }

    /// <summary>Prints and logs what has been done and used.</summary>
    /// <param name="summary">What the run did.</param>
    /// <param name="threads">Threads it had.</param>
    /// <param name="hasSmallModel">It had a small model.</param>
    public void End(CallingSummary summary, int threads, bool hasSmallModel)
    {
        StopWatching();
        ProcessUse use = ProcessUse.Since(_begin);
        Bottleneck bottleneck = Bottleneck.Of(summary, use, _startUp, threads, Environment.ProcessorCount);
        foreach (string line in Lines(summary, use, hasSmallModel)) Print(line);
        Print(bottleneck.Words);
        if (_log is not null) Log("end", RunFields.Of(summary, use, bottleneck));
    }

    /// <summary>Logs why the run did not come to its end.</summary>
    /// <param name="e">What ended it.</param>
    /// <param name="stoppedBy">The status if that was a signal.</param>
    public void Fail(Exception e, ExitCode stoppedBy = ExitCode.Interrupted)
    {
        StopWatching();
        Log("error", new JsonObject
        {
            ["message"] = e is OperationCanceledException ? "stopped" : e.Message,
            ["exit_code"] = e switch
            {
                ShrikeException s => (int)s.ExitCode,
                OperationCanceledException => (int)stoppedBy,
                OutOfMemoryException => (int)ExitCode.OutOfMemory,
                _ => null,
            },
        });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        StopWatching();
        _log?.Dispose();
        _stop.Dispose();
    }

    /// <summary>What has been done and used, in words.</summary>
    internal static string[] Lines(CallingSummary s, ProcessUse use, bool hasSmallModel)
    {
        string small = hasSmallModel ? $"{s.SmallModelCalls} answers of the small model, " : "";
        string done = string.Create(CultureInfo.InvariantCulture, $"{s.Candidates} candidates, {small}{s.Images} images, {s.Records} records; core seconds: examples {s.StageOneSeconds:F2}, network {s.StageTwoSeconds:F2}, calls {s.StageThreeSeconds:F2}");
        return [done, use + (hasSmallModel ? $"; the small model answered {Math.Round(100 * s.SmallModelShare)} %" : "")];
    }

    private void Show(string line)
    {
        if (_status is null) _print(line);
        else _status.Around(() => _print(line));
    }

    private void Log(string name, JsonObject fields)
    {
        if (_log?.Write(name, fields) is { } problem) Show(problem);
    }

    private void ShowStatus()
    {
        try
        {
            _status?.Show(Progress);
        }
        catch (IOException)
        {
            // The terminal has been closed; the run goes on.
        }
    }

    private void StopWatching()
    {
        if (_thread is null) return;
        _stop.Set();
        _thread.Join();
        _thread = null;
        _status?.Hide();
    }

    private void Watch()
    {
        double logged = 0;
        do
        {
            ShowStatus();
            double seconds = Stopwatch.GetElapsedTime(_begin).TotalSeconds;
            if (_log is null || seconds - logged < LogInterval.TotalSeconds * 0.99) continue;
            logged = seconds;
            Log("progress", RunFields.Of(Progress, seconds));
        }
        while (!_stop.Wait(_status is null ? LogInterval : StatusInterval));
    }
}
