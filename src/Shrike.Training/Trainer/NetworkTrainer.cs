using System.Diagnostics;
using System.Globalization;
using Shrike.Inference.Networks;
using Shrike.Training.Data;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;
using Weight = Shrike.Formats.Safetensors.Tensor;

namespace Shrike.Training.Trainer;

/// <summary>Settings of a training.</summary>
public sealed record TrainerOptions
{
    /// <summary>Passes over the data.</summary>
    public double Epochs { get; init; } = 6;

    /// <summary>Images of a step.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Largest learning rate.</summary>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>Steps until it is reached.</summary>
    public int WarmUp { get; init; } = 100;

    /// <summary>Weight decay.</summary>
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>Label smoothing.</summary>
    public double LabelSmoothing { get; init; } = 0.01;

    /// <summary>Largest norm of the gradient.</summary>
    public double GradientClip { get; init; } = 2;

    /// <summary>Memory of the averaged weights.</summary>
    public double Averaging { get; init; } = 0.998;

    /// <summary>Seed of start, order and augmentation.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Threads.</summary>
    public int Threads { get; init; } = 2;

    /// <summary>Stop after so many minutes; the learning rate falls to zero by then. 0 = no limit.</summary>
    public double Minutes { get; init; }
}

/// <summary>Trains a network on labelled images: AdamW with a cosine, averaged weights, augmentation.</summary>
public static class NetworkTrainer
{
    /// <summary>Trains and returns the averaged weights and a report on the held-out images.</summary>
    public static (Dictionary<string, Weight> Weights, string Report) Train(Network network, List<LabelledImage> training, List<LabelledImage> held, TrainerOptions options, Action<string> log)
    {
        set_num_threads(options.Threads);
        var model = new TorchNetwork(network, options.Seed);
        using var optimizer = optim.AdamW(model.Weights.Values, options.LearningRate, weight_decay: options.WeightDecay);
        var order = new Random(options.Seed);
        Dictionary<string, Tensor> averaged = model.Weights.ToDictionary(w => w.Key, w => w.Value.detach().clone().DetachFromDisposeScope());
        var augmentation = new Augmentation(network.InputShape[1], network.InputShape[2]);
        long steps = (long)(options.Epochs * training.Count / options.BatchSize);
        int[] permutation = [.. Enumerable.Range(0, training.Count)];
        int next = training.Count;
        var clock = Stopwatch.StartNew();
        double loss = 0;
        for (long step = 0; step < steps; step++)
        {
            double progress = Math.Max(step / (double)steps, options.Minutes > 0 ? clock.Elapsed.TotalMinutes / options.Minutes : 0);
            if (progress >= 1) break;
            if (next + options.BatchSize > permutation.Length)
            {
                order.Shuffle(permutation);
                next = 0;
            }

            var batch = permutation.AsSpan(next, options.BatchSize).ToArray().Select(i => training[i]).ToArray();
            next += options.BatchSize;
            double rate = options.LearningRate * Math.Min(1, (step + 1.0) / options.WarmUp) * 0.5 * (1 + Math.Cos(Math.PI * progress));
            foreach (var group in optimizer.ParamGroups) group.LearningRate = rate;
            using (NewDisposeScope())
            {
                Tensor images = Images(network, batch, (rows, target) => augmentation.Apply(rows, target, order));
                Tensor labels = tensor(batch.Select(b => (long)b.Label).ToArray());
                optimizer.zero_grad();
                Tensor value = nn.functional.cross_entropy(model.Forward(images), labels, label_smoothing: options.LabelSmoothing);
                value.backward();
                nn.utils.clip_grad_norm_(model.Weights.Values, options.GradientClip);
                optimizer.step();
                loss = (0.98 * loss) + (0.02 * value.item<float>());
                double memory = Math.Min(options.Averaging, (step + 1.0) / (step + 10.0));
                using (no_grad())
                {
                    foreach ((string name, var weight) in model.Weights) averaged[name].mul_(memory).add_(weight.detach(), alpha: 1 - memory);
                }
            }

            if ((step + 1) % 200 == 0) log(string.Create(CultureInfo.InvariantCulture, $"step {step + 1}/{steps}, {clock.Elapsed.TotalSeconds:F0} s, {(step + 1) * options.BatchSize / clock.Elapsed.TotalSeconds:F0} images/s, loss {loss:F4}, rate {rate:E2}"));
        }

        foreach ((string name, var weight) in model.Weights)
        {
            using (no_grad()) weight.copy_(averaged[name]);
        }

        return (TorchNetwork.Export(averaged), Evaluate(network, model, held));
    }

    /// <summary>Accuracy on held-out images by kind and label.</summary>
    private static string Evaluate(Network network, TorchNetwork model, List<LabelledImage> held)
    {
        var counts = new SortedDictionary<(VariantKind, int), (int Right, int All)>();
        double loss = 0;
        for (int at = 0; at < held.Count; at += 64)
        {
            LabelledImage[] batch = [.. held.Skip(at).Take(64)];
            using (NewDisposeScope())
            using (no_grad())
            {
                Tensor values = model.Forward(Images(network, batch, (rows, target) =>
                {
                    rows.CopyTo(target);
                    return rows.Length / (network.InputShape[1] * network.InputShape[2]);
                }));
                loss += nn.functional.cross_entropy(values, tensor(batch.Select(b => (long)b.Label).ToArray()), reduction: nn.Reduction.Sum).item<float>();
                long[] best = values.argmax(1).data<long>().ToArray();
                for (int i = 0; i < batch.Length; i++)
                {
                    (int right, int all) = counts.GetValueOrDefault((batch[i].Kind, batch[i].Label));
                    counts[(batch[i].Kind, batch[i].Label)] = (right + (best[i] == batch[i].Label ? 1 : 0), all + 1);
                }
            }
        }

        IEnumerable<string> rows = counts.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Key.Item1} with {c.Key.Item2} copies: {c.Value.Right}/{c.Value.All} = {c.Value.Right / (double)c.Value.All:P2}"));
        int sum = counts.Values.Sum(c => c.Right);
        return string.Create(CultureInfo.InvariantCulture, $"held out: {sum}/{held.Count} = {sum / (double)Math.Max(1, held.Count):P2}, mean negative log-likelihood {loss / Math.Max(1, held.Count):F4}\n{string.Join('\n', rows)}");
    }

    private delegate int Fill(ReadOnlySpan<byte> rows, Span<byte> target);

    /// <summary>Images of a batch as [batch, rows, columns, channels], as high as the highest needs.</summary>
    private static Tensor Images(Network network, LabelledImage[] batch, Fill fill)
    {
        (int height, int width, int channels) = (network.InputShape[0], network.InputShape[1], network.InputShape[2]);
        int rowBytes = width * channels;
        int rows = Math.Min(height, batch.Max(b => b.Rows.Length / rowBytes));
        rows = Math.Max(rows, Math.Min(height, 8));
        var bytes = new byte[batch.Length * rows * rowBytes];
        for (int i = 0; i < batch.Length; i++) fill(batch[i].Rows, bytes.AsSpan(i * rows * rowBytes, rows * rowBytes));
        return tensor(bytes, [batch.Length, rows, width, channels]);
    }
}
