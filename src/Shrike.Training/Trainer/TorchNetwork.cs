using Shrike.Core;
using Shrike.Formats.Safetensors;
using Shrike.Inference.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;
using Weight = Shrike.Formats.Safetensors.Tensor;

namespace Shrike.Training.Trainer;

/// <summary>A network built for training from its description: the same layers, differentiable.</summary>
public sealed class TorchNetwork
{
    private readonly Network _network;
    private readonly Dictionary<string, Parameter> _weights = [];

    /// <param name="network">Description.</param>
    /// <param name="seed">Seed of the random start.</param>
    public TorchNetwork(Network network, long seed)
    {
        _network = network;
        random.manual_seed(seed);
        foreach (WeightSpec spec in network.Weights())
        {
            long[] shape = [.. spec.Shape.Select(d => (long)d)];
            double fanIn = spec.Shape.Skip(1).Aggregate(1.0, (n, d) => n * d);
            Tensor start = spec.Shape.Length == 1 ? zeros(shape) : randn(shape) * Math.Sqrt(2 / fanIn);
            _weights[spec.Name] = new Parameter(start.DetachFromDisposeScope());
        }
    }

    /// <summary>Weights by name.</summary>
    public IReadOnlyDictionary<string, Parameter> Weights => _weights;

    /// <summary>Values before the softmax, for uint8 images [batch, rows, columns, channels]; rows may be fewer than described.</summary>
    public Tensor Forward(Tensor images)
    {
        var values = new Dictionary<string, Tensor>();
        Tensor raw = images.permute(0, 3, 1, 2);
        foreach (Layer layer in _network.Layers)
        {
            Tensor[] x = [.. layer.Inputs.Select(i => values[i])];
            values[layer.Name] = layer.Kind switch
            {
                LayerKind.Input => (raw.to(ScalarType.Float32) - 128f) / 128f,
                LayerKind.Convolution => nn.functional.conv2d(
                    x[0],
                    _weights[layer.Name + ".weight"],
                    layer.Bias ? _weights[layer.Name + ".bias"] : null,
                    strides: [layer.Stride[0], layer.Stride[1]],
                    padding: layer.Same ? [(layer.Kernel[0] - 1) / 2, (layer.Kernel[1] - 1) / 2] : [0, 0]),
                LayerKind.Relu => nn.functional.relu(x[0]),
                LayerKind.Concat => cat(x, dim: 1),
                LayerKind.Add => x[0] + x[1],
                LayerKind.GlobalAverage => x[0].mean([2, 3], keepdim: true),
                LayerKind.Rows => x[0].narrow(2, layer.First, Math.Min(layer.Count, x[0].shape[2] - layer.First)),
                LayerKind.RowMask => raw.narrow(2, layer.First, Math.Min(layer.Count, raw.shape[2] - layer.First)).amax([1, 3], keepdim: true).gt(0).to(ScalarType.Float32),
                LayerKind.MaskedMean => (x[0] * x[1]).sum([2L], keepdim: true) / x[1].sum([2L], keepdim: true).clamp_min(1),
                LayerKind.MaskedMax => (x[0] * x[1]).amax([2], keepdim: true),
                LayerKind.MaskedSum => (x[0] * x[1]).sum([2L], keepdim: true) * layer.Scale,
                LayerKind.Dense => nn.functional.linear(x[0].flatten(1), _weights[layer.Name + ".weight"], _weights[layer.Name + ".bias"]).unsqueeze(-1).unsqueeze(-1),
                LayerKind.Softmax => x[0],
                _ => throw ShrikeException.Usage($"training of {layer.Kind} layers is not supported in this version"),
            };
        }

        return values[_network.Layers[^1].Name].flatten(1);
    }

    /// <summary>Copies weights out.</summary>
    public static Dictionary<string, Weight> Export(IReadOnlyDictionary<string, Tensor> weights) =>
        weights.ToDictionary(w => w.Key, w => new Weight([.. w.Value.shape.Select(d => (int)d)], w.Value.detach().contiguous().data<float>().ToArray()));
}
