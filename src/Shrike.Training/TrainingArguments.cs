using System.Globalization;
using Shrike.Core;

namespace Shrike.Training;

/// <summary>Flags of a command: <c>--name value</c>, <c>--name=value</c>, <c>--name</c>, <c>--noname</c>.</summary>
internal sealed class TrainingArguments
{
    private readonly Dictionary<string, string> _values = [];

    /// <param name="arguments">What stands behind the command.</param>
    /// <param name="flags">Its flags.</param>
    /// <exception cref="ShrikeException">A flag is unknown (exit 2).</exception>
    public TrainingArguments(IReadOnlyList<string> arguments, IReadOnlyList<(string Name, string Help)> flags)
    {
        string[] known = [.. flags.Select(f => f.Name)];
        for (int i = 0; i < arguments.Count; i++)
        {
            string[] parts = arguments[i].TrimStart('-').Split('=', 2);
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal)) throw ShrikeException.Usage($"shrike-training: {arguments[i]}: flags begin with --");
            bool hasNext = i + 1 < arguments.Count && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal);
            string value = parts.Length == 2 ? parts[1] : hasNext ? arguments[++i] : "true";
            string name = parts[0];
            if (!known.Contains(name) && name.StartsWith("no", StringComparison.Ordinal) && known.Contains(name[2..])) (name, value) = (name[2..], "false");
            if (!known.Contains(name)) throw ShrikeException.Usage($"shrike-training: --{name} is no flag; there are --{string.Join(", --", known)}");
            _values[name] = value;
        }
    }

    /// <summary>A value that must be given.</summary>
    public string Need(string name) => _values.GetValueOrDefault(name) ?? throw ShrikeException.Usage($"shrike-training: --{name} must be given");

    /// <summary>A text.</summary>
    public string Text(string name, string value) => _values.GetValueOrDefault(name, value);

    /// <summary>A whole number of a range.</summary>
    public int Integer(string name, int value, int least = int.MinValue, int most = int.MaxValue)
    {
        if (!_values.TryGetValue(name, out string? t)) return value;
        if (!int.TryParse(t, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int n)) throw ShrikeException.Usage($"shrike-training: --{name} is {t}, not a whole number");
        return n >= least && n <= most ? n : throw ShrikeException.Usage($"shrike-training: --{name} is {t}; it must lie in {least} to {most}");
    }

    /// <summary>A number of a range.</summary>
    public double Number(string name, double value, double least, double most)
    {
        if (!_values.TryGetValue(name, out string? t)) return value;
        if (!double.TryParse(t, CultureInfo.InvariantCulture, out double n)) throw ShrikeException.Usage($"shrike-training: --{name} is {t}, not a number");
        return n >= least && n <= most ? n : throw ShrikeException.Usage(string.Create(CultureInfo.InvariantCulture, $"shrike-training: --{name} is {t}; it must lie in {least} to {most}"));
    }

    /// <summary>Yes or no.</summary>
    public bool Switch(string name, bool value) => !_values.TryGetValue(name, out string? t) ? value
        : bool.TryParse(t, out bool b) ? b : throw ShrikeException.Usage($"shrike-training: --{name} is {t}, neither true nor false");
}
