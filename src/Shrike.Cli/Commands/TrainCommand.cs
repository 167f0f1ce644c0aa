using System.Diagnostics;
using Shrike.Core;

namespace Shrike.Cli.Commands;

/// <summary>
/// <c>shrike train</c>: hands over to the training program, which needs libtorch and is therefore one of its own.
/// </summary>
internal static class TrainCommand
{
    private const string Program = "shrike-training";

    public static void Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        string program = Candidates().FirstOrDefault(File.Exists)
            ?? throw ShrikeException.Usage($"shrike train: {Program} is not installed beside shrike: build it (dotnet build src/Shrike.Training -c Release), or name it in SHRIKE_TRAINING");
        using Process child = Process.Start(new ProcessStartInfo(program, ["train", .. arguments]))!;

        // Ctrl-C reaches the whole group; the training saves its state before it ends.
        child.WaitForExit();
        if (child.ExitCode != 0) Environment.Exit(child.ExitCode);
    }

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("SHRIKE_TRAINING") is { Length: > 0 } named) yield return named;
        yield return Path.Combine(AppContext.BaseDirectory, Program);
        yield return Path.Combine(AppContext.BaseDirectory, "training", Program);

        // A checkout: the program lies in src/Shrike.Cli/bin/Release/net10.0.
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string training = Path.Combine(folder.FullName, "src", "Shrike.Training", "bin", "Release", "net10.0", Program);
            if (File.Exists(training)) yield return training;
        }
    }
}
