using Shrike.Formats.Safetensors;
using Shrike.Inference.Cpu;
using Shrike.Inference.Networks;

namespace Shrike.Inference.Quantization;

/// <summary>
/// Measures the scales of 8-bit activations: a histogram of every tensor's values over many images, and of all ways to clip it the one
/// with the least squared error of the rounded values. Tensors that must share a scale share the histogram.
/// </summary>
internal static class ActivationCalibrator
{
    private const int Bins = 4096;
    private const int Clips = 128;
    private const int BatchSize = 8;

    /// <summary>Scales by layer.</summary>
    /// <param name="network">The network, batch norms folded.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="images">Images one behind the other.</param>
    public static Dictionary<string, float> Measure(Network network, IReadOnlyDictionary<string, Tensor> weights, ReadOnlySpan<byte> images)
    {
        HashSet<string> quantized = QuantizableLayers.Activations(network);
        Dictionary<string, string> groups = QuantizableLayers.Groups(network, quantized);

        // What a pool or a join gives is among its inputs' values.
        string[] layers = [.. network.Layers.Where(l => quantized.Contains(l.Name) && l.Kind is LayerKind.Relu or LayerKind.AveragePool).Select(l => l.Name)];
        if (layers.Length == 0) return [];
        using var backend = new OnnxBackend(network, weights, BatchSize, layers: layers);
        var most = groups.Values.Distinct().ToDictionary(g => g, _ => 0f);
        ForEachBatch(images, (layer, values) =>
        {
            string group = groups[layers[layer]];
            foreach (float v in values) most[group] = Math.Max(most[group], v);
        });
        Dictionary<string, long[]> counts = most.ToDictionary(g => g.Key, _ => new long[Bins]);
        ForEachBatch(images, (layer, values) =>
        {
            string group = groups[layers[layer]];
            float perBin = most[group] > 0 ? Bins / most[group] : 0;
            long[] bins = counts[group];
            foreach (float v in values) bins[Math.Min(Bins - 1, (int)(v * perBin))]++;
        });
        return groups.ToDictionary(g => g.Key, g => most[g.Value] > 0 ? BestClip(counts[g.Value]) * most[g.Value] / QuantizationParameters.ActivationLevels : 1f);

        void ForEachBatch(ReadOnlySpan<byte> all, Action<int, ReadOnlySpan<float>> read)
        {
            int imageBytes = network.InputShape[0] * network.InputShape[1] * network.InputShape[2], count = all.Length / imageBytes;
            int classes = network.Shapes()[network.Layers[^1].Name][0];
            var probabilities = new float[BatchSize * classes];
            for (int i = 0; i < count; i += BatchSize)
            {
                int n = Math.Min(BatchSize, count - i);
                backend.Run(all.Slice(i * imageBytes, n * imageBytes), n, probabilities);
                for (int l = 0; l < layers.Length; l++)
                {
                    ReadOnlySpan<float> values = backend.Layer(l);
                    read(l, values[..(values.Length / BatchSize * n)]);
                }
            }
        }
    }

    /// <summary>The part of the range that is kept: values beyond it become its end.</summary>
    private static float BestClip(long[] bins)
    {
        (double least, float best) = (double.MaxValue, 1f);
        for (int c = Clips / 8; c <= Clips; c++)
        {
            double clip = (double)c / Clips, step = clip / QuantizationParameters.ActivationLevels, error = 0;
            for (int b = 0; b < bins.Length; b++)
            {
                // Zero is the commonest value and exact on any scale; it stands in the first bin.
                if (b == 0 || bins[b] == 0) continue;
                double value = (b + 0.5) / bins.Length;
                double off = value > clip ? value - clip : 0;
                error += bins[b] * (value > clip ? off * off : step * step / 12);
            }

            if (error < least) (least, best) = (error, (float)clip);
        }

        return best;
    }
}
