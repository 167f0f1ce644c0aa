using System.Globalization;
using System.Text;
using Shrike.Core;

namespace Shrike.Cli.Flags;

/// <summary>
/// The flags of one command, with the syntax users of the original know: <c>--flag=v</c>, <c>--flag v</c>, <c>--flag</c>
/// and <c>--noflag</c> for booleans, dashes and underscores alike; the last one wins.
/// </summary>
public sealed class FlagSet
{
    private readonly Dictionary<string, Flag> _flags = new(StringComparer.Ordinal);
    private readonly string _command;
    private readonly string _summary;
    private Flag<string>? _word;
    private bool _help;

    /// <param name="command">Name of the command.</param>
    /// <param name="summary">What it does, one sentence.</param>
    public FlagSet(string command, string summary)
    {
        _command = command;
        _summary = summary;
    }

    /// <summary>Declares a text flag.</summary>
    public Flag<string> Text(string name, string help, string value = "", bool required = false) => Declare(new Flag<string>(name, help, value, required, s => s));

    /// <summary>Declares the one required value that may stand alone, anywhere; <c>--name value</c> works too.</summary>
    public Flag<string> Word(string name, string help) => _word = Text(name, help, required: true);

    /// <summary>Declares an integer flag.</summary>
    public Flag<int> Integer(string name, string help, int value, int min = int.MinValue, int max = int.MaxValue) => Declare(new Flag<int>(name, help, value, false, s =>
        int.TryParse(s, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int n) && n >= min && n <= max
            ? n
            : throw ShrikeException.Usage($"--{name}: \"{s}\" is not a whole number{Range(min, max)}")));

    /// <summary>Declares a number flag.</summary>
    public Flag<double> Number(string name, string help, double value) => Declare(new Flag<double>(name, help, value, false, s =>
        s.ToLowerInvariant() is "inf" or "+inf" or "infinity" ? double.PositiveInfinity
        : double.TryParse(s, NumberStyles.Float, CultureInfo.InvariantCulture, out double d) && double.IsFinite(d) ? d
        : throw ShrikeException.Usage($"--{name}: \"{s}\" is not a number")));

    /// <summary>Declares a boolean flag.</summary>
    public Flag<bool> Switch(string name, string help, bool value = false) => Declare(new Flag<bool>(name, help, value, false, s => s.ToLowerInvariant() switch
    {
        "true" or "1" or "yes" or "t" or "y" => true,
        "false" or "0" or "no" or "f" or "n" => false,
        _ => throw ShrikeException.Usage($"--{name}: \"{s}\" is neither true nor false"),
    }));

    /// <summary>Declares a flag with a fixed set of values.</summary>
    public Flag<string> Choice(string name, string help, string value, params string[] choices) => Declare(new Flag<string>(name, help + $" ({string.Join(", ", choices)})", value, false, s =>
        choices.FirstOrDefault(c => string.Equals(c, s, StringComparison.OrdinalIgnoreCase)) ?? throw ShrikeException.Usage($"--{name}: \"{s}\" is not one of {string.Join(", ", choices)}")));

    /// <summary>Declares flags of the original that change nothing here; they are accepted.</summary>
    public void Ignored(params string[] names)
    {
        foreach (string name in names) _flags[name] = new Flag<string>(name, "", "", false, s => s) { IsIgnored = true };
    }

    /// <summary>Declares switches that change nothing here; they are accepted, and take no word behind them for a value.</summary>
    public void IgnoredSwitches(params string[] names)
    {
        foreach (string name in names) _flags[name] = new Flag<bool>(name, "", false, false, _ => true) { IsIgnored = true };
    }

    /// <summary>Flags in force that are not as declared: given, or preset.</summary>
    public IEnumerable<Flag> Chosen => _flags.Values.Where(f => f is { IsIgnored: false, IsUnsupported: false } && (f.IsSet || f.ValueText != f.DefaultText));

    /// <summary>Whether there is a flag of this name that has an effect.</summary>
    public bool Declares(string name) => _flags.TryGetValue(name, out Flag? flag) && flag is { IsIgnored: false, IsUnsupported: false };

    /// <summary>Flags that were given and change nothing.</summary>
    public IEnumerable<string> GivenInVain => _flags.Values.Where(f => f is { IsIgnored: true, IsSet: true }).Select(f => f.Name);

    /// <summary>Declares flags of the original whose function this version lacks; a value other than the default is refused.</summary>
    public void Unsupported(params (string Name, string Default)[] flags)
    {
        foreach ((string name, string value) in flags)
        {
            _flags[name] = new Flag<string>(name, "", value, false, s => string.Equals(s, value, StringComparison.OrdinalIgnoreCase)
                ? s
                : throw ShrikeException.Usage($"--{name}: this version cannot do that; leave the flag out"));
            _flags[name].IsUnsupported = true;
        }
    }

    /// <summary>Declares flags of the original that are not needed here; the message says what to give in their place.</summary>
    public void Replaced(string instead, params string[] names)
    {
        foreach (string name in names) _flags[name] = new Flag<string>(name, "", "", false, s => s.Length == 0 ? s : throw ShrikeException.Usage($"--{name}: {instead}")) { IsUnsupported = true };
    }

    /// <summary>Reads a command line. False if help was asked for and printed.</summary>
    /// <exception cref="ShrikeException">An unknown, wrong or missing flag, or a stray word (exit 2).</exception>
    public bool Parse(IReadOnlyList<string> arguments, TextWriter output)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            string word = arguments[i];
            if (word is "--help" or "-h")
            {
                _help = true;
                continue;
            }

            if (_word is { IsSet: false } && !word.StartsWith('-'))
            {
                _word.Set(word);
                continue;
            }

            if (!word.StartsWith("--", StringComparison.Ordinal)) throw ShrikeException.Usage($"shrike {_command}: \"{word}\" stands alone: values belong to a --flag");
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            string name = (equals < 0 ? word[2..] : word[2..equals]).Replace('-', '_');
            string? value = equals < 0 ? null : word[(equals + 1)..];
            Flag flag = Find(name, out bool negated);
            if (negated) flag.Set("false");
            else if (value is not null) flag.Set(value);
            else if (flag is Flag<bool>) flag.Set("true");
            else if (flag.IsIgnored || flag.IsUnsupported) flag.Set(i + 1 < arguments.Count && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal) ? arguments[++i] : "true");
            else if (i + 1 < arguments.Count) flag.Set(arguments[++i]);
            else throw ShrikeException.Usage($"--{name} needs a value");
        }

        if (_help)
        {
            output.Write(Help());
            return false;
        }

        string[] missing = [.. _flags.Values.Where(f => f.Required && (!f.IsSet || f.ValueText.Length == 0)).Select(f => "--" + f.Name)];
        if (missing.Length > 0) throw ShrikeException.Usage($"shrike {_command}: {string.Join(", ", missing)} must be given (shrike {_command} --help lists all flags)");
        return true;
    }

    /// <summary>The flags that were given, in the order they are declared.</summary>
    /// <param name="but">Flags to leave out: those that say where to write and how fast.</param>
    public IEnumerable<Flag> Given(params string[] but) => _flags.Values.Where(f => f is { IsSet: true, IsIgnored: false } && !but.Contains(f.Name));

    /// <summary>The command with the flags that were given, in the order they are declared.</summary>
    /// <param name="but">Flags to leave out: those that say where to write and how fast.</param>
    public string CommandLine(params string[] but) =>
        $"shrike {_command}" + string.Concat(Given(but).Select(f => $" --{f.Name}={string.Concat(f.ValueText.Select(c => char.IsControl(c) ? ' ' : c))}"));

    /// <summary>Another default for a flag the user left alone; a flag without function in this version keeps its own.</summary>
    public void Preset(string name, string value)
    {
        if (_flags[name] is { IsSet: false, IsUnsupported: false } flag) flag.Preset(value);
    }

    private Flag Find(string name, out bool negated)
    {
        negated = false;
        if (_flags.TryGetValue(name, out Flag? flag)) return flag;
        if (name.StartsWith("no", StringComparison.Ordinal) && _flags.TryGetValue(name[2..], out flag) && (flag is Flag<bool> || flag.IsIgnored || flag.IsUnsupported))
        {
            negated = true;
            return flag;
        }

        string? near = _flags.Keys.Where(k => !_flags[k].IsIgnored).OrderBy(k => Distance(k, name)).FirstOrDefault();
        string hint = near is not null && Distance(near, name) <= Math.Max(2, name.Length / 3) ? $": did you mean --{near}?" : $" (shrike {_command} --help lists all flags)";
        throw ShrikeException.Usage($"shrike {_command}: there is no --{name}{hint}");
    }

    private string Help()
    {
        var text = new StringBuilder($"shrike {_command}: {_summary}\n\n");
        foreach (Flag flag in _flags.Values.Where(f => !f.IsIgnored && !f.IsUnsupported))
        {
            string left = flag is Flag<bool> ? $"--[no]{flag.Name}" : $"--{flag.Name}";
            text.Append(CultureInfo.InvariantCulture, $"  {left,-44} {flag.Help}{(flag.Required ? " (required)" : flag.DefaultText.Length > 0 ? $" [{flag.DefaultText}]" : "")}\n");
        }

        return text.ToString();
    }

    private Flag<T> Declare<T>(Flag<T> flag)
    {
        _flags[flag.Name] = flag;
        return flag;
    }

    private static string Range(int min, int max) => (min, max) switch
    {
        (int.MinValue, int.MaxValue) => "",
        (_, int.MaxValue) => $" of at least {min}",
        _ => $" from {min} to {max}",
    };

    /// <summary>Levenshtein distance.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int up = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = up;
            }
        }

        return row[^1];
    }
}
