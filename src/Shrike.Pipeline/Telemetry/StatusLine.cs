using System.Globalization;

namespace Shrike.Pipeline.Telemetry;

/// <summary>One line of a terminal that is written again and again. Other lines go through it, so that none is torn.</summary>
public sealed class StatusLine
{
    private const string Clear = "\r\u001b[K";
    private readonly object _gate = new();
    private readonly TextWriter _terminal;
    private bool _isShown;

    /// <param name="terminal">The terminal.</param>
    public StatusLine(TextWriter terminal) => _terminal = terminal;

    /// <summary>Shows how far a run is.</summary>
    public void Show(RunProgress progress)
    {
        string text = Text(progress, progress.Seconds);
        lock (_gate)
        {
            _terminal.Write(Clear + "shrike: " + text);
            _terminal.Flush();
            _isShown = true;
        }
    }

    /// <summary>Takes the line away, writes something else, and leaves the place to the next status.</summary>
    public void Around(Action write)
    {
        lock (_gate)
        {
            Hide();
            write();
        }
    }

    /// <summary>Takes the line away.</summary>
    public void Hide()
    {
        lock (_gate)
        {
            if (!_isShown) return;
            _terminal.Write(Clear);
            _terminal.Flush();
            _isShown = false;
        }
    }

    /// <summary>The line; short enough for any terminal.</summary>
    internal static string Text(RunProgress progress, double seconds)
    {
        long bases = progress.Bases, total = progress.TotalBases, done = bases - progress.TakenOver;
        if (done <= 0 || seconds <= 0) return "begins";
        double left = seconds * (total - bases) / done;
        return string.Create(CultureInfo.InvariantCulture, $"{100.0 * bases / total:F1} % of bases, {Time(left)} left, {progress.Candidates / seconds:F0} candidates/s, {progress.Images / seconds:F0} images/s");
    }

    private static string Time(double seconds)
    {
        var time = TimeSpan.FromSeconds(Math.Ceiling(seconds));
        return time.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}") : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}");
    }
}
