using Shrike.Core;
using Shrike.Formats;
using Shrike.Formats.Safetensors;
using Shrike.Inference.Models;
using Shrike.Inference.Networks;
using Shrike.Training;
using Shrike.Training.Data;
using Shrike.Training.Trainer;

// shrike-training images --ref F --reads B --truth V --bed R --out O [--threads N]
// shrike-training train --data A,B,... --out DIR [--validation C,D,...] [--init PACKAGE] [--resume] ... (docs/training.md)
// shrike-training package --weights F --out DIR --training_data TEXT [--name N] [--version V]
// shrike-training features --ref F --reads B --truth V --bed R --out O [--threads N]
// shrike-training train-small --data A,B,... --held C,D,... --out DIR [--epochs E] [--hidden 128,64] [--seed S] [--threads N] [--name N] [--version V]
//   [--snp_gq_threshold Q] [--indel_gq_threshold Q]
// shrike-training train-multiallelic --data EXAMPLES,... --model PACKAGE --out DIR [--threads N] [--name N] [--version V]
try
{
    string command = args.FirstOrDefault() ?? "";
    string[] inputs = ["ref", "reads", "truth", "bed", "out", "threads"];
    IReadOnlyList<string> known = command switch
    {
        "images" or "features" => inputs,
        "train" => TrainCommand.Flags,
        "package" => ["weights", "out", "training_data", "name", "version"],
        "train-small" => SmallModelCommand.Flags,
        "train-multiallelic" => MultiallelicCommand.Flags,
        _ => throw ShrikeException.Usage("shrike-training: the commands are images, train, package, features, train-small and train-multiallelic"),
    };
    var arguments = new TrainingArguments([.. args.Skip(1)], known);
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
