using Shrike.Core;

namespace Shrike.Cli;

/// <summary>What a command may use of its surroundings.</summary>
/// <param name="Output">Standard output: results.</param>
/// <param name="Log">One line for people, on standard error.</param>
/// <param name="Cancellation">Set by SIGINT, SIGTERM and SIGHUP.</param>
internal sealed record CommandContext(TextWriter Output, Action<string> Log, CancellationToken Cancellation)
{
    /// <summary>The status of a command that a signal stops.</summary>
    public ExitCode StoppedBy { get; set; } = ExitCode.Interrupted;

    /// <summary>A line to print behind the error if the command fails; empty for none.</summary>
    public string LastWords { get; set; } = "";
}
