using Shrike.Formats.Safetensors;

namespace Shrike.Inference.Networks;

/// <summary>Batch norms as scale and bias of the convolutions before them: the same network with fewer layers.</summary>
public static class BatchNormFolding
{
    /// <summary>The network without batch norms that follow a convolution nothing else reads; scales in double, rounded once.</summary>
    public static (Network Network, IReadOnlyDictionary<string, Tensor> Weights) Fold(Network network, IReadOnlyDictionary<string, Tensor> weights)
    {
        Dictionary<string, Layer> byName = network.Layers.ToDictionary(l => l.Name);
        ILookup<string, Layer> readers = network.Layers.SelectMany(l => l.Inputs.Select(i => (Input: i, Layer: l))).ToLookup(p => p.Input, p => p.Layer);
        Dictionary<string, Layer> norms = network.Layers
            .Where(l => l.Kind == LayerKind.BatchNorm && byName[l.Inputs[0]] is { Kind: LayerKind.Convolution } c && readers[c.Name].Count() == 1)
            .ToDictionary(l => l.Inputs[0]);
        var folded = new Dictionary<string, Tensor>(weights);
        var layers = new List<Layer>();
        foreach (Layer layer in network.Layers)
        {
            if (layer.Kind == LayerKind.BatchNorm && norms.ContainsKey(layer.Inputs[0])) continue;
            Layer here = layer with { Inputs = [.. layer.Inputs.Select(i => byName[i].Kind == LayerKind.BatchNorm && norms.ContainsKey(byName[i].Inputs[0]) ? byName[i].Inputs[0] : i)] };
            if (norms.TryGetValue(layer.Name, out Layer? norm))
            {
                Fold(folded, layer, norm);
                here = here with { Bias = true };
            }

            layers.Add(here);
        }

        return (network with { Layers = layers }, folded);
    }

    private static void Fold(Dictionary<string, Tensor> weights, Layer convolution, Layer norm)
    {
        string weightName = convolution.Name + ".weight", biasName = convolution.Name + ".bias";
        Tensor weight = weights[weightName];
        float[] mean = weights[norm.Name + ".mean"].Values, variance = weights[norm.Name + ".variance"].Values, beta = weights[norm.Name + ".beta"].Values;
        float[]? bias = convolution.Bias ? weights[biasName].Values : null;
        int each = weight.Values.Length / mean.Length;
        var scaled = new float[weight.Values.Length];
        var shifted = new float[mean.Length];
        for (int o = 0; o < mean.Length; o++)
        {
            double scale = 1 / Math.Sqrt((double)variance[o] + norm.Epsilon);
            for (int i = o * each; i < (o + 1) * each; i++) scaled[i] = (float)(weight.Values[i] * scale);
            shifted[o] = (float)(beta[o] + (((bias?[o] ?? 0) - (double)mean[o]) * scale));
        }

        weights[weightName] = new Tensor(weight.Shape, scaled);
        weights[biasName] = new Tensor([mean.Length], shifted);
        foreach (string part in (string[])["mean", "variance", "beta"]) weights.Remove($"{norm.Name}.{part}");
    }
}
