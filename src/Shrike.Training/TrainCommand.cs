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

    /// <summary>Its flags.</summary>
    public static TrainingHelp Help { get; } = new(
        "train",
        "trains a network on labelled images; the result is a model package",
        [
            ("data", "labelled images or examples: files, NAME@N, patterns, .pbtxt; several with commas"),
            ("validation", "the same for the images that choose the weights; each file is a set of its own"),
            ("out", "folder of the model package"),
            ("init", "a model package to start from; without it weights are random"),
            ("epochs", "passes over the data (6)"),
            ("batch_size", "images of a step (64)"),
            ("learning_rate", "the highest rate (2e-3; 5e-4 with --init)"),
            ("warmup_steps", "steps until it is reached (100)"),
            ("label_smoothing", "what the other classes get (1e-4)"),
            ("weight_decay", "of AdamW (1e-4)"),
            ("averaging", "memory of the averaged weights (0.998)"),
            ("validate_every", "steps between validations (one pass)"),
            ("patience", "validations without a better one before it stops (0: never)"),
            ("checkpoint_dir", "folder of state and curves (OUT.checkpoints)"),
            ("resume", "goes on from the state there"),
            ("augment", "varies the images (yes)"),
            ("calibrate", "makes probabilities as sure as they are right on the validation sets (yes)"),
            ("channels", "channels of images that do not say theirs (BASE_CHANNELS,insert_size)"),
            ("snp_share", "share of the SNP images that is taken (1)"),
            ("damaged_records", "fail, or stop: take what comes before a damaged record (fail)"),
            ("embedding", "channels of a row's embedding in a new compact network (96)"),
            ("row_filters", "filters of its three convolutions along a row (32,48,64); with --init a wider network begins as the one given"),
            ("seed", "of every random choice (1)"),
            ("threads", "at most so many (all cores)"),
            ("device", "cpu or cuda (cpu)"),
            ("precision", "fp32, or bf16 convolutions while it trains (fp32)"),
            ("name", "name of the package (wgs)"),
            ("version", "version of the package (0.1.0)"),
        ]);

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
        Network network = NetworkFor(start, info, channels, arguments.Integer("embedding", 96, 8, 4096), RowFilters(arguments.Text("row_filters", "")));
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

    /// <summary>Three numbers of filters; null where none are given.</summary>
    private static int[]? RowFilters(string text)
    {
        if (text.Length == 0) return null;
        int[] filters = [.. text.Split(',').Select(t => int.TryParse(t, CultureInfo.InvariantCulture, out int n) ? n : 0)];
        return filters.Length == 3 && filters.All(f => f is > 0 and <= 4096) ? filters : throw ShrikeException.Usage($"shrike-training: --row_filters is {text}; it must be three numbers of 1 to 4096, as 32,48,64");
    }

    /// <summary>The network to train: that of the start, with as many input channels as the images have, wider if told so; else a compact one.</summary>
    private static Network NetworkFor(ModelPackage? start, ExampleInfo? info, int[] channels, int embedding, int[]? rowFilters)
    {
        if (start is null)
        {
            int[] shape = info?.Shape ?? [100, 221, channels.Length];
            return RowNet.Build(shape[0], shape[1], channels.Length, embedding, rowFilters);
        }

        int[] old = start.Description.Channels;
        if (old.Length == channels.Length && !old.SequenceEqual(channels))
        {
            throw ShrikeException.Usage($"the images have the channels {Names(channels)}, the model to start from has {Names(old)}");
        }

        if (old.Length != channels.Length) Console.WriteLine($"the images have the channels {Names(channels)}, the model to start from {Names(old)}: channels are taken over by their place");
        int[] from = start.Description.Network.InputShape;
        if (info?.Shape is { } want && (want[0] != from[0] || want[1] != from[1])) throw ShrikeException.Usage($"the images are {want[0]} x {want[1]}, the model to start from takes {from[0]} x {from[1]}");
        if (rowFilters is not null) return Wider(start.Description.Network, channels.Length, rowFilters);
        return start.Description.Network with { InputShape = [from[0], from[1], channels.Length] };
    }

    /// <summary>A compact network like the start's with more filters along the rows.</summary>
    private static Network Wider(Network start, int channels, int[] rowFilters)
    {
        if (start.Name != "RowNet") throw ShrikeException.Usage($"shrike-training: --row_filters widens a RowNet; the model to start from is {start.Name}");
        int embedding = start.Layers.First(l => l.Name == "row4").Filters;
        return RowNet.Build(start.InputShape[0], start.InputShape[1], channels, embedding, rowFilters);
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
