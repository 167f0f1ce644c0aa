using Shrike.Core;
using Shrike.Formats.Safetensors;
using Shrike.Inference.Networks;

namespace Shrike.Inference.Quantization;

/// <summary>8-bit weights in a package's file: <c>NAME</c> as signed bytes and <c>NAME_scale</c>, a float32 for each output channel.</summary>
internal static class QuantizedWeights
{
    private const string Suffix = "_scale";

    /// <summary>Tensors as the file holds them.</summary>
    public static Dictionary<string, Tensor> ToFile(Network network, IReadOnlyDictionary<string, Tensor> weights, QuantizationParameters parameters)
    {
        var file = new Dictionary<string, Tensor>(weights);
        foreach (string name in QuantizableLayers.Weights(network, parameters))
        {
            (sbyte[] bytes, float[] scales) = ChannelQuantizer.Quantize(weights[name]);
            file[name] = new Tensor(weights[name].Shape, Array.ConvertAll(bytes, b => (float)b)) { IsInt8 = true };
            file[name + Suffix] = new Tensor([scales.Length], scales);
        }

        return file;
    }

    /// <summary>Bytes times scales, everything else as it is.</summary>
    /// <exception cref="ShrikeException">A tensor of bytes has no fitting scales.</exception>
    public static Dictionary<string, Tensor> FromFile(string path, Dictionary<string, Tensor> file)
    {
        var weights = new Dictionary<string, Tensor>(file);
        foreach ((string name, Tensor bytes) in file)
        {
            if (!bytes.IsInt8) continue;
            if (bytes.Shape.Length == 0 || bytes.Shape.Any(d => d < 1) || !file.TryGetValue(name + Suffix, out Tensor? scales) || scales.IsInt8 || scales.Values.Length != bytes.Shape[0])
            {
                throw ShrikeException.InvalidData($"{path}: {name} is of bytes, but {name + Suffix} does not hold a scale for each of its output channels");
            }

            weights[name] = ChannelQuantizer.Dequantize(bytes, scales.Values);
            weights.Remove(name + Suffix);
        }

        return weights;
    }
}
