namespace Shrike.Core;

/// <summary>
/// A failure whose message is meant for the user: one line that says what went wrong, where
/// (file, contig:position, record) and what to do about it.
/// </summary>
public sealed class ShrikeException : Exception
{
    /// <param name="exitCode">Status the program ends with if nobody handles this.</param>
    /// <param name="message">One line: what, where, what to do.</param>
    /// <param name="inner">The cause, if another exception led here.</param>
    public ShrikeException(ExitCode exitCode, string message, Exception? inner = null)
        : base(message, inner) => ExitCode = exitCode;

    /// <summary>Status the program ends with.</summary>
    public ExitCode ExitCode { get; }

    /// <summary>A wrong option or inputs that do not fit together (exit 2).</summary>
    public static ShrikeException Usage(string message) => new(ExitCode.Usage, message);

    /// <summary>A damaged, foreign or incomplete input (exit 3).</summary>
    public static ShrikeException InvalidData(string message, Exception? inner = null) => new(ExitCode.InvalidData, message, inner);

    /// <summary>A file that cannot be opened, read or written (exit 4).</summary>
    public static ShrikeException InputOutput(string message, Exception? inner = null) => new(ExitCode.InputOutput, message, inner);
}
