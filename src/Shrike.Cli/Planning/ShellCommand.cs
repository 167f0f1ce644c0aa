using System.Buffers;
using System.Globalization;
using System.Text;
using Shrike.Cli.Flags;

namespace Shrike.Cli.Planning;

/// <summary>A command line of one line that bash reads back as the words it was made of.</summary>
/// <param name="words">Program and command, which need no quotes.</param>
internal sealed class ShellCommand(string words)
{
    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-");
    private readonly StringBuilder _text = new(words);

    /// <summary>Adds a flag with its value; without one, nothing.</summary>
    public ShellCommand With(string flag, string? value)
    {
        if (!string.IsNullOrEmpty(value)) _text.Append(" --").Append(flag).Append('=').Append(Quote(value));
        return this;
    }

    /// <summary>Adds a flag with its number.</summary>
    public ShellCommand With(string flag, int value) => With(flag, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds a switch, on or off.</summary>
    public ShellCommand Switch(string flag, bool value)
    {
        _text.Append(value ? " --" : " --no").Append(flag);
        return this;
    }

    /// <summary>Adds flags with the values they have.</summary>
    public ShellCommand With(IEnumerable<Flag> flags)
    {
        foreach (Flag flag in flags) _ = flag is Flag<bool> b ? Switch(b.Name, b.Value) : With(flag.Name, flag.ValueText);
        return this;
    }

    /// <summary>A word as bash has to see it.</summary>
    public static string Quote(string word)
    {
        if (word.Length > 0 && !word.AsSpan().ContainsAnyExcept(Plain)) return word;
        if (!word.Any(char.IsControl)) return $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";

        // Line breaks would spoil the one line: $'...' has names for them.
        var text = new StringBuilder("$'");
        foreach (char c in word)
        {
            if (c is '\'' or '\\') text.Append('\\').Append(c);
            else if (c == '\n') text.Append(@"\n");
            else if (char.IsControl(c)) text.Append(CultureInfo.InvariantCulture, $@"\u{(int)c:x4}");
            else text.Append(c);
        }

        return text.Append('\'').ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();
}
