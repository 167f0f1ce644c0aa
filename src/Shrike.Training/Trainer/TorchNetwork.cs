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
    private const string Mean = ".mean";
    private const string Variance = ".variance";

    // Of running statistics: the part a new batch has.
    private const double Momentum = 0.01;
    private readonly Network _network;
    private readonly Dictionary<string, Parameter> _weights = [];

    /// <param name="network">Description.</param>
    /// <param name="seed">Seed of the random start.</param>
    /// <param name="device">Where it computes; null for the CPU.</param>
    public TorchNetwork(Network network, long seed, Device? device = null)
    {
        _network = network;
        Device = device ?? CPU;
        random.manual_seed(seed);

        // A scope also keeps tensors alive while a native call works on them: without one the finalizer may free a temporary under it.
        using DisposeScope scope = NewDisposeScope();
        foreach (WeightSpec spec in network.Weights())
        {
            long[] shape = [.. spec.Shape.Select(d => (long)d)];
            double fanIn = spec.Shape.Skip(1).Aggregate(1.0, (n, d) => n * d);
            Tensor start = spec.Shape.Length > 1 ? randn(shape) * Math.Sqrt(2 / fanIn) : spec.Name.EndsWith(Variance, StringComparison.Ordinal) ? ones(shape) : zeros(shape);
            _weights[spec.Name] = new Parameter(start.to(Device).DetachFromDisposeScope(), requires_grad: !IsStatistic(spec.Name));
        }

        Trainable = _weights.Where(w => !IsStatistic(w.Key)).ToDictionary();
    }

    /// <summary>Where it computes.</summary>
    public Device Device { get; }

    /// <summary>Convolutions and what lies between them in BF16 while training; weights, sums of the last layers and validation stay FP32.</summary>
    public bool TrainsInBFloat { get; init; }

    /// <summary>Weights by name.</summary>
    public IReadOnlyDictionary<string, Parameter> Weights => _weights;

    /// <summary>Weights that are trained: all but running means and variances.</summary>
    public IReadOnlyDictionary<string, Parameter> Trainable { get; }

    /// <summary>
    /// Takes over weights. Where only the number of input channels differs, the channels both have are taken over by their
    /// place, and the others stay random. A network with more filters than the weights begins as the one they are of: the further
    /// filters start at random, but what was there before gives them no weight yet.
    /// </summary>
    /// <exception cref="ShrikeException">A weight is missing or has another shape.</exception>
    public void Set(IReadOnlyDictionary<string, Weight> weights)
    {
        string[] images = [.. _network.Layers.Where(l => l.Kind == LayerKind.Input).Select(l => l.Name)];
        using (no_grad())
        {
            foreach ((string name, Parameter target) in _weights)
            {
                if (!weights.TryGetValue(name, out Weight? w)) throw ShrikeException.InvalidData($"the model to start from has no {name}: is it the same network?");
                using Tensor source = tensor(w.Values, [.. w.Shape.Select(d => (long)d)]);
                bool seesImage = _network.Layers.Any(l => name == l.Name + ".weight" && l.Inputs.Any(images.Contains));
                bool isConvolution = _network.Layers.Any(l => l.Kind == LayerKind.Convolution && name.StartsWith(l.Name + ".", StringComparison.Ordinal));
                if (source.shape.SequenceEqual(target.shape)) target.copy_(source);
                else if (isConvolution && Fits(source.shape, target.shape, seesImage)) TakeOver(source, target, seesImage);
                else throw ShrikeException.InvalidData($"the model to start from has {name} [{string.Join(", ", source.shape)}], not [{string.Join(", ", target.shape)}]");
            }
        }
    }

    /// <summary>Whether a convolution's weight has the other's kernel and no fewer filters and inputs; of channels of the image there may be fewer.</summary>
    private static bool Fits(long[] source, long[] target, bool seesImage) =>
        source.Length == target.Length && target[0] >= source[0] && source.Skip(2).SequenceEqual(target.Skip(2)) && (source.Length < 2 || seesImage || target[1] >= source[1]);

    /// <summary>Copies what both have. Old filters do not listen to inputs that are new filters, else the network would begin as another.</summary>
    private static void TakeOver(Tensor source, Tensor target, bool seesImage)
    {
        using Tensor old = target.narrow(0, 0, source.shape[0]);
        if (source.shape.Length == 1)
        {
            old.copy_(source);
            return;
        }

        long both = Math.Min(source.shape[1], target.shape[1]);
        if (!seesImage) old.zero_();
        old.narrow(1, 0, both).copy_(source.narrow(1, 0, both));
    }

    /// <summary>Values before the softmax, for uint8 images [batch, rows, columns, channels]; rows may be fewer than described.</summary>
    /// <param name="images">The images.</param>
    /// <param name="isTraining">Batch norms use the batch's own statistics, and remember them; convolutions may be in BF16.</param>
    public Tensor Forward(Tensor images, bool isTraining = false)
    {
        using DisposeScope scope = NewDisposeScope();
        ScalarType type = isTraining && TrainsInBFloat ? ScalarType.BFloat16 : ScalarType.Float32;
        var values = new Dictionary<string, Tensor>();
        Tensor raw = images.permute(0, 3, 1, 2);
        foreach (Layer layer in _network.Layers)
        {
            Tensor[] x = [.. layer.Inputs.Select(i => values[i])];
            values[layer.Name] = layer.Kind switch
            {
                LayerKind.Input => ((raw.to(ScalarType.Float32) - 128f) / 128f).to(type),
                LayerKind.Convolution => nn.functional.conv2d(
                    x[0],
                    _weights[layer.Name + ".weight"].to(type),
                    layer.Bias ? _weights[layer.Name + ".bias"].to(type) : null,
                    strides: [layer.Stride[0], layer.Stride[1]],
                    padding: layer.Same ? [(layer.Kernel[0] - 1) / 2, (layer.Kernel[1] - 1) / 2] : [0, 0]),
                LayerKind.Relu => nn.functional.relu(x[0]),
                LayerKind.BatchNorm => nn.functional.batch_norm(
                    x[0], _weights[layer.Name + Mean], _weights[layer.Name + Variance], null, _weights[layer.Name + ".beta"], isTraining, Momentum, layer.Epsilon),
                LayerKind.MaxPool => nn.functional.max_pool2d(x[0], [layer.Kernel[0], layer.Kernel[1]], strides: [layer.Stride[0], layer.Stride[1]]),
                LayerKind.AveragePool => nn.functional.avg_pool2d(x[0], [3L, 3L], stride: [1L, 1L], padding: [1L, 1L], count_include_pad: false),
                LayerKind.Concat => cat(x, dim: 1),
                LayerKind.Add => x[0] + x[1],
                LayerKind.GlobalAverage => x[0].mean([2, 3], keepdim: true),
                LayerKind.Rows => x[0].narrow(2, layer.First, Math.Min(layer.Count, x[0].shape[2] - layer.First)),
                LayerKind.RowMask => raw.narrow(2, layer.First, Math.Min(layer.Count, raw.shape[2] - layer.First)).amax([1, 3], keepdim: true).gt(0).to(type),
                LayerKind.MaskedMean => (x[0] * x[1]).sum([2L], keepdim: true) / x[1].sum([2L], keepdim: true).clamp_min(1),
                LayerKind.MaskedMax => (x[0] * x[1]).amax([2], keepdim: true),
                LayerKind.MaskedSum => (x[0] * x[1]).sum([2L], keepdim: true) * layer.Scale,
                LayerKind.Dense => nn.functional.linear(x[0].flatten(1).to(ScalarType.Float32), _weights[layer.Name + ".weight"], _weights[layer.Name + ".bias"]).unsqueeze(-1).unsqueeze(-1),
                LayerKind.Softmax => x[0],
                _ => throw ShrikeException.Usage($"training of {layer.Kind} layers is not supported in this version"),
            };
        }

        return values[_network.Layers[^1].Name].flatten(1).MoveToOuterDisposeScope();
    }

    private static bool IsStatistic(string name) => name.EndsWith(Mean, StringComparison.Ordinal) || name.EndsWith(Variance, StringComparison.Ordinal);

    /// <summary>Copies weights out.</summary>
    public static Dictionary<string, Weight> Export(IReadOnlyDictionary<string, Tensor> weights) =>
        weights.ToDictionary(w => w.Key, w => new Weight([.. w.Value.shape.Select(d => (int)d)], w.Value.detach().cpu().contiguous().data<float>().ToArray()));
}
