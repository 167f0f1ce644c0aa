using System.Diagnostics;
using System.Globalization;

namespace Shrike.Pipeline.Telemetry;

/// <summary>What the process has used.</summary>
/// <param name="WallSeconds">Time since the run began.</param>
/// <param name="CpuSeconds">Time on processors, all threads, user and system.</param>
/// <param name="PeakBytes">Most memory resident at once; 0 where the system does not tell.</param>
public readonly record struct ProcessUse(double WallSeconds, double CpuSeconds, long PeakBytes)
{
    /// <summary>Looks.</summary>
    /// <param name="begin">Begin of the run, a time stamp of <see cref="Stopwatch"/>.</param>
    public static ProcessUse Since(long begin) => new(Stopwatch.GetElapsedTime(begin).TotalSeconds, Environment.CpuUsage.TotalTime.TotalSeconds, Peak());

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{WallSeconds:F1} s, {CpuSeconds:F1} core seconds{(PeakBytes > 0 ? $", at most {PeakBytes / (double)(1 << 30):F2} GiB of memory" : "")}");

    private static long Peak()
    {
        const string status = "/proc/self/status", name = "VmHWM:";
        try
        {
            // One line of text: to ask the library for it takes ten times as long.
            string? line = OperatingSystem.IsLinux() ? File.ReadLines(status).FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal)) : null;
            return line is null ? 0 : 1024 * long.Parse(line.AsSpan(name.Length, line.Length - name.Length - 2), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return 0;
        }
    }
}
