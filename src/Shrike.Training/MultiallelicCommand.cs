using System.Globalization;
using Shrike.Calling.Genotyping;
using Shrike.Core;
using Shrike.Formats;
using Shrike.Inference.Cpu;
using Shrike.Inference.Models;
using Shrike.Inference.Networks;
using Shrike.Training.Data;
using Shrike.Training.Trainer;

namespace Shrike.Training;

/// <summary><c>shrike-training train-multiallelic</c>: labelled examples and a network in, a model of sites with two ALTs out.</summary>
internal static class MultiallelicCommand
{
    private const int Parts = 5;

    /// <summary>Its flags.</summary>
    public static TrainingHelp Help { get; } = new(
        "train-multiallelic",
        "trains a model of sites with two ALTs on the predictions of a network",
        [
            ("data", "labelled examples: files, NAME@N, patterns; several with commas"),
            ("model", "package of the network whose predictions it will be given"),
            ("out", "folder of the model package"),
            ("threads", "at most so many (all cores)"),
            ("name", "name of the package (wgs-multiallelic)"),
            ("version", "version of the package (0.1.0)"),
        ]);

    public static void Run(TrainingArguments arguments)
    {
        string output = arguments.Need("out");
        string[] files = [.. arguments.Need("data").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).SelectMany(ShardedName.Resolve)];
        if (files.Length == 0) throw ShrikeException.Usage("shrike-training: --data names no file");
        if (output.Length == 0) throw ShrikeException.Usage("shrike-training: --out must name a folder");
        if (File.Exists(Path.Combine(output, "model.json")) && !MultiallelicPackage.IsOne(output)) throw ShrikeException.Usage($"--out {output}: holds another model, which would be lost");
        Directory.CreateDirectory(output);
        ModelPackage package = ModelPackage.Load(arguments.Need("model"));
        Network network = package.Description.Network;
        int threads = arguments.Integer("threads", Environment.ProcessorCount, 1, 1024);
        int imageBytes = network.InputShape.Aggregate(1, (n, d) => n * d);
        var byFile = new List<TwoAltSite>[files.Length];
        int next = 0;
        OrderedPipeline.Run(
            files,
            threads,
            threads * 2,
            () => new OnnxBackend(network, package.Weights, quantization: package.Description.Quantization),
            (backend, file) => TwoAltSite.ReadAll(file, backend, imageBytes).ToList(),
            sites => byFile[next++] = sites);
        List<TwoAltSite> all = [.. byFile.SelectMany(s => s)];
        for (int genotype = 0; genotype < MultiallelicModel.Outputs; genotype++)
        {
            if (!all.Any(s => s.Genotype == genotype)) throw ShrikeException.InvalidData($"{arguments.Need("data")}: none of its {all.Count} sites that keep two ALTs has genotype {Name(genotype)}: all six are needed to train");
        }

        Console.WriteLine($"{all.Count} sites with two ALTs ({string.Join(", ", all.CountBy(s => s.Genotype).OrderBy(c => c.Key).Select(c => $"{Name(c.Key)}: {c.Value}"))})");
        if (files.Length >= Parts) Console.WriteLine(Judged(byFile));
        (float[] kernel, float[] bias) = MultiallelicTrainer.Train(all);
        MultiallelicPackage.Save(
            output,
            new MultiallelicDescription
            {
                Name = arguments.Text("name", "wgs-multiallelic"),
                Version = arguments.Text("version", "0.1.0"),
                Provenance = $"trained by shrike-training on predictions of {package.Description.Name} {package.Description.Version}",
                TrainingData = $"{all.Count} sites with two ALTs; see the model card",
                Licence = package.Description.Licence,
            },
            kernel,
            bias);
        _ = MultiallelicModel.Load(output);
    }

    /// <summary>How good models are on the files that they were not trained on: every fifth file in turn is kept apart.</summary>
    private static string Judged(List<TwoAltSite>[] byFile)
    {
        int sites = 0, wrong = 0;
        double loss = 0;
        for (int part = 0; part < Parts; part++)
        {
            TwoAltSite[] apart = [.. byFile.Where((_, f) => f % Parts == part).SelectMany(s => s)];
            (float[] Kernel, float[] Bias) weights = MultiallelicTrainer.Train([.. byFile.Where((_, f) => f % Parts != part).SelectMany(s => s)]);
            foreach (TwoAltSite site in apart)
            {
                double[] p = MultiallelicTrainer.Probabilities(weights, site.Features);
                wrong += Array.IndexOf(p, p.Max()) == site.Genotype ? 0 : 1;
                loss -= Math.Log(Math.Max(p[site.Genotype], 1e-9));
            }

            sites += apart.Length;
        }

        return string.Create(CultureInfo.InvariantCulture, $"files kept apart, {Parts} times: {wrong} of {sites} wrong, mean negative log-likelihood {loss / Math.Max(sites, 1):F4}");
    }

    private static string Name(int genotype)
    {
        (int a, int b) = Likelihoods.Genotype(genotype);
        return $"{a}/{b}";
    }
}
