using System.Globalization;
using Shrike.Core;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Realigning;
using Shrike.Examples.SmallModel;
using Shrike.Formats;
using Shrike.Formats.Safetensors;
using Shrike.Inference.SmallModels;
using Shrike.Training.Data;
using Shrike.Training.Trainer;

namespace Shrike.Training;

/// <summary>The commands that make a small model for short reads: labelled features, then the training.</summary>
internal static class SmallModelCommand
{
    // Scores from which the original accepts a whole genome's SNPs and indels, unless told otherwise.
    private const int SnpThreshold = 20;
    private const int IndelThreshold = 28;
    private static readonly FeatureLayout Layout = new(51, Haplotypes: false);

    /// <summary>Flags of <c>train-small</c>.</summary>
    public static TrainingHelp Help { get; } = new(
        "train-small",
        "trains a small model on labelled features",
        [
            ("data", "labelled features, or rows of make-examples: files, NAME@N, patterns; several with commas"),
            ("held", "the same for data that is only reported on"),
            ("out", "folder of the model package"),
            ("epochs", "passes over the data (60)"),
            ("hidden", "sizes of the hidden layers (128,64)"),
            ("seed", "of every random choice (1)"),
            ("threads", "at most so many (all cores)"),
            ("name", "name of the package (wgs-small)"),
            ("version", "version of the package (0.1.0)"),
            ("snp_gq_threshold", "GQ from which a SNP is answered without the network (20)"),
            ("indel_gq_threshold", "the same for insertions and deletions (28)"),
        ]);

    /// <summary><c>features</c>: candidates of simulated reads as labelled rows.</summary>
    public static void Features(Func<string, string> need, int threads, Action<string> log)
    {
        var stage = new StageOneOptions { Reference = need("ref"), Reads = [need("reads")], Realigner = new RealignerOptions() };
        Console.WriteLine($"{LabelledFeatures.Make(stage, Layout, need("truth"), need("bed"), need("out"), threads, log)} rows");
    }

    /// <summary><c>train-small</c>: trains on some files, reports on others, writes a package.</summary>
    public static void Train(TrainingArguments arguments)
    {
        string output = arguments.Need("out");
        IReadOnlyList<string> data = Files(arguments.Need("data")), held = Files(arguments.Need("held"));
        int[] hidden = [.. arguments.Text("hidden", "128,64").Split(',').Select(n => int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size is > 0 and <= 65_536 ? size : throw ShrikeException.Usage($"shrike-training: --hidden is {arguments.Text("hidden", "")}; it must be sizes such as 128,64"))];
        int epochs = arguments.Integer("epochs", 60, 1), threads = arguments.Integer("threads", Environment.ProcessorCount, 1, 1024);
        TorchLoader.Load();
        var training = new List<LabelledFeatures>();
        var tuning = new List<LabelledFeatures>();
        foreach (string file in data)
        {
            // The last tenth of every file: blocks of sequence that no training row comes from.
            LabelledFeatures[] rows = [.. LabelledFeatures.ReadAll(file, Layout.Count)];
            training.AddRange(rows.Take(rows.Length - (rows.Length / 10)));
            tuning.AddRange(rows.TakeLast(rows.Length / 10));
        }

        int snp = arguments.Integer("snp_gq_threshold", SnpThreshold), indel = arguments.Integer("indel_gq_threshold", IndelThreshold);
        if (tuning.Count == 0) throw ShrikeException.InvalidData($"{arguments.Need("data")}: holds too few labelled features to train on");
        for (int label = 0; label < 3; label++)
        {
            if (!training.Any(t => t.Label == label)) throw ShrikeException.InvalidData($"{arguments.Need("data")}: no row has label {label}: all three classes are needed to train");
        }

        var options = new SmallModelTrainerOptions { Hidden = hidden, Epochs = epochs, Seed = arguments.Integer("seed", 1), Threads = threads };
        Console.WriteLine($"{training.Count} rows to train on, {tuning.Count} kept apart ({string.Join(", ", training.CountBy(t => (t.Kind, t.Label)).OrderBy(c => c.Key).Select(c => $"{c.Key.Kind}/{c.Key.Label}: {c.Value}"))})");
        Dictionary<string, Tensor> weights = SmallModelTrainer.Train(training, tuning, options, Console.WriteLine);
        SmallModelPackage.Save(
            output,
            new SmallModelDescription
            {
                Name = arguments.Text("name", "wgs-small"),
                Version = arguments.Text("version", "0.1.0"),
                ContextWindow = Layout.ContextWindow,
                Haplotypes = Layout.Haplotypes,
                MaxMappingQuality = MostMappingQuality(training),
                Layers = [Layout.Count, .. options.Hidden, 3],
                SnpGqThreshold = snp,
                IndelGqThreshold = indel,
                Provenance = "trained from scratch by shrike-training",
                TrainingData = $"{training.Count} rows of simulated candidates; see the model card",
                Licence = "MIT",
            },
            weights);
        Perceptron network = SmallModelPackage.Load(output).Network;
        foreach (string file in held) Console.WriteLine($"\n{Path.GetFileName(file)}: {SmallModelReport.Make(network, [.. LabelledFeatures.ReadAll(file, Layout.Count)], snp, indel)}");
    }

    /// <summary>The highest mean mapping quality of a row's reads, of the reference and of the ALT.</summary>
    private static int MostMappingQuality(IEnumerable<LabelledFeatures> rows) => Math.Max(1, (int)rows.Max(r => Math.Max(r.Values[FeatureLayout.ReferenceMappingQuality], r.Values[FeatureLayout.AlternateMappingQuality])));

    /// <summary>Files of a list: rows of <c>label-features</c> (.feat), or examples, whose names may be patterns or NAME@N.gz.</summary>
    private static List<string> Files(string list)
    {
        var files = new List<string>();
        foreach (string name in list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (name.Contains(".tfrecord", StringComparison.Ordinal)) files.AddRange(ShardedName.Resolve(name));
            else if (File.Exists(name)) files.Add(name);
            else throw ShrikeException.InputOutput($"{name}: no such file");
        }

        return files;
    }
}
