using System.Globalization;

namespace Shrike.Cli;

/// <summary>What the process was told to do about signals when it was started.</summary>
internal static class Signals
{
    private const string Status = "/proc/self/status";
    private const string Ignored = "SigIgn:";

    /// <summary>Whether SIGHUP was to be ignored, as nohup has it; false where the system does not tell.</summary>
    public static bool IgnoresHangUp() =>
        File.Exists(Status)
        && File.ReadLines(Status).FirstOrDefault(l => l.StartsWith(Ignored, StringComparison.Ordinal)) is { } line
        && ulong.TryParse(line.AsSpan(Ignored.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong mask)
        && (mask & 1) != 0;
}
