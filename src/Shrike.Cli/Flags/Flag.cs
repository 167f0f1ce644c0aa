using System.Globalization;

namespace Shrike.Cli.Flags;

/// <summary>One flag of a command.</summary>
public abstract class Flag
{
    /// <summary>Name with underscores, without dashes.</summary>
    public required string Name { get; init; }

    /// <summary>What it does.</summary>
    public required string Help { get; init; }

    /// <summary>The command cannot run without it.</summary>
    public bool Required { get; init; }

    /// <summary>The user gave it.</summary>
    public bool IsSet { get; protected set; }

    /// <summary>Accepted without effect.</summary>
    public bool IsIgnored { get; set; }

    /// <summary>Known, but without function in this version.</summary>
    public bool IsUnsupported { get; set; }

    /// <summary>The default as text, empty if there is none worth printing.</summary>
    public abstract string DefaultText { get; }

    /// <summary>The value as text.</summary>
    public abstract string ValueText { get; }

    /// <summary>Takes a value from the command line.</summary>
    public abstract void Set(string text);

    /// <summary>Takes another default.</summary>
    public abstract void Preset(string text);
}

/// <summary>A flag with a typed value.</summary>
public sealed class Flag<T> : Flag
{
    private readonly Func<string, T> _parse;
    private readonly T _default;

    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    internal Flag(string name, string help, T value, bool required, Func<string, T> parse)
    {
        Name = name;
        Help = help;
        Required = required;
        Value = value;
        _default = value;
        _parse = parse;
    }

    /// <summary>The value, or the default.</summary>
    public T Value { get; private set; }

    /// <inheritdoc/>
    public override string DefaultText => Convert.ToString(_default, CultureInfo.InvariantCulture) ?? "";

    /// <inheritdoc/>
    public override string ValueText => Convert.ToString(Value, CultureInfo.InvariantCulture) ?? "";

    /// <inheritdoc/>
    public override void Set(string text)
    {
        Preset(text);
        IsSet = true;
    }

    /// <inheritdoc/>
    public override void Preset(string text) => Value = _parse(text);
}
