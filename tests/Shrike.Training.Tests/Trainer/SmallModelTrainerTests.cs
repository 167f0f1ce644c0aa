using Shrike.Core;
using Shrike.Formats.Safetensors;
using Shrike.Inference.SmallModels;
using Shrike.Training.Data;
using Shrike.Training.Trainer;

namespace Shrike.Training.Tests.Trainer;

/// <summary>The small model's trainer on made-up rows.</summary>
[Collection(TorchTests.Name)]
public sealed class SmallModelTrainerTests
{
    private const int Features = 70;

    /// <summary>Rows whose label shows in the allele fraction, blurred by depth.</summary>
    private static LabelledFeatures[] Rows(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            byte label = (byte)(i % 3);
            int depth = random.Next(20, 60);
            int alternate = Enumerable.Range(0, depth).Count(_ => random.NextDouble() < (label switch { 0 => 0.1, 1 => 0.5, _ => 0.97 }));
            var values = new float[Features];
            (values[0], values[1], values[2], values[3], values[4], values[5]) = (depth - alternate, alternate, depth, depth, 100 * alternate / depth, 100 * alternate / depth);
            for (int k = 6; k < 12; k++) values[k] = random.Next(20, 60);
            values[12] = 1;
            return new LabelledFeatures(label, VariantKind.Snp, values);
        })];
    }

    private static Perceptron Build(Dictionary<string, Tensor> weights) =>
        new([.. Enumerable.Range(0, weights.Count / 2).Select(l => (weights[SmallModelPackage.KernelName(l)], weights[SmallModelPackage.BiasName(l)]))]);

    [Fact]
    public void ItLearnsAndTheSameSeedGivesTheSameWeights()
    {
        TorchLoader.Load();
        var options = new SmallModelTrainerOptions { Hidden = [16, 8], Epochs = 8, BatchSize = 64 };
        LabelledFeatures[] rows = Rows(3000, 1), kept = Rows(300, 2), held = Rows(600, 3);
        Dictionary<string, Tensor> weights = SmallModelTrainer.Train(rows, kept, options, _ => { });
        var probabilities = new float[held.Length * 3];
        Build(weights).CreateEvaluator().Run(held.SelectMany(r => r.Values).ToArray(), held.Length, probabilities);
        int right = held.Where((r, i) => probabilities[(i * 3) + r.Label] > 0.5f).Count();
        Assert.InRange(right, held.Length * 95 / 100, held.Length);

        Dictionary<string, Tensor> again = SmallModelTrainer.Train(rows, kept, options, _ => { });
        Assert.All(weights, w => Assert.Equal(w.Value.Values, again[w.Key].Values));
        Dictionary<string, Tensor> other = SmallModelTrainer.Train(rows, kept, options with { Seed = 2 }, _ => { });
        Assert.NotEqual(weights["layer0.kernel"].Values, other["layer0.kernel"].Values);
    }

    [Fact]
    public void TheReportCountsWhatIsAnswered()
    {
        // One layer that is sure of one copy wherever the fraction is not 0.
        var kernel = new float[Features * 3];
        kernel[(4 * 3) + 1] = 1;
        Perceptron network = new([(new Tensor([Features, 3], kernel), new Tensor([3], [0.5f, 0, 0]))]);
        string report = SmallModelReport.Make(network, [Row(1, 50), Row(1, 60), Row(2, 90), Row(0, 0)], 20, 28);
        Assert.Contains("4 rows, right 75.00 %", report, StringComparison.Ordinal);
        Assert.Contains("answered 75.0 %, wrong among them 1 = 33.333 %", report, StringComparison.Ordinal);
        Assert.Contains("| Snp 2 | 1 | 0.00 % | 100.0 % | 1 |", report, StringComparison.Ordinal);

        static LabelledFeatures Row(byte label, float fraction)
        {
            var values = new float[Features];
            values[4] = fraction;
            return new LabelledFeatures(label, VariantKind.Snp, values);
        }
    }
}
