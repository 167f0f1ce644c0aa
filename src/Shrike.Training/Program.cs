using System.Globalization;
using Shrike.Core;
using Shrike.Formats;
using Shrike.Formats.Safetensors;
using Shrike.Inference.Models;
using Shrike.Inference.Networks;
using Shrike.Training;
using Shrike.Training.Data;
using Shrike.Training.Trainer;

// shrike-training images --ref F --reads B --truth V --bed R --out O [--threads N]
// shrike-training package --weights F --out DIR --training_data TEXT [--name N] [--version V]
// shrike-training features --ref F --reads B --truth V --bed R --out O [--threads N]
// shrike-training train-small --data A,B,... --held C,D,... --out DIR [--epochs E] [--hidden 128,64] [--seed S] [--threads N] [--name N] [--version V]
// shrike-training train --data A,B,... --out DIR [--minutes M] [--epochs E] [--seed S] [--threads N] [--name N] [--version V]
try
{
    Dictionary<string, string> flags = [];
    for (int i = 1; i + 1 < args.Length; i += 2) flags[args[i].TrimStart('-')] = args[i + 1];
    string Need(string name) => flags.GetValueOrDefault(name) ?? throw ShrikeException.Usage($"shrike-training: --{name} must be given");
    int Integer(string name, int value) => flags.TryGetValue(name, out string? t) ? int.Parse(t, CultureInfo.InvariantCulture) : value;
    double Number(string name, double value) => flags.TryGetValue(name, out string? t) ? double.Parse(t, CultureInfo.InvariantCulture) : value;
    ModelDescription Describe(Network network, string data) => new()
    {
        Name = flags.GetValueOrDefault("name", "wgs"),
        Version = flags.GetValueOrDefault("version", "0.1.0"),
        Shape = network.InputShape,
        Channels = ChannelNames.Parse("BASE_CHANNELS,insert_size"),
        Network = network,
        Provenance = "trained from scratch by shrike-training",
        TrainingData = data,
        Licence = "MIT",
    };
    switch (args.FirstOrDefault())
    {
        case "images":
            Console.WriteLine($"{LabelledImageMaker.Make(Need("ref"), Need("reads"), Need("truth"), Need("bed"), Need("out"), Integer("threads", 1))} images");
            break;
        case "train":
            TorchLoader.Load();
            string[] files = Need("data").Split(',');
            List<LabelledImage> training = [];
            List<LabelledImage> held = [];

            // The last twentieth of every file is held out: blocks that no training image comes from.
            foreach (string file in files)
            {
                List<LabelledImage> images = [.. LabelledImage.ReadAll(file)];
                int kept = images.Count - (images.Count / 20);
                training.AddRange(images.Take(kept));
                held.AddRange(images.Skip(kept));
            }

            Console.WriteLine($"{training.Count} images to train on ({string.Join(", ", training.CountBy(t => (t.Kind, t.Label)).OrderBy(c => c.Key).Select(c => $"{c.Key.Kind}/{c.Key.Label}: {c.Value}"))}), {held.Count} held out");
            Network network = RowNet.Build();
            (Dictionary<string, Tensor> weights, string report) = NetworkTrainer.Train(
                network,
                training,
                held,
                new TrainerOptions { Epochs = Number("epochs", 6), Minutes = Number("minutes", 0), Seed = Integer("seed", 1), Threads = Integer("threads", Environment.ProcessorCount) },
                Console.WriteLine);
            Console.WriteLine(report);
            ModelPackage.Save(
                Need("out"),
                Describe(network, $"{training.Count} simulated images; see the model card"),
                weights);
            break;
        case "package":
            Network described = RowNet.Build();
            Dictionary<string, Tensor> given = SafetensorsFile.Read(Need("weights")).ToDictionary();
            ModelPackage.Save(Need("out"), Describe(described, Need("training_data")), given);
            _ = ModelPackage.Load(Need("out"));
            break;
        case "features":
            SmallModelCommand.Features(Need, Integer("threads", 1));
            break;
        case "train-small":
            TorchLoader.Load();
            SmallModelCommand.Train(Need, flags);
            break;
        default:
            throw ShrikeException.Usage("shrike-training: the commands are images, train, package, features and train-small");
    }

    return 0;
}
catch (ShrikeException e)
{
    Console.Error.WriteLine("shrike-training: error: " + e.Message);
    return (int)e.ExitCode;
}
