using Shrike.Core;
using Shrike.Formats;
using Shrike.Formats.Safetensors;
using Shrike.Inference.Models;
using Shrike.Inference.Networks;
using Shrike.Training;
using Shrike.Training.Data;
using Shrike.Training.Trainer;

IReadOnlyList<(string Name, string Help)> inputs =
[
    ("ref", "reference, FASTA with its index"),
    ("reads", "reads, BAM or CRAM with its index"),
    ("truth", "variants of the sample, VCF with its index"),
    ("bed", "regions in which they are known"),
    ("out", "the file made"),
    ("threads", "at most so many (1)"),
];
IReadOnlyList<TrainingHelp> commands =
[
    new("images", "labelled images of reads with a known truth", inputs),
    TrainCommand.Help,
    new("package", "a model package of weights trained elsewhere with the default layers", [("weights", "safetensors file"), ("out", "folder of the package"), ("training_data", "what it was trained on, in words"), ("name", "its name (wgs)"), ("version", "its version (0.1.0)")]),
    new("features", "labelled features for a small model, of reads with a known truth", inputs),
    SmallModelCommand.Help,
    MultiallelicCommand.Help,
];
try
{
    string command = args.FirstOrDefault() ?? "";
    TrainingHelp? help = commands.FirstOrDefault(c => c.Name == command);
    if (TrainingHelp.IsAsked(args))
    {
        Console.WriteLine(help?.ToString() ?? string.Join('\n', commands.Select(c => $"shrike-training {c.Name}: {c.Summary}")));
        return 0;
    }

    if (help is null) throw ShrikeException.Usage($"shrike-training: the commands are {string.Join(", ", commands.Select(c => c.Name))}");
    var arguments = new TrainingArguments([.. args.Skip(1)], help.Flags);
    Action<string> warn = line => Console.Error.WriteLine("shrike-training: " + line);
    switch (command)
    {
        case "images":
            Console.WriteLine($"{LabelledImageMaker.Make(arguments.Need("ref"), arguments.Need("reads"), arguments.Need("truth"), arguments.Need("bed"), arguments.Need("out"), arguments.Integer("threads", 1, 1, 1024), warn)} images");
            break;
        case "train":
            TrainCommand.Run(arguments);
            break;
        case "package":
            Network network = RowNet.Build();
            ModelPackage.Save(
                arguments.Need("out"),
                new ModelDescription
                {
                    Name = arguments.Text("name", "wgs"),
                    Version = arguments.Text("version", "0.1.0"),
                    Shape = network.InputShape,
                    Channels = ChannelNames.Parse("BASE_CHANNELS,insert_size"),
                    Network = network,
                    Provenance = "trained from scratch with the layers, images and augmentation of shrike-training",
                    TrainingData = arguments.Need("training_data"),
                    Licence = "MIT",
                },
                SafetensorsFile.Read(arguments.Need("weights")).ToDictionary());
            _ = ModelPackage.Load(arguments.Need("out"));
            break;
        case "features":
            SmallModelCommand.Features(arguments.Need, arguments.Integer("threads", 1, 1, 1024), warn);
            break;
        case "train-multiallelic":
            MultiallelicCommand.Run(arguments);
            break;
        default:
            SmallModelCommand.Train(arguments);
            break;
    }

    return 0;
}
catch (OperationCanceledException e)
{
    return Fail("interrupted; --resume goes on from the last checkpoint, if there is one", 130, e);
}
catch (ShrikeException e)
{
    return Fail(e.Message, (int)e.ExitCode, e);
}
catch (OutOfMemoryException e)
{
    return Fail("out of memory", (int)ExitCode.OutOfMemory, e);
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    return Fail(e.Message, (int)ExitCode.InputOutput, e);
}
catch (Exception e)
{
    return Fail($"internal error: {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")} (SHRIKE_DEBUG=1 shows where)", (int)ExitCode.Internal, e);
}

static int Fail(string message, int code, Exception e)
{
    Console.Error.WriteLine("shrike-training: error: " + message);
    if (Environment.GetEnvironmentVariable("SHRIKE_DEBUG") == "1") Console.Error.WriteLine(e);
    return code;
}
