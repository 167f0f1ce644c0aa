using System.Globalization;
using Shrike.Core;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Realigning;
using Shrike.Examples.SmallModel;
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

    /// <summary><c>features</c>: candidates of simulated reads as labelled rows.</summary>
    public static void Features(Func<string, string> need, int threads)
    {
        var stage = new StageOneOptions { Reference = need("ref"), Reads = [need("reads")], Realigner = new RealignerOptions() };
        Console.WriteLine($"{LabelledFeatures.Make(stage, Layout, need("truth"), need("bed"), need("out"), threads)} rows");
    }

    /// <summary><c>train-small</c>: trains on some files, reports on others, writes a package.</summary>
    public static void Train(TrainingArguments arguments)
    {
        var training = new List<LabelledFeatures>();
        var tuning = new List<LabelledFeatures>();
        foreach (string file in arguments.Need("data").Split(','))
        {
            // The last tenth of every file: blocks of sequence that no training row comes from.
            LabelledFeatures[] rows = [.. LabelledFeatures.ReadAll(file, Layout.Count)];
            training.AddRange(rows.Take(rows.Length - (rows.Length / 10)));
            tuning.AddRange(rows.TakeLast(rows.Length / 10));
        }

        int snp = arguments.Integer("snp_gq_threshold", SnpThreshold), indel = arguments.Integer("indel_gq_threshold", IndelThreshold);
        if (tuning.Count == 0) throw ShrikeException.InvalidData($"{arguments.Need("data")}: holds too few labelled features to train on");
        var options = new SmallModelTrainerOptions
        {
            Hidden = [.. arguments.Text("hidden", "128,64").Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture))],
            Epochs = arguments.Integer("epochs", 60),
            Seed = arguments.Integer("seed", 1),
            Threads = arguments.Integer("threads", Environment.ProcessorCount),
        };
        Console.WriteLine($"{training.Count} rows to train on, {tuning.Count} kept apart ({string.Join(", ", training.CountBy(t => (t.Kind, t.Label)).OrderBy(c => c.Key).Select(c => $"{c.Key.Kind}/{c.Key.Label}: {c.Value}"))})");
        Dictionary<string, Tensor> weights = SmallModelTrainer.Train(training, tuning, options, Console.WriteLine);
        SmallModelPackage.Save(
            arguments.Need("out"),
            new SmallModelDescription
            {
                Name = arguments.Text("name", "wgs-small"),
                Version = arguments.Text("version", "0.1.0"),
                ContextWindow = Layout.ContextWindow,
                Haplotypes = Layout.Haplotypes,
                Layers = [Layout.Count, .. options.Hidden, 3],
                SnpGqThreshold = snp,
                IndelGqThreshold = indel,
                Provenance = "trained from scratch by shrike-training",
                TrainingData = $"{training.Count} rows of simulated candidates; see the model card",
                Licence = "MIT",
            },
            weights);
        Perceptron network = SmallModelPackage.Load(arguments.Need("out")).Network;
        foreach (string file in arguments.Need("held").Split(',')) Console.WriteLine($"\n{Path.GetFileName(file)}: {SmallModelReport.Make(network, [.. LabelledFeatures.ReadAll(file, Layout.Count)], snp, indel)}");
    }
}
