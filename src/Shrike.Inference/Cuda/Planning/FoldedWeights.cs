using Shrike.Formats.Safetensors;
using Shrike.Inference.Networks;

namespace Shrike.Inference.Cuda.Planning;

/// <summary>Weights in the device's order: batch norm folded in, channels at their lanes.</summary>
internal static class FoldedWeights
{
    /// <summary>[filters padded to eight, kernel rows, kernel columns, input lanes] and bias of a convolution.</summary>
    public static (float[] Weights, float[] Bias) Convolution(Layer layer, Layer? norm, int[] inputLanes, IReadOnlyDictionary<string, Tensor> weights)
    {
        int channels = inputLanes.Count(c => c >= 0);
        int filters = (layer.Filters + 7) / 8 * 8;
        int area = layer.Kernel[0] * layer.Kernel[1];
        float[] from = weights[layer.Name + ".weight"].Values;
        float[]? bias = layer.Bias ? weights[layer.Name + ".bias"].Values : null;
        var folded = new float[filters * area * inputLanes.Length];
        var shift = new float[filters];
        for (int f = 0; f < layer.Filters; f++)
        {
            double scale = 1, mean = 0, beta = 0;
            if (norm is not null)
            {
                scale = 1 / Math.Sqrt(weights[norm.Name + ".variance"].Values[f] + (double)norm.Epsilon);
                mean = weights[norm.Name + ".mean"].Values[f];
                beta = weights[norm.Name + ".beta"].Values[f];
            }

            shift[f] = (float)(((bias?[f] ?? 0d) - mean) * scale + beta);
            for (int k = 0; k < area; k++)
            {
                for (int l = 0; l < inputLanes.Length; l++)
                {
                    if (inputLanes[l] >= 0) folded[(((f * area) + k) * inputLanes.Length) + l] = (float)(from[(((f * channels) + inputLanes[l]) * area) + k] * scale);
                }
            }
        }

        return (folded, shift);
    }

    /// <summary>[output lanes, input lanes] and bias [output lanes] of a dense layer; padding is zero.</summary>
    public static (float[] Weights, float[] Bias) Dense(Layer layer, int[] inputLanes, int outputLanes, IReadOnlyDictionary<string, Tensor> weights)
    {
        int channels = inputLanes.Count(c => c >= 0);
        float[] from = weights[layer.Name + ".weight"].Values;
        var y = new float[outputLanes * inputLanes.Length];
        for (int f = 0; f < layer.Filters; f++)
        {
            for (int l = 0; l < inputLanes.Length; l++)
            {
                if (inputLanes[l] >= 0) y[(f * inputLanes.Length) + l] = from[(f * channels) + inputLanes[l]];
            }
        }

        var bias = new float[outputLanes];
        weights[layer.Name + ".bias"].Values.CopyTo(bias, 0);
        return (y, bias);
    }
}
