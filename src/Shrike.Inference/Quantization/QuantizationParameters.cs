using System.Text.Json.Serialization;
using Shrike.Core;
using Shrike.Inference.Networks;

namespace Shrike.Inference.Quantization;

/// <summary>
/// How a network computes in 8 bits. Weights of convolutions are whole numbers from -127 to 127 times a scale of their output channel;
/// outputs of the layers named here are 0 to 255 times the layer's scale; the image's bytes b are (b - 128) times 1/128. Sums are
/// 32-bit. Everything else stays float32.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record QuantizationParameters
{
    /// <summary>Greatest whole number of a weight.</summary>
    public const int WeightLevels = 127;

    /// <summary>Greatest whole number of an activation.</summary>
    public const int ActivationLevels = 255;

    /// <summary>Scale of every layer whose output is quantized; outputs are never negative.</summary>
    public required IReadOnlyDictionary<string, float> ActivationScales { get; init; }

    /// <summary>What the scales were measured on.</summary>
    public string Calibration { get; init; } = "";

    /// <summary>How far the probabilities of held-out examples were from FP32's, by type of variant.</summary>
    public IReadOnlyList<QuantizationDifference> Differences { get; init; } = [];

    /// <summary>Refuses parameters that do not fit a network.</summary>
    /// <exception cref="ShrikeException">A scale is no positive number, or its layer cannot be quantized.</exception>
    public void Check(Network network)
    {
        HashSet<string> possible = QuantizableLayers.Activations(network);
        foreach ((string layer, float scale) in ActivationScales)
        {
            if (!possible.Contains(layer)) throw ShrikeException.InvalidData($"the quantization names {layer}, which is no layer whose output can be quantized");
            if (!(scale > 0) || !float.IsFinite(scale)) throw ShrikeException.InvalidData($"the quantization of {layer} has the scale {scale}");
        }

        if (network.Layers.FirstOrDefault(l => l.Kind == LayerKind.BatchNorm) is { } norm) throw ShrikeException.InvalidData($"the network is quantized but its {norm.Name} is not folded into a convolution");
    }

    /// <summary>The scale of one output channel's weights: the greatest becomes 127.</summary>
    public static float WeightScale(ReadOnlySpan<float> weights)
    {
        float most = 0;
        foreach (float w in weights) most = Math.Max(most, Math.Abs(w));
        return most == 0 ? 1 : most / WeightLevels;
    }
}

/// <summary>How far probabilities in 8 bits are from those in float32, for one type of variant.</summary>
/// <param name="Type">SNP, insertion, deletion, or all.</param>
/// <param name="Examples">Images compared.</param>
/// <param name="Most">Largest difference of a probability.</param>
/// <param name="Mean">Mean difference of a probability.</param>
/// <param name="Flips">Images whose likeliest genotype is another one.</param>
public sealed record QuantizationDifference(string Type, int Examples, double Most, double Mean, int Flips);
