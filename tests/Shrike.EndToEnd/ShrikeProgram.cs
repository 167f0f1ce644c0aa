using System.Diagnostics;

namespace Shrike.EndToEnd;

/// <summary>Runs the program as users do, as a process of its own.</summary>
internal static class ShrikeProgram
{
    /// <summary>What a run printed and how it ended.</summary>
    public sealed record Result(int ExitCode, string Output, string Error);

    public static Result Run(params string[] arguments) => Run(arguments, []);

    /// <summary>The same with variables of the environment; null takes one away.</summary>
    public static Result Run(string[] arguments, params (string Name, string? Value)[] environment)
    {
        using Running running = Start(arguments, environment);
        return running.Wait();
    }

    /// <summary>A run that has begun.</summary>
    public sealed class Running : IDisposable
    {
        private readonly Task<string> _output;
        private readonly Task<string> _error;

        internal Running(ProcessStartInfo start)
        {
            start.RedirectStandardOutput = true;
            start.RedirectStandardError = true;
            Process = Process.Start(start)!;
            _output = Process.StandardOutput.ReadToEndAsync();
            _error = Process.StandardError.ReadToEndAsync();
        }

        public Process Process { get; }

        public Result Wait()
        {
            Process.WaitForExit();
            return new Result(Process.ExitCode, _output.Result, _error.Result);
        }

        public void Dispose()
        {
            if (!Process.HasExited) Process.Kill();
            Process.Dispose();
        }
    }

    /// <summary>Begins a run.</summary>
    public static Running Start(string[] arguments, params (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "shrike.dll"), .. arguments]);
        foreach ((string name, string? value) in environment) start.Environment[name] = value;
        return new Running(start);
    }

    /// <summary>Runs under a limit of the size of every file, as a stand-in for a full disk.</summary>
    public static Result RunWithFileLimit(int kilobytes, params string[] arguments)
    {
        string command = string.Join(' ', ((string[])["dotnet", Path.Combine(AppContext.BaseDirectory, "shrike.dll"), .. arguments]).Select(w => $"'{w}'"));
        var start = new ProcessStartInfo("bash", ["-c", $"trap '' XFSZ; ulimit -f {kilobytes}; exec {command}"]);

        // The limit holds for the runtime's own memory files too, which it can do without.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        using var running = new Running(start);
        return running.Wait();
    }
}
