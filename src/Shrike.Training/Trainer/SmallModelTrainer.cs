using System.Diagnostics;
using System.Globalization;
using Shrike.Inference.SmallModels;
using Shrike.Training.Data;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;
using Weight = Shrike.Formats.Safetensors.Tensor;

namespace Shrike.Training.Trainer;

/// <summary>Settings of a small model's training.</summary>
public sealed record SmallModelTrainerOptions
{
    /// <summary>Outputs of the hidden layers.</summary>
    public int[] Hidden { get; init; } = [128, 64];

    /// <summary>Passes over the data.</summary>
    public int Epochs { get; init; } = 60;

    /// <summary>Rows of a step.</summary>
    public int BatchSize { get; init; } = 256;

    /// <summary>Largest learning rate; it falls to zero as a cosine.</summary>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>Weight decay.</summary>
    public double WeightDecay { get; init; } = 1e-2;

    /// <summary>Share of hidden values left out of a step.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>Memory of the averaged weights.</summary>
    public double Averaging { get; init; } = 0.999;

    /// <summary>Seed of start and order.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Threads.</summary>
    public int Threads { get; init; } = 1;
}

/// <summary>
/// Trains a small model: a perceptron on scaled features, by cross-entropy without smoothing, because its probabilities
/// are compared with thresholds. The scaling is folded into the first layer at the end.
/// </summary>
public static class SmallModelTrainer
{
    // Copies of the ALTs.
    private const int Classes = 3;

    /// <summary>Trains; returns weights under the names of a package.</summary>
    public static Dictionary<string, Weight> Train(IReadOnlyList<LabelledFeatures> rows, SmallModelTrainerOptions options, Action<string> log)
    {
        set_num_threads(options.Threads);
        random.manual_seed(options.Seed);
        int inputs = rows[0].Values.Length;
        int[] sizes = [inputs, .. options.Hidden, Classes];
        (float[] mean, float[] scale) = Scaling(rows, inputs);
        using var scope = NewDisposeScope();
        Tensor data = (tensor(rows.SelectMany(r => r.Values).ToArray(), [rows.Count, inputs]) - tensor(mean)) / tensor(scale);
        Tensor labels = tensor(rows.Select(r => (long)r.Label).ToArray());
        Parameter[] weights = [.. Enumerable.Range(0, sizes.Length - 1).SelectMany(l => (Parameter[])[new(randn(sizes[l], sizes[l + 1]) * Math.Sqrt(2.0 / sizes[l])), new(zeros(sizes[l + 1]))])];
        Tensor[] averaged = [.. weights.Select(w => w.detach().clone())];
        using var optimizer = optim.AdamW(weights, options.LearningRate, weight_decay: options.WeightDecay);
        long steps = (long)options.Epochs * rows.Count / options.BatchSize;
        var clock = Stopwatch.StartNew();
        Tensor order = randperm(rows.Count);
        long next = 0;
        double loss = 0;
        for (long step = 0; step < steps; step++)
        {
            if (next + options.BatchSize > rows.Count) (order, next) = (randperm(rows.Count), 0);
            foreach (var group in optimizer.ParamGroups) group.LearningRate = options.LearningRate * 0.5 * (1 + Math.Cos(Math.PI * step / steps));
            using (NewDisposeScope())
            {
                Tensor chosen = order.narrow(0, next, options.BatchSize);
                next += options.BatchSize;
                optimizer.zero_grad();
                Tensor value = nn.functional.cross_entropy(Forward(data.index_select(0, chosen), weights, options.Dropout), labels.index_select(0, chosen));
                value.backward();
                optimizer.step();
                loss = (0.99 * loss) + (0.01 * value.item<float>());
                double memory = Math.Min(options.Averaging, (step + 1.0) / (step + 10.0));
                using (no_grad())
                {
                    for (int w = 0; w < weights.Length; w++) averaged[w].mul_(memory).add_(weights[w].detach(), alpha: 1 - memory);
                }
            }

            order.MoveToOuterDisposeScope();
            if ((step + 1) % 2000 == 0) log(string.Create(CultureInfo.InvariantCulture, $"step {step + 1}/{steps}, {clock.Elapsed.TotalSeconds:F0} s, loss {loss:F4}"));
        }

        return Export(averaged, sizes, mean, scale);
    }

    private static Tensor Forward(Tensor x, Parameter[] weights, double dropout)
    {
        for (int w = 0; w < weights.Length; w += 2)
        {
            x = x.matmul(weights[w]) + weights[w + 1];
            if (w + 2 < weights.Length) x = nn.functional.dropout(nn.functional.relu(x), dropout, training: true);
        }

        return x;
    }

    /// <summary>
    /// Mean and spread of each feature. Spreads are at least a unit, and at least the mean of all: a feature that hardly ever
    /// varies in training must not become loud when it does.
    /// </summary>
    private static (float[] Mean, float[] Scale) Scaling(IReadOnlyList<LabelledFeatures> rows, int inputs)
    {
        var sum = new double[inputs];
        var squares = new double[inputs];
        foreach (LabelledFeatures row in rows)
        {
            for (int i = 0; i < inputs; i++)
            {
                sum[i] += row.Values[i];
                squares[i] += (double)row.Values[i] * row.Values[i];
            }
        }

        var mean = new float[inputs];
        var scale = new float[inputs];
        for (int i = 0; i < inputs; i++)
        {
            double m = sum[i] / rows.Count;
            mean[i] = (float)m;
            scale[i] = (float)Math.Sqrt(Math.Max(0, (squares[i] / rows.Count) - (m * m)));
        }

        // The allele-fraction window: what one position shows is as loud as at any other.
        const int window = 19;
        if (inputs > window)
        {
            float typical = scale[window..].Average();
            for (int i = window; i < inputs; i++) scale[i] = Math.Max(scale[i], typical);
        }

        for (int i = 0; i < inputs; i++) scale[i] = Math.Max(scale[i], 0.1f);
        return (mean, scale);
    }

    /// <summary>Weights that take features as they are: (x - m) / s W + b = x (W / s) + (b - m / s W).</summary>
    private static Dictionary<string, Weight> Export(Tensor[] averaged, int[] sizes, float[] mean, float[] scale)
    {
        var exported = new Dictionary<string, Weight>();
        for (int l = 0; l + 1 < sizes.Length; l++)
        {
            float[] kernel = averaged[2 * l].contiguous().data<float>().ToArray();
            float[] bias = averaged[(2 * l) + 1].contiguous().data<float>().ToArray();
            if (l == 0)
            {
                double[] folded = [.. bias.Select(b => (double)b)];
                for (int k = 0; k < sizes[0]; k++)
                {
                    for (int o = 0; o < sizes[1]; o++)
                    {
                        ref float w = ref kernel[(k * sizes[1]) + o];
                        folded[o] -= (double)mean[k] / scale[k] * w;
                        w /= scale[k];
                    }
                }

                bias = [.. folded.Select(b => (float)b)];
            }

            exported[SmallModelPackage.KernelName(l)] = new Weight([sizes[l], sizes[l + 1]], kernel);
            exported[SmallModelPackage.BiasName(l)] = new Weight([sizes[l + 1]], bias);
        }

        return exported;
    }
}
