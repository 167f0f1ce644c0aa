using Shrike.Formats.Safetensors;

namespace Shrike.Inference.Networks;

/// <summary>
/// Interprets a network layer by layer with plain loops. It is the specification of every layer; the fast ways are tested
/// against it.
/// </summary>
public static class ReferenceExecutor
{
    /// <summary>Outputs of all layers for one image, each [channels, rows, columns].</summary>
    /// <param name="network">The network.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="image">H x W x C bytes.</param>
    public static Dictionary<string, float[]> Run(Network network, IReadOnlyDictionary<string, Tensor> weights, ReadOnlySpan<byte> image)
    {
        IReadOnlyDictionary<string, int[]> shapes = network.Shapes();
        var values = new Dictionary<string, float[]>();
        byte[] pixels = image.ToArray();
        foreach (Layer layer in network.Layers)
        {
            float[][] inputs = [.. layer.Inputs.Select(i => values[i])];
            int[][] inputShapes = [.. layer.Inputs.Select(i => shapes[i])];
            values[layer.Name] = Compute(network, layer, inputs, inputShapes, shapes[layer.Name], weights, pixels);
        }

        return values;
    }

    private static float[] Compute(Network network, Layer layer, float[][] x, int[][] s, int[] o, IReadOnlyDictionary<string, Tensor> weights, byte[] image)
    {
        var y = new float[o[0] * o[1] * o[2]];
        float[] Weight(string part) => weights[$"{layer.Name}.{part}"].Values;
        switch (layer.Kind)
        {
            case LayerKind.Input:
                ForEach(o, (c, h, w, i) => y[i] = (image[(((h * o[2]) + w) * o[0]) + c] - 128f) / 128f);
                break;
            case LayerKind.Convolution:
                Convolve(layer, x[0], s[0], o, Weight("weight"), layer.Bias ? Weight("bias") : null, y);
                break;
            case LayerKind.BatchNorm:
                float[] mean = Weight("mean"), variance = Weight("variance"), beta = Weight("beta");
                ForEach(o, (c, _, _, i) => y[i] = ((x[0][i] - mean[c]) / MathF.Sqrt(variance[c] + layer.Epsilon)) + beta[c]);
                break;
            case LayerKind.Relu:
                for (int i = 0; i < y.Length; i++) y[i] = Math.Max(0, x[0][i]);
                break;
            case LayerKind.MaxPool:
                ForEach(o, (c, h, w, i) => y[i] = Window(s[0], c, h * layer.Stride[0], w * layer.Stride[1], layer.Kernel).Max(j => x[0][j]));
                break;
            case LayerKind.AveragePool:
                ForEach(o, (c, h, w, i) => y[i] = Window(s[0], c, h - 1, w - 1, [3, 3]).Average(j => x[0][j]));
                break;
            case LayerKind.Concat:
                int at = 0;
                foreach (float[] part in x)
                {
                    part.CopyTo(y, at);
                    at += part.Length;
                }

                break;
            case LayerKind.Add:
                ForEach(o, (c, _, _, i) => y[i] = x[0][i] + x[1][x[1].Length == y.Length ? i : c]);
                break;
            case LayerKind.GlobalAverage:
                int area = s[0][1] * s[0][2];
                for (int c = 0; c < o[0]; c++) y[c] = x[0].AsSpan(c * area, area).ToArray().Average();
                break;
            case LayerKind.Rows:
                ForEach(o, (c, h, w, i) => y[i] = x[0][(((c * s[0][1]) + h + layer.First) * s[0][2]) + w]);
                break;
            case LayerKind.RowMask:
                int rowBytes = network.InputShape[1] * network.InputShape[2];
                for (int h = 0; h < y.Length; h++) y[h] = image.AsSpan((h + layer.First) * rowBytes, rowBytes).IndexOfAnyExcept((byte)0) >= 0 ? 1 : 0;
                break;
            case LayerKind.MaskedMean or LayerKind.MaskedSum or LayerKind.MaskedMax:
                float scale = layer.Kind == LayerKind.MaskedMean ? 1 / Math.Max(1, x[1].Sum()) : layer.Scale;
                ForEach(o, (c, _, w, i) =>
                {
                    float[] rows = [.. Enumerable.Range(0, s[0][1]).Select(h => x[0][(((c * s[0][1]) + h) * s[0][2]) + w] * x[1][h])];
                    y[i] = layer.Kind == LayerKind.MaskedMax ? rows.Max() : rows.Sum() * scale;
                });
                break;
            case LayerKind.Dense:
                float[] matrix = Weight("weight"), bias = Weight("bias");
                for (int c = 0; c < y.Length; c++)
                {
                    y[c] = bias[c];
                    for (int k = 0; k < x[0].Length; k++) y[c] += matrix[(c * x[0].Length) + k] * x[0][k];
                }

                break;
            case LayerKind.Softmax:
                float max = x[0].Max();
                for (int c = 0; c < y.Length; c++) y[c] = MathF.Exp(x[0][c] - max);
                float sum = y.Sum();
                for (int c = 0; c < y.Length; c++) y[c] /= sum;
                break;
        }

        return y;
    }

    private static void Convolve(Layer layer, float[] x, int[] s, int[] o, float[] weight, float[]? bias, float[] y)
    {
        (int kh, int kw) = (layer.Kernel[0], layer.Kernel[1]);
        (int top, int left) = layer.Same ? ((kh - 1) / 2, (kw - 1) / 2) : (0, 0);
        ForEach(o, (f, h, w, i) =>
        {
            float sum = bias?[f] ?? 0;
            for (int c = 0; c < s[0]; c++)
            {
                for (int a = 0; a < kh; a++)
                {
                    int row = (h * layer.Stride[0]) + a - top;
                    if (row < 0 || row >= s[1]) continue;
                    for (int b = 0; b < kw; b++)
                    {
                        int column = (w * layer.Stride[1]) + b - left;
                        if (column >= 0 && column < s[2]) sum += x[(((c * s[1]) + row) * s[2]) + column] * weight[(((((f * s[0]) + c) * kh) + a) * kw) + b];
                    }
                }
            }

            y[i] = sum;
        });
    }

    private static IEnumerable<int> Window(int[] s, int c, int top, int left, int[] kernel)
    {
        for (int h = Math.Max(0, top); h < Math.Min(s[1], top + kernel[0]); h++)
        {
            for (int w = Math.Max(0, left); w < Math.Min(s[2], left + kernel[1]); w++) yield return (((c * s[1]) + h) * s[2]) + w;
        }
    }

    private static void ForEach(int[] shape, Action<int, int, int, int> body)
    {
        int i = 0;
        for (int c = 0; c < shape[0]; c++)
        {
            for (int h = 0; h < shape[1]; h++)
            {
                for (int w = 0; w < shape[2]; w++) body(c, h, w, i++);
            }
        }
    }
}
