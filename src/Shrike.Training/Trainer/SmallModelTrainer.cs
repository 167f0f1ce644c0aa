using System.Diagnostics;
using System.Globalization;
using Shrike.Core;
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
/// are compared with thresholds. Rows kept apart choose the pass to stop at and the temperature that makes the
/// probabilities honest; temperature and scaling are folded into the last and first layer.
/// </summary>
public static class SmallModelTrainer
{
    // Copies of the ALTs.
    private const int Classes = 3;

    /// <summary>Trains; returns weights under the names of a package.</summary>
    /// <param name="rows">Rows to learn from.</param>
    /// <param name="tuning">Rows to choose by.</param>
    /// <param name="options">Settings.</param>
    /// <param name="log">Receives progress.</param>
    public static Dictionary<string, Weight> Train(IReadOnlyList<LabelledFeatures> rows, IReadOnlyList<LabelledFeatures> tuning, SmallModelTrainerOptions options, Action<string> log)
    {
        set_num_threads(options.Threads);
        random.manual_seed(options.Seed);
        int inputs = rows[0].Values.Length;
        int[] sizes = [inputs, .. options.Hidden, Classes];
        (float[] mean, float[] scale) = Scaling(rows, inputs);
        using var scope = NewDisposeScope();
        (Tensor data, Tensor labels) = Tensors(rows, mean, scale);
        (Tensor tuningData, Tensor tuningLabels) = Tensors(tuning, mean, scale);
        Parameter[] weights = [.. Enumerable.Range(0, sizes.Length - 1).SelectMany(l => (Parameter[])[new(randn(sizes[l], sizes[l + 1]) * Math.Sqrt(2.0 / sizes[l])), new(zeros(sizes[l + 1]))])];
        Tensor[] averaged = [.. weights.Select(w => w.detach().clone())];
        using var optimizer = optim.AdamW(weights, options.LearningRate, weight_decay: options.WeightDecay);
        Tensor[] best = averaged;
        double bestLoss = double.PositiveInfinity;
        int batch = Math.Min(options.BatchSize, rows.Count);
        long perEpoch = rows.Count / batch, steps = options.Epochs * perEpoch;
        var clock = Stopwatch.StartNew();
        Tensor order = data;
        long next = 0;
        double loss = 0;
        for (long step = 0; step < steps; step++)
        {
            if (step % perEpoch == 0) (order, next) = (randperm(rows.Count), 0);
            foreach (var group in optimizer.ParamGroups) group.LearningRate = options.LearningRate * 0.5 * (1 + Math.Cos(Math.PI * step / steps));
            using (NewDisposeScope())
            {
                Tensor chosen = order.narrow(0, next, batch);
                next += batch;
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

            if ((step + 1) % perEpoch != 0) continue;
            double tuningLoss = Loss(tuningData, tuningLabels, averaged, 1);
            if (!double.IsFinite(tuningLoss)) throw ShrikeException.InvalidData($"the training diverged in pass {(step + 1) / perEpoch}: are the features of the rows damaged?");
            if (tuningLoss < bestLoss) (best, bestLoss) = ([.. averaged.Select(w => w.clone())], tuningLoss);
            log(string.Create(CultureInfo.InvariantCulture, $"pass {(step + 1) / perEpoch} of {options.Epochs}, {clock.Elapsed.TotalSeconds:F0} s, loss {loss:F4}, on rows kept apart {tuningLoss:F4}"));
        }

        double temperature = Temperature(tuningData, tuningLabels, best);
        log(string.Create(CultureInfo.InvariantCulture, $"best loss on rows kept apart {bestLoss:F4}, temperature {temperature:F2}"));
        return Export(best, sizes, mean, scale, temperature);
    }

    private static (Tensor Data, Tensor Labels) Tensors(IReadOnlyList<LabelledFeatures> rows, float[] mean, float[] scale) => (
        (tensor(rows.SelectMany(r => r.Values).ToArray(), [rows.Count, mean.Length]) - tensor(mean)) / tensor(scale),
        tensor(rows.Select(r => (long)r.Label).ToArray()));

    private static double Loss(Tensor data, Tensor labels, Tensor[] weights, double temperature)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        return nn.functional.cross_entropy(Forward(data, weights, 0) / temperature, labels).item<float>();
    }

    /// <summary>The divisor of the last layer's outputs under which kept rows are likeliest.</summary>
    private static double Temperature(Tensor data, Tensor labels, Tensor[] weights) =>
        Enumerable.Range(0, 41).Select(i => 0.8 + (0.05 * i)).MinBy(t => Loss(data, labels, weights, t));

    private static Tensor Forward(Tensor x, Tensor[] weights, double dropout)
    {
        for (int w = 0; w < weights.Length; w += 2)
        {
            x = x.matmul(weights[w]) + weights[w + 1];
            if (w + 2 < weights.Length) x = nn.functional.dropout(nn.functional.relu(x), dropout, training: dropout > 0);
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
    private static Dictionary<string, Weight> Export(Tensor[] averaged, int[] sizes, float[] mean, float[] scale, double temperature)
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

            if (l + 2 == sizes.Length)
            {
                kernel = [.. kernel.Select(w => (float)(w / temperature))];
                bias = [.. bias.Select(b => (float)(b / temperature))];
            }

            exported[SmallModelPackage.KernelName(l)] = new Weight([sizes[l], sizes[l + 1]], kernel);
            exported[SmallModelPackage.BiasName(l)] = new Weight([sizes[l + 1]], bias);
        }

        return exported;
    }
}
