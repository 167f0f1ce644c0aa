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
try
{
    string command = args.FirstOrDefault() ?? "";
    var arguments = new TrainingArguments([.. args.Skip(1)], command == "train" ? TrainCommand.Flags : null);
    switch (command)
    {
        case "images":
            Console.WriteLine($"{LabelledImageMaker.Make(arguments.Need("ref"), arguments.Need("reads"), arguments.Need("truth"), arguments.Need("bed"), arguments.Need("out"), arguments.Integer("threads", 1))} images");
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
            SmallModelCommand.Features(arguments.Need, arguments.Integer("threads", 1));
            break;
        case "train-small":
            TorchLoader.Load();
            SmallModelCommand.Train(arguments);
            break;
        default:
            throw ShrikeException.Usage("shrike-training: the commands are images, train, package, features and train-small");
    }

    return 0;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("shrike-training: interrupted; --resume goes on from the last checkpoint");
    return 130;
}
catch (ShrikeException e)
{
    Console.Error.WriteLine("shrike-training: error: " + e.Message);
    return (int)e.ExitCode;
}
