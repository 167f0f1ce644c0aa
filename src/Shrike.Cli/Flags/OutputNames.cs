using Shrike.Core;

namespace Shrike.Cli.Flags;

/// <summary>Keeps a slip of the pen from costing a file: no output may have the name of an input, nor of another output.</summary>
internal static class OutputNames
{
    private static readonly string[] Companions = ["", ".bai", ".csi", ".crai", ".fai", ".gzi", ".tbi"];

    /// <summary>Checks names before anything is opened for writing.</summary>
    /// <param name="outputs">Outputs; empty ones are not asked for.</param>
    /// <param name="inputs">Inputs; their indexes are kept too.</param>
    /// <exception cref="ShrikeException">Two names are one (exit 2).</exception>
    public static void Check(IEnumerable<string> outputs, IEnumerable<string> inputs)
    {
        Dictionary<string, string> taken = [];
        foreach (string input in inputs.Where(i => i.Length > 0 && !AtomicFile.IsDevicePath(i)))
        {
            string full = Path.GetFullPath(input);
            foreach (string end in Companions) taken.TryAdd(full + end, "an input");

            // sample.bai beside sample.bam
            foreach (string end in Companions[1..4]) taken.TryAdd(Path.ChangeExtension(full, end), "an input's index");
        }

        foreach (string output in outputs.Where(o => o.Length > 0 && !AtomicFile.IsDevicePath(o)))
        {
            string full = Path.GetFullPath(output);
            if (taken.TryGetValue(full, out string? what)) throw ShrikeException.Usage($"{output}: has the same name as {what}");
            taken[full] = "another output";
        }
    }
}
