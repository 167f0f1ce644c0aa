using System.Text;

namespace Shrike.Training;

/// <summary>What a command says of itself.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Summary">What it does, in one line.</param>
/// <param name="Flags">Its flags, and a line on each.</param>
internal sealed record TrainingHelp(string Name, string Summary, IReadOnlyList<(string Name, string Help)> Flags)
{
    /// <summary>Whether the arguments ask for this text.</summary>
    public static bool IsAsked(IEnumerable<string> arguments) => arguments.Any(a => a is "--help" or "-h" or "-?");

    /// <summary>The text of <c>--help</c>.</summary>
    public override string ToString()
    {
        int width = Flags.Max(f => f.Name.Length);
        var text = new StringBuilder($"{Name}: {Summary}\n\n");
        foreach ((string name, string help) in Flags) text.Append($"  --{name.PadRight(width)}  {help}\n");
        return text.Append("\nFlags are given as --flag value, --flag=value, --flag or --noflag; docs/training.md explains them.").ToString();
    }
}
