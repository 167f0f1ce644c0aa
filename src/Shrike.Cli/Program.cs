using System.Runtime.InteropServices;
using Shrike.Cli;
using Shrike.Cli.Commands;
using Shrike.Core;

(string Name, string Summary, Action<IReadOnlyList<string>, CommandContext> Run)[] commands =
[
    ("run", "reads to calls, in one process", RunCommand.Run),
    ("make-examples", "stage 1: candidates and their images", MakeExamplesCommand.Run),
    ("call-variants", "stage 2: the network", CallVariantsCommand.Run),
    ("postprocess-variants", "stage 3: VCF and gVCF", PostprocessVariantsCommand.Run),
    ("explain", "why a run calls a place as it does, or not at all", ExplainCommand.Run),
    ("simulate", "reads of a made-up individual", SimulateCommand.Run),
    ("train", "trains a network (with the program shrike-training, as the next four)", (a, c) => TrainCommand.Run("train", a, c)),
    ("train-small", "trains a small model", (a, c) => TrainCommand.Run("train-small", a, c)),
    ("train-multiallelic", "trains a model of sites with two ALTs", (a, c) => TrainCommand.Run("train-multiallelic", a, c)),
    ("label-images", "labelled images of reads with a known truth", (a, c) => TrainCommand.Run("images", a, c)),
    ("label-features", "labelled rows for a small model", (a, c) => TrainCommand.Run("features", a, c)),
    ("doctor", "what of this machine can be used", DoctorCommand.Run),
    ("bench-network", "how exact and fast a network is on a GPU", BenchNetworkCommand.Run),
    ("bench-painter", "whether a GPU paints the same images, and how fast", BenchPainterCommand.Run),
    ("score", "precision and recall against a truth", ScoreCommand.Run),
    ("stats", "numbers of a VCF: types, qualities, depths", StatsCommand.Run),
    ("labeled-examples-to-vcf", "the sites of training examples", LabeledExamplesCommand.Run),
    ("models", "import, describe and list models", ModelsCommand.Run),
];

using var stop = new CancellationTokenSource();
var context = new CommandContext(Console.Out, line => Console.Error.WriteLine("shrike: " + OneLine(line)), stop.Token);
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, s => Stop(s, ExitCode.Interrupted));
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, s => Stop(s, ExitCode.Terminated));
using PosixSignalRegistration? hangUp = Signals.IgnoresHangUp() ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, s => Stop(s, ExitCode.HungUp));
try
{
    if (args is ["--version"])
    {
        Console.Out.WriteLine($"shrike version {Shrike.Cli.Version.Text}");
        return (int)ExitCode.Ok;
    }

    if (args.Length == 0 || args[0] is "--help" or "-h" or "help")
    {
        Console.Out.WriteLine("shrike: a germline small-variant caller\n\nusage: shrike COMMAND [--flag=value ...]   (shrike COMMAND --help lists its flags)\n");
        foreach (var c in commands) Console.Out.WriteLine($"  {c.Name,-22} {c.Summary}");
        Console.Out.WriteLine("\n  --version");
        return (int)(args.Length == 0 ? ExitCode.Usage : ExitCode.Ok);
    }

    string name = args[0].Replace('_', '-');
    var command = commands.FirstOrDefault(c => c.Name == name);
    if (command.Run is null) throw ShrikeException.Usage($"there is no command {args[0]}: shrike --help lists them");
    command.Run(args[1..], context);
    return (int)ExitCode.Ok;
}
catch (ShrikeException e)
{
    return Fail(e.Message, e.ExitCode, e);
}
catch (OperationCanceledException e)
{
    return Fail("stopped; nothing was left half-written", context.StoppedBy, e);
}
catch (OutOfMemoryException e)
{
    return Fail("out of memory: use fewer --threads", ExitCode.OutOfMemory, e);
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    return Fail(e.Message, ExitCode.InputOutput, e);
}
catch (Exception e)
{
    return Fail($"internal error: {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")} (SHRIKE_DEBUG=1 shows where)", ExitCode.Internal, e);
}

void Stop(PosixSignalContext signal, ExitCode code)
{
    signal.Cancel = true;
    context.StoppedBy = code;
    stop.Cancel();
}

// A message may quote whatever a file holds, and a terminal obeys control characters.
static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));

int Fail(string message, ExitCode code, Exception e)
{
    try
    {
        Console.Error.WriteLine("shrike: error: " + OneLine(message));
        if (Environment.GetEnvironmentVariable("SHRIKE_DEBUG") == "1") Console.Error.WriteLine(e);
        if (context.LastWords.Length > 0) context.Log(context.LastWords);
    }
    catch (IOException)
    {
        // The terminal is gone; the status still says it.
    }

    return (int)code;
}
