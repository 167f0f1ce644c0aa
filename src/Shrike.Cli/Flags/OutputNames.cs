using Shrike.Core;

namespace Shrike.Cli.Flags;

/// <summary>Keeps a slip of the pen from costing a file: no output may have the name of an input, nor of another output. Links are followed.</summary>
internal static class OutputNames
{
    private static readonly string[] Companions = ["", ".bai", ".csi", ".crai", ".fai", ".gzi", ".tbi"];
    private static readonly string[] Written = [".tbi", ".csi", ".bai"];

    /// <summary>Checks names before anything is opened for writing.</summary>
    /// <param name="outputs">Outputs; empty ones are not asked for. Indexes may come to stand beside them.</param>
    /// <param name="inputs">Inputs, every shard by its own name; their indexes are kept too.</param>
    /// <exception cref="ShrikeException">Two names are one, or one is that of no file (exit 2), or an output is a folder (exit 4).</exception>
    public static void Check(IEnumerable<string> outputs, IEnumerable<string> inputs)
    {
        Dictionary<string, (string What, string Name)> taken = [];
        foreach (string input in inputs.Where(i => i.Length > 0 && !AtomicFile.IsDevicePath(i)))
        {
            // An index may stand beside a link or beside what it leads to.
            foreach (string name in (string[])[input, RealPath.Of(input)])
            {
                foreach (string end in Companions) taken.TryAdd(RealPath.Of(name + end), (end.Length == 0 ? "an input" : "an input's index", name + end));

                // sample.bai beside sample.bam
                foreach (string end in Companions[1..4]) taken.TryAdd(RealPath.Of(Path.ChangeExtension(name, end)), ("an input's index", Path.ChangeExtension(name, end)));
            }
        }

        foreach (string output in outputs.Where(o => o.Length > 0))
        {
            // Elsewhere it stands for the standard output, but what is written there can have no index.
            if (output == "-") throw ShrikeException.Usage("-: outputs need names, for indexes come to stand beside them: give the name of a file, or /dev/stdout for text without an index");
            if (Directory.Exists(output)) throw ShrikeException.InputOutput($"{output}: is a folder, not a file to write");
            bool hasIndex = !AtomicFile.IsDevicePath(output) && Path.GetExtension(output) is ".gz" or ".bcf" or ".bam";
            foreach (string name in (string[])[output, .. hasIndex ? Written.Select(e => output + e) : []])
            {
                string real = Key(name);
                if (real == "/dev/null" || taken.TryAdd(real, ("another output", name))) continue;
                (string what, string other) = taken[real];
                throw ShrikeException.Usage($"{name}: has the same name as {what}{(Path.GetFullPath(name) == Path.GetFullPath(other) ? "" : $" ({other})")}: choose another");
            }
        }
    }

    /// <summary>What a device is called, for two streams may share a terminal; of all else, and of a file that a shell opened as a stream, where it lies.</summary>
    private static string Key(string name)
    {
        string real = RealPath.Of(name);
        return AtomicFile.IsDevicePath(name) && (AtomicFile.IsDevicePath(real) || !File.Exists(real)) ? Path.GetFullPath(name) : real;
    }
}
