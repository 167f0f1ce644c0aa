namespace Shrike.Inference.Networks;

/// <summary>Collects layers; every method returns the name of the layer it added.</summary>
public sealed class NetworkBuilder
{
    private readonly List<Layer> _layers = [];

    /// <summary>The layers so far.</summary>
    public IReadOnlyList<Layer> Layers => _layers;

    /// <summary>Adds a layer.</summary>
    public string Add(Layer layer)
    {
        _layers.Add(layer);
        return layer.Name;
    }

    /// <summary>Adds a layer without parameters.</summary>
    public string Add(string name, LayerKind kind, params string[] inputs) => Add(new Layer { Name = name, Kind = kind, Inputs = inputs });

    /// <summary>Convolution with bias, then ReLU.</summary>
    public string ConvolutionRelu(string name, string input, int filters, int[] kernel, int[] stride)
    {
        string z = Add(new Layer { Name = name, Kind = LayerKind.Convolution, Inputs = [input], Filters = filters, Kernel = kernel, Stride = stride, Bias = true });
        return Add(name + "_relu", LayerKind.Relu, z);
    }

    /// <summary>Dense layer.</summary>
    public string Dense(string name, string input, int filters) => Add(new Layer { Name = name, Kind = LayerKind.Dense, Inputs = [input], Filters = filters });
}
