using System.Text.Json.Serialization;
using Shrike.Core;

namespace Shrike.Inference.Networks;

/// <summary>
/// What a layer does. Tensors are [channels, rows, columns] per image. Weights are named after the layer.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<LayerKind>))]
public enum LayerKind
{
    /// <summary>The image: bytes b as (b - 128) / 128.</summary>
    Input,

    /// <summary>Cross-correlation; <c>NAME.weight</c> [out, in, kernel rows, kernel columns], <c>NAME.bias</c> [out] if it has one.</summary>
    Convolution,

    /// <summary>(x - mean) / sqrt(variance + epsilon) + beta per channel: <c>NAME.mean</c>, <c>NAME.variance</c>, <c>NAME.beta</c>.</summary>
    BatchNorm,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>Maximum over windows that lie inside the image.</summary>
    MaxPool,

    /// <summary>Mean over 3 x 3 windows of stride 1; cells outside the image do not count.</summary>
    AveragePool,

    /// <summary>Inputs one behind the other along the channels.</summary>
    Concat,

    /// <summary>Sum of two inputs; the second may have one row and one column, which then count everywhere.</summary>
    Add,

    /// <summary>Mean over rows and columns; gives [channels, 1, 1].</summary>
    GlobalAverage,

    /// <summary>Rows [First, First + Count) of the input.</summary>
    Rows,

    /// <summary>From the image itself: 1 for each of the rows [First, First + Count) with any byte above zero, else 0; [1, Count, 1].</summary>
    RowMask,

    /// <summary>Sum over rows of the first input times the second (a mask), divided by the number of set rows (at least 1).</summary>
    MaskedMean,

    /// <summary>Maximum over rows of the first input (not negative) times the second (a mask).</summary>
    MaskedMax,

    /// <summary>Sum over rows of the first input times the second (a mask), times Scale.</summary>
    MaskedSum,

    /// <summary><c>NAME.weight</c> [out, in], <c>NAME.bias</c> [out] on [channels, 1, 1].</summary>
    Dense,

    /// <summary>exp(x) normalised over the channels.</summary>
    Softmax,
}

/// <summary>One layer of a network.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record Layer
{
    /// <summary>Unique name; inputs and weights refer to it.</summary>
    public required string Name { get; init; }

    /// <summary>What it does.</summary>
    public required LayerKind Kind { get; init; }

    /// <summary>Names of the layers it reads.</summary>
    public string[] Inputs { get; init; } = [];

    /// <summary>Channels of a convolution or dense layer.</summary>
    public int Filters { get; init; }

    /// <summary>Kernel or window: rows, columns.</summary>
    public int[] Kernel { get; init; } = [];

    /// <summary>Stride: rows, columns.</summary>
    public int[] Stride { get; init; } = [1, 1];

    /// <summary>Pad with zeros so that stride 1 keeps the size (odd kernels only); else windows stay inside.</summary>
    public bool Same { get; init; }

    /// <summary>A convolution has a bias.</summary>
    public bool Bias { get; init; }

    /// <summary>Epsilon of a batch norm.</summary>
    public float Epsilon { get; init; } = 1e-3f;

    /// <summary>First row.</summary>
    public int First { get; init; }

    /// <summary>Number of rows.</summary>
    public int Count { get; init; }

    /// <summary>Factor of a masked sum.</summary>
    public float Scale { get; init; } = 1;
}

/// <summary>A weight a network needs.</summary>
/// <param name="Name">Name in the weights file.</param>
/// <param name="Shape">Dimensions.</param>
public readonly record struct WeightSpec(string Name, int[] Shape);

/// <summary>
/// A network as data: layers in an order in which each reads only earlier ones; the last one gives the probabilities.
/// The same description is lowered to ONNX, interpreted by the reference executor, and built for training.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record Network
{
    private const int MaxLayers = 10_000;
    private const long MaxElements = 1L << 31;

    /// <summary>Name of the architecture.</summary>
    public required string Name { get; init; }

    /// <summary>Image rows, columns, channels.</summary>
    public required int[] InputShape { get; init; }

    /// <summary>Layers.</summary>
    public required IReadOnlyList<Layer> Layers { get; init; }

    /// <summary>Shape [channels, rows, columns] of every layer's output.</summary>
    /// <exception cref="ShrikeException">The description contradicts itself (exit 3).</exception>
    public IReadOnlyDictionary<string, int[]> Shapes()
    {
        if (InputShape is not { Length: 3 } || InputShape.Any(d => d is < 1 or > 100_000)) throw Wrong("the input shape needs three positive numbers");
        if (Layers is null || Layers.Count is 0 or > MaxLayers) throw Wrong($"it has {Layers?.Count ?? 0} layers");
        var shapes = new Dictionary<string, int[]>();
        foreach (Layer layer in Layers)
        {
            if (layer?.Name is null || layer.Inputs is null) throw Wrong("one of its layers is nothing");
            int[][] inputs = [.. layer.Inputs.Select(i => i is not null && shapes.TryGetValue(i, out int[]? s) ? s : throw Wrong($"{layer.Name} reads {i}, which is not an earlier layer"))];
            int[] shape = ShapeOf(layer, inputs);
            if (shape.Any(d => d < 1) || shape.Aggregate(1.0, (n, d) => n * d) > MaxElements) throw Wrong($"{layer.Name} would have the shape [{string.Join(", ", shape)}]");
            if (!shapes.TryAdd(layer.Name, shape)) throw Wrong($"two layers are called {layer.Name}");
        }

        return shapes;
    }

    /// <summary>Weights in order of layers.</summary>
    public IReadOnlyList<WeightSpec> Weights()
    {
        IReadOnlyDictionary<string, int[]> shapes = Shapes();
        var weights = new List<WeightSpec>();
        foreach (Layer layer in Layers)
        {
            int channels = layer.Inputs.Length == 0 ? 0 : shapes[layer.Inputs[0]][0];
            switch (layer.Kind)
            {
                case LayerKind.Convolution:
                    weights.Add(new WeightSpec(layer.Name + ".weight", [layer.Filters, channels, layer.Kernel[0], layer.Kernel[1]]));
                    if (layer.Bias) weights.Add(new WeightSpec(layer.Name + ".bias", [layer.Filters]));
                    break;
                case LayerKind.BatchNorm:
                    foreach (string part in (string[])["mean", "variance", "beta"]) weights.Add(new WeightSpec($"{layer.Name}.{part}", [channels]));
                    break;
                case LayerKind.Dense:
                    weights.Add(new WeightSpec(layer.Name + ".weight", [layer.Filters, channels]));
                    weights.Add(new WeightSpec(layer.Name + ".bias", [layer.Filters]));
                    break;
            }
        }

        return weights;
    }

    /// <summary>Multiplications and additions of convolutions and dense layers for one image.</summary>
    public long MultiplyAccumulates()
    {
        IReadOnlyDictionary<string, int[]> shapes = Shapes();
        long all = 0;
        foreach (Layer layer in Layers)
        {
            if (layer.Kind is not (LayerKind.Convolution or LayerKind.Dense)) continue;
            int[] shape = shapes[layer.Name];
            long perOutput = shapes[layer.Inputs[0]][0] * (layer.Kind == LayerKind.Dense ? 1L : layer.Kernel[0] * layer.Kernel[1]);
            all += perOutput * shape[0] * shape[1] * shape[2];
        }

        return all;
    }

    private int[] ShapeOf(Layer layer, int[][] inputs)
    {
        int expected = layer.Kind switch
        {
            LayerKind.Input or LayerKind.RowMask => 0,
            LayerKind.Add or LayerKind.MaskedMean or LayerKind.MaskedMax or LayerKind.MaskedSum => 2,
            LayerKind.Concat => -1,
            _ => 1,
        };
        if (expected >= 0 ? inputs.Length != expected : inputs.Length == 0) throw Wrong($"{layer.Name} has {inputs.Length} inputs");
        int[] x = inputs.Length > 0 ? inputs[0] : [];
        switch (layer.Kind)
        {
            case LayerKind.Input:
                return [InputShape[2], InputShape[0], InputShape[1]];
            case LayerKind.Convolution:
                return [layer.Filters, .. Window(layer, x)];
            case LayerKind.MaxPool:
                return [x[0], .. Window(layer, x)];
            case LayerKind.Concat:
                if (inputs.Any(s => s[1] != x[1] || s[2] != x[2])) throw Wrong($"{layer.Name} joins tensors of different size");
                return [(int)Math.Min(int.MaxValue, inputs.Sum(s => (long)s[0])), x[1], x[2]];
            case LayerKind.Add:
                int[] y = inputs[1];
                if (y[0] != x[0] || !((y[1] == x[1] && y[2] == x[2]) || (y[1] == 1 && y[2] == 1))) throw Wrong($"{layer.Name} adds tensors of different shape");
                return x;
            case LayerKind.GlobalAverage:
                return [x[0], 1, 1];
            case LayerKind.Rows or LayerKind.RowMask:
                int rows = layer.Kind == LayerKind.Rows ? x[1] : InputShape[0];
                if (layer.First < 0 || layer.Count < 1 || (long)layer.First + layer.Count > rows) throw Wrong($"{layer.Name} takes rows that are not there");
                return layer.Kind == LayerKind.Rows ? [x[0], layer.Count, x[2]] : [1, layer.Count, 1];
            case LayerKind.MaskedMean or LayerKind.MaskedMax or LayerKind.MaskedSum:
                int[] mask = inputs[1];
                if (mask[0] != 1 || mask[1] != x[1] || mask[2] != 1) throw Wrong($"{layer.Name} has a mask of another height");
                return [x[0], 1, x[2]];
            case LayerKind.Dense:
                if (x[1] != 1 || x[2] != 1) throw Wrong($"{layer.Name} needs one value per channel");
                return [layer.Filters, 1, 1];
            default:
                return x;
        }
    }

    private int[] Window(Layer layer, int[] x)
    {
        if (layer.Kernel is not [> 0, > 0] || layer.Stride is not [> 0, > 0]) throw Wrong($"{layer.Name} needs a kernel and a stride of two positive numbers");
        if (layer.Same)
        {
            if (layer.Stride is not [1, 1] || layer.Kernel.Any(k => k % 2 == 0)) throw Wrong($"{layer.Name} pads, which needs stride 1 and an odd kernel");
            return [x[1], x[2]];
        }

        return [x[1] < layer.Kernel[0] ? 0 : ((x[1] - layer.Kernel[0]) / layer.Stride[0]) + 1, x[2] < layer.Kernel[1] ? 0 : ((x[2] - layer.Kernel[1]) / layer.Stride[1]) + 1];
    }

    private ShrikeException Wrong(string why) => ShrikeException.InvalidData($"the network {Name} cannot be: {why}");
}
