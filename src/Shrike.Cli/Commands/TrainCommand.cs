using System.Diagnostics;
using Shrike.Core;

namespace Shrike.Cli.Commands;

/// <summary>
/// <c>shrike train</c>, <c>train-small</c>, <c>train-multiallelic</c>, <c>label-images</c>, <c>label-features</c>: hand over to the training program, which needs
/// libtorch and is therefore one of its own.
/// </summary>
internal static class TrainCommand
{
    private const string Program = "shrike-training";

    /// <param name="command">What the training program calls it.</param>
    /// <param name="arguments">Its flags.</param>
    /// <param name="context">Where it may be stopped.</param>
    public static void Run(string command, IReadOnlyList<string> arguments, CommandContext context)
    {
        string program = Candidates().FirstOrDefault(File.Exists)
            ?? throw ShrikeException.Usage($"shrike train: {Program} is not installed beside shrike: build it (dotnet build src/Shrike.Training -c Release), or name it in SHRIKE_TRAINING");
        using Process child = Process.Start(new ProcessStartInfo(program, [command, .. arguments]))!;

        // Ctrl-C reaches the whole group, SIGTERM only this process; the training saves its state before it ends.
        using CancellationTokenRegistration stop = context.Cancellation.Register(() => Process.Start("sh", ["-c", $"kill -TERM {child.Id}"]).Dispose());
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
