using Shrike.Formats.Safetensors;
using Shrike.Inference.Cpu;
using Shrike.Inference.Networks;

namespace Shrike.Inference.Tests;

/// <summary>The published synthetic InceptionV3: weights by formula, and the probabilities of one image.</summary>
internal static class PublishedVector
{
    public static Dictionary<string, Tensor> Weights(Network network)
    {
        var weights = new Dictionary<string, Tensor>();
        int unit = -1;
        foreach (WeightSpec w in network.Weights())
        {
            long size = Tensor.Size(w.Shape);
            var values = new float[size];
            if (w.Name.StartsWith("conv2d", StringComparison.Ordinal))
            {
                unit++;
                (int o, int i, int h, int k) = (w.Shape[0], w.Shape[1], w.Shape[2], w.Shape[3]);
                double scale = Math.Sqrt(6.0 / (h * k * i));
                for (long t = 0; t < size; t++)
                {
                    // t counts in the order rows, columns, in, out; ours is out, in, rows, columns.
                    long f = t % o, c = t / o % i, b = t / o / i % k, a = t / o / i / k;
                    values[(((((f * i) + c) * h) + a) * k) + b] = (float)(((2 * U((ulong)unit, (ulong)t)) - 1) * scale);
                }
            }
            else if (w.Name == "classification.weight")
            {
                for (long t = 0; t < size; t++) values[(t % 3 * 2048) + (t / 3)] = (float)(((2 * U(4000, (ulong)t)) - 1) * Math.Sqrt(6.0 / 2051));
            }
            else
            {
                string part = w.Name[(w.Name.LastIndexOf('.') + 1)..];
                for (long t = 0; t < size; t++)
                {
                    values[t] = part switch
                    {
                        "beta" => (float)((U((ulong)(1000 + unit), (ulong)t) - 0.5) * 0.2),
                        "mean" => (float)((U((ulong)(2000 + unit), (ulong)t) - 0.5) * 0.2),
                        "variance" => (float)(0.5 + U((ulong)(3000 + unit), (ulong)t)),
                        _ => (float)((U(5000, (ulong)t) - 0.5) * 0.2),
                    };
                }
            }

            weights[w.Name] = new Tensor(w.Shape, values);
        }

        return weights;
    }

    public static void AssertGivenBy(Network network, IReadOnlyDictionary<string, Tensor> weights)
    {
        var image = new byte[100 * 221 * 7];
        for (int t = 0; t < image.Length; t++) image[t] = (byte)(Mix((9000UL << 32) + (ulong)t) >> 56);
        using var backend = new OnnxBackend(network, weights, batchSize: 1);
        var p = new float[3];
        backend.Run(image, 1, p);
        Assert.Equal(0.331866513, p[0], 1e-5);
        Assert.Equal(0.56748253, p[1], 1e-5);
        Assert.Equal(0.100650957, p[2], 1e-5);
    }

    private static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }

    private static double U(ulong a, ulong t) => (Mix((a << 32) + t) >> 40) / 16777216.0;
}
