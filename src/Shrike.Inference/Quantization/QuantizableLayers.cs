using Shrike.Inference.Networks;

namespace Shrike.Inference.Quantization;

/// <summary>Which tensors of a network are 8-bit: what convolutions of 8-bit tensors give after their ReLU, which is never negative.</summary>
internal static class QuantizableLayers
{
    /// <summary>Layers whose outputs are 8-bit: ReLUs of convolutions that read the image or such a layer, and what pools or joins them.</summary>
    public static HashSet<string> Activations(Network network)
    {
        Dictionary<string, Layer> layers = network.Layers.ToDictionary(l => l.Name);
        var all = new HashSet<string>(StringComparer.Ordinal);
        foreach (Layer layer in network.Layers)
        {
            bool quantized = layer.Kind switch
            {
                LayerKind.Relu => layers[layer.Inputs[0]] is { Kind: LayerKind.Convolution } c && (all.Contains(c.Inputs[0]) || layers[c.Inputs[0]].Kind == LayerKind.Input),
                LayerKind.MaxPool or LayerKind.AveragePool or LayerKind.Concat => layer.Inputs.All(all.Contains),
                _ => false,
            };
            if (quantized) all.Add(layer.Name);
        }

        return all;
    }

    /// <summary>Names of the weights that are bytes: those of convolutions that read the image or an 8-bit tensor.</summary>
    public static IEnumerable<string> Weights(Network network, QuantizationParameters parameters)
    {
        HashSet<string> images = [.. network.Layers.Where(l => l.Kind == LayerKind.Input).Select(l => l.Name)];
        return network.Layers.Where(l => l.Kind == LayerKind.Convolution && (images.Contains(l.Inputs[0]) || parameters.ActivationScales.ContainsKey(l.Inputs[0]))).Select(l => l.Name + ".weight");
    }

    /// <summary>
    /// Layers that must share a scale, by the name of their group: pools keep the values of their input, and joining is a copy if all
    /// parts and the whole have one scale.
    /// </summary>
    public static Dictionary<string, string> Groups(Network network, IReadOnlySet<string> quantized)
    {
        var parent = quantized.ToDictionary(q => q, q => q);
        foreach (Layer layer in network.Layers.Where(l => quantized.Contains(l.Name) && l.Kind is LayerKind.MaxPool or LayerKind.Concat))
        {
            foreach (string input in layer.Inputs.Where(parent.ContainsKey)) parent[Root(input)] = Root(layer.Name);
        }

        return quantized.ToDictionary(q => q, Root);

        string Root(string name)
        {
            while (parent[name] != name) name = parent[name];
            return name;
        }
    }
}
