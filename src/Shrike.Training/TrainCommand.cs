using System.Globalization;
using System.Runtime.InteropServices;
using Shrike.Core;
using Shrike.Formats;
using Shrike.Formats.Examples;
using Shrike.Formats.TfRecord;
using Shrike.Inference.Models;
using Shrike.Inference.Networks;
using Shrike.Training.Data;
using Shrike.Training.Trainer;

namespace Shrike.Training;

/// <summary><c>shrike-training train</c>: labelled images in, a model package out.</summary>
internal static class TrainCommand
{
    // What gzip leaves of an image, for guessing how much a file holds.
    private const int PackedShare = 12;

    /// <summary>Names of its flags.</summary>
    public static IReadOnlyList<string> Flags { get; } =
    [
        "data", "validation", "out", "init", "epochs", "batch_size", "learning_rate", "warmup_steps", "label_smoothing", "weight_decay", "averaging", "validate_every",
        "patience", "checkpoint_dir", "resume", "augment", "calibrate", "channels", "snp_share", "damaged_records", "embedding", "seed", "threads", "device", "precision", "name", "version",
    ];

    public static void Run(TrainingArguments arguments)
    {
        DamagedRecords damaged = arguments.Text("damaged_records", "fail") switch
        {
            "fail" => DamagedRecords.Fail,
            "stop" => DamagedRecords.Stop,
            string other => throw ShrikeException.Usage($"shrike-training: --damaged_records is {other}; it must be fail or stop"),
        };
        double snpShare = arguments.Number("snp_share", 1, 0, 1);
        IReadOnlyList<string> files = ImageInputs.Files(arguments.Need("data"));
        ValidationSet[] sets = Sets(arguments.Text("validation", ""), damaged);
        string output = arguments.Need("out");
        ModelPackage? start = arguments.Text("init", "") is { Length: > 0 } init ? ModelPackage.Load(init) : null;
        ExampleInfo? info = ImageInputs.Info([.. files, .. sets.SelectMany(s => s.Files)]);
        int[] channels = info?.Channels ?? start?.Description.Channels ?? ChannelNames.Parse(arguments.Text("channels", "BASE_CHANNELS,insert_size"));
        Network network = NetworkFor(start, info, channels, arguments.Integer("embedding", 96, 8, 4096));
        var options = new TrainerOptions
        {
            Epochs = arguments.Number("epochs", 6, 0, 1e6),
            BatchSize = arguments.Integer("batch_size", 64, 1, 65_536),
            LearningRate = arguments.Number("learning_rate", start is null ? 2e-3 : 5e-4, 0, 10),
            WarmUp = arguments.Integer("warmup_steps", 100, 0),
            LabelSmoothing = arguments.Number("label_smoothing", 1e-4, 0, 1),
            WeightDecay = arguments.Number("weight_decay", 1e-4, 0, 1),
            Averaging = arguments.Number("averaging", 0.998, 0, 1),
            ValidateEvery = arguments.Integer("validate_every", 0, 0),
            Patience = arguments.Integer("patience", 0, 0),
            CheckpointFolder = arguments.Text("checkpoint_dir", output + ".checkpoints"),
            Resume = arguments.Switch("resume", false),
            Augment = arguments.Switch("augment", true),
            Calibrate = arguments.Switch("calibrate", true),
            Seed = arguments.Integer("seed", 1),
            Device = arguments.Text("device", "cpu"),
            BFloat = arguments.Text("precision", "fp32") switch
            {
                "fp32" => false,
                "bf16" => true,
                string other => throw ShrikeException.Usage($"shrike-training: --precision is {other}; it must be fp32 or bf16"),
            },
            Threads = arguments.Integer("threads", Environment.ProcessorCount, 1, 1024),
        };
        TorchLoader.Load();
        TorchDevice.Parse(options.Device);
        if (!options.Resume) Checkpoint.RequireNone(options.CheckpointFolder);
        using var cancellation = new CancellationTokenSource();
        using PosixSignalRegistration onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        long bytes = files.Sum(f => new FileInfo(f).Length * (f.EndsWith(".gz", StringComparison.Ordinal) ? PackedShare : 1));
        using var images = new ShuffledImages($"{output}.{Environment.ProcessId}.shuffled", ImageInputs.Thinned(ImageInputs.Read(files, network, damaged), snpShare, options.Seed), bytes, options.Seed, cancellation.Token);
        Console.WriteLine($"{images.Count} images to train on ({string.Join(", ", images.ByClass.Select(c => $"{c.Key.Kind}/{c.Key.Label}: {c.Value}"))})");
        for (int label = 0; label < 3; label++)
        {
            if (!images.ByClass.Any(c => c.Key.Label == label)) throw ShrikeException.InvalidData($"{arguments.Need("data")}: no image has label {label}: all three classes are needed to train");
        }

        var trainer = new NetworkTrainer(network, channels, start?.Weights, options, Console.WriteLine);
        TrainingResult result = trainer.Train(images, sets, cancellation.Token);
        Console.Write(result.Report);
        string kind = start is null ? "trained from scratch" : $"trained on from {start.Description.Name} {start.Description.Version}";
        ModelPackage.Save(
            output,
            new ModelDescription
            {
                Name = arguments.Text("name", "wgs"),
                Version = arguments.Text("version", "0.1.0"),
                Shape = network.InputShape,
                Channels = channels,
                Network = network,
                Flags = start?.Description.Flags ?? new Dictionary<string, string>(),
                Provenance = $"{kind} by shrike-training",
                TrainingData = string.Create(CultureInfo.InvariantCulture, $"{images.Count} images, {result.Steps} steps of {options.BatchSize}; see the model card"),
                Licence = start?.Description.Licence ?? "MIT",
            },
            result.Weights);
        Checkpoint.Delete(options.CheckpointFolder);

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            cancellation.Cancel();
        }
    }

    /// <summary>The network to train: that of the start, with as many input channels as the images have; else a compact one.</summary>
    private static Network NetworkFor(ModelPackage? start, ExampleInfo? info, int[] channels, int embedding)
    {
        if (start is null)
        {
            int[] shape = info?.Shape ?? [100, 221, channels.Length];
            return RowNet.Build(shape[0], shape[1], channels.Length, embedding);
        }

        int[] old = start.Description.Channels;
        if (old.Length == channels.Length && !old.SequenceEqual(channels))
        {
            throw ShrikeException.Usage($"the images have the channels {Names(channels)}, the model to start from has {Names(old)}");
        }

        if (old.Length != channels.Length) Console.WriteLine($"the images have the channels {Names(channels)}, the model to start from {Names(old)}: channels are taken over by their place");
        int[] from = start.Description.Network.InputShape;
        if (info?.Shape is { } want && (want[0] != from[0] || want[1] != from[1])) throw ShrikeException.Usage($"the images are {want[0]} x {want[1]}, the model to start from takes {from[0]} x {from[1]}");
        return start.Description.Network with { InputShape = [from[0], from[1], channels.Length] };
    }

    private static string Names(IEnumerable<int> channels) => string.Join(",", channels.Select(ChannelNames.NameOf));

    /// <summary>One set for each input, named after its file; a name that was there before gets a number.</summary>
    private static ValidationSet[] Sets(string inputs, DamagedRecords damaged)
    {
        var sets = new List<ValidationSet>();
        foreach (string input in inputs.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string name = Path.GetFileName(input).Split('.')[0];
            int same = sets.Count(s => s.Name == name || s.Name.StartsWith(name + "-", StringComparison.Ordinal));
            sets.Add(new ValidationSet(same == 0 ? name : $"{name}-{same + 1}", ImageInputs.Files(input), damaged));
        }

        return [.. sets];
    }
}
