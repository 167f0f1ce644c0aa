using Shrike.Core;
using Shrike.Formats.Safetensors;
using Shrike.Inference.Networks;

namespace Shrike.Inference.Cuda.Planning;

/// <summary>
/// Turns a network description into launches: batch norm and ReLU become part of their convolution; an average pool before
/// a 1 x 1 convolution goes behind it (both are linear and the pool's weights sum to one), so that all 1 x 1 convolutions
/// of one tensor are one launch; what a concatenation joins is written to its place at once.
/// </summary>
public sealed class PlanCompiler
{
    private const int MostSegments = 4;

    private readonly Network _network;
    private readonly IReadOnlyDictionary<string, Tensor> _weights;
    private readonly IReadOnlyDictionary<string, int[]> _shapes;
    private readonly Dictionary<string, Layer> _layers;
    private readonly Dictionary<string, List<Layer>> _consumers = [];
    private readonly Dictionary<string, TensorView> _views = [];
    private readonly Dictionary<string, TensorView> _places = [];
    private readonly List<(int Elements, bool Wide)> _buffers = [];
    private readonly List<PlanStep> _steps = [];
    private readonly HashSet<string> _done = [];

    private PlanCompiler(Network network, IReadOnlyDictionary<string, Tensor> weights)
    {
        _network = network;
        _weights = weights;
        _shapes = network.Shapes();
        _layers = network.Layers.ToDictionary(l => l.Name);
        foreach (Layer layer in network.Layers) _consumers[layer.Name] = [];
        foreach (Layer layer in network.Layers)
        {
            foreach (string input in layer.Inputs) _consumers[input].Add(layer);
        }
    }

    /// <summary>Compiles.</summary>
    /// <exception cref="ShrikeException">The network has a layer in a place where this backend cannot run it (exit 6).</exception>
    public static DevicePlan Compile(Network network, IReadOnlyDictionary<string, Tensor> weights)
    {
        var compiler = new PlanCompiler(network, weights);
        foreach (Layer layer in network.Layers) compiler.Add(layer);
        TensorView output = compiler._views[network.Layers[^1].Name];
        if (!output.Wide) throw compiler.Cannot(network.Layers[^1], "the last layer must be a dense layer or a softmax");
        return DevicePlan.Place(network.InputShape, compiler._steps, compiler._buffers, output);
    }

    private void Add(Layer layer)
    {
        if (_done.Contains(layer.Name)) return;
        switch (layer.Kind)
        {
            case LayerKind.Input:
                Emit(layer, layer.Name, wide: false, o => new NormaliseStep(o));
                break;
            case LayerKind.Convolution:
                AddConvolutions(layer);
                break;
            case LayerKind.AveragePool when Postponed(layer) is { } convolution:
                AddConvolutions(convolution);
                break;
            case LayerKind.MaxPool or LayerKind.AveragePool:
                TensorView pooled = Narrow(layer.Inputs[0]);
                bool average = layer.Kind == LayerKind.AveragePool;
                Emit(layer, layer.Name, false, o => new PoolStep(pooled, o, average ? [3, 3] : layer.Kernel, average ? [1, 1] : layer.Stride, average, false), pooled.Channels);
                break;
            case LayerKind.Concat:
                AddConcat(layer);
                break;
            case LayerKind.Add:
                (string added, bool addRelu) = WithRelu(layer.Name);
                TensorView x = View(layer.Inputs[0]), y = View(layer.Inputs[1]);
                if (!Compatible(x, y)) throw Cannot(layer, "its inputs are laid out differently");
                Emit(layer, added, x.Wide, o => new CombineStep(x, y, o, addRelu), x.Channels);
                break;
            case LayerKind.Relu:
                TensorView before = View(layer.Inputs[0]);
                Emit(layer, layer.Name, before.Wide, o => new CombineStep(before, null, o, true), before.Channels);
                break;
            case LayerKind.Rows:
                _views[layer.Name] = View(layer.Inputs[0]).RowRange(layer.First, layer.Count);
                break;
            case LayerKind.RowMask:
                Emit(layer, layer.Name, true, o => new RowMaskStep(o, layer.First));
                break;
            case LayerKind.GlobalAverage or LayerKind.MaskedMean or LayerKind.MaskedMax or LayerKind.MaskedSum:
                AddRowPool(layer);
                break;
            case LayerKind.Dense:
                (string dense, bool denseRelu) = WithRelu(layer.Name);
                TensorView vector = Wide(layer.Inputs[0]);
                if (vector.Cells != 1) throw Cannot(layer, "its input has more than one cell");
                int[] lanes = DenseLanes(layer);
                (float[] matrix, float[] bias) = FoldedWeights.Dense(layer, vector.Channels, lanes.Length, _weights);
                Emit(layer, dense, true, o => new DenseStep(vector, o, matrix, bias, denseRelu), lanes);
                break;
            case LayerKind.Softmax:
                TensorView logits = Wide(layer.Inputs[0]);
                if (logits.Cells != 1) throw Cannot(layer, "its input has more than one cell");
                Emit(layer, layer.Name, true, o => new SoftmaxStep(logits, o));
                break;
            default:
                throw Cannot(layer, "this kind of layer is unknown here");
        }
    }

    private void AddRowPool(Layer layer)
    {
        TensorView x = View(layer.Inputs[0]);
        TensorView? mask = layer.Inputs.Length > 1 ? View(layer.Inputs[1]) : null;
        RowPooling mode = layer.Kind switch
        {
            LayerKind.MaskedMean => RowPooling.Mean,
            LayerKind.MaskedMax => RowPooling.Maximum,
            LayerKind.MaskedSum => RowPooling.Sum,
            _ => RowPooling.AllCells,
        };
        Emit(layer, layer.Name, true, o => new RowPoolStep(x, mask, o, mode, layer.Scale), x.Channels);
    }

    private void AddConcat(Layer layer)
    {
        TensorView whole = Destination(layer.Name);
        int at = 0;
        foreach (string input in layer.Inputs)
        {
            int[] lanes = LanesIn(input, whole.Wide);
            TensorView slice = whole.Slice(at, [.. lanes]);
            if (!_places.ContainsKey(input)) _steps.Add(new CombineStep(View(input) is { } v && v.Lanes == lanes.Length ? v : throw Cannot(layer, $"{input} is laid out differently"), null, slice, false));
            at += lanes.Length;
        }

        _views[layer.Name] = whole;
        _done.Add(layer.Name);
    }

    /// <summary>All convolutions that can be computed with this one in one launch.</summary>
    private void AddConvolutions(Layer first)
    {
        string source = Source(first);
        List<Layer> group = [first];
        if (IsPointwise(first))
        {
            IEnumerable<Layer> others = _consumers[source].SelectMany(c => c.Kind == LayerKind.AveragePool && Postponed(c) is { } behind ? [behind] : new[] { c });
            group.AddRange(others.Where(l => l.Name != first.Name && l.Kind == LayerKind.Convolution && IsPointwise(l) && Source(l) == source && !_done.Contains(l.Name)).Distinct().Take(MostSegments - 1));
        }

        TensorView input = Narrow(source);
        var segments = new List<ConvolutionSegment>();
        var pools = new List<PoolStep>();
        var weights = new List<float[]>();
        var bias = new List<float[]>();
        foreach (Layer layer in group)
        {
            (string name, Layer? norm, bool relu) = Fused(layer);
            (float[] w, float[] b) = FoldedWeights.Convolution(layer, norm, input.Channels, _weights);
            weights.Add(w);
            bias.Add(b);
            TensorView output = Destination(name);
            if (source == layer.Inputs[0])
            {
                segments.Add(new(output, relu));
            }
            else
            {
                TensorView linear = Allocate(output.Rows, output.Columns, output.Channels, wide: false);
                segments.Add(new(linear, false));
                pools.Add(new PoolStep(linear, output, [3, 3], [1, 1], Average: true, relu));
                _done.Add(layer.Inputs[0]);
            }

            _views[name] = output;
            _done.UnionWith([layer.Name, norm?.Name ?? name, name]);
        }

        _steps.Add(new ConvolutionStep
        {
            Name = string.Join("+", group.Select(l => l.Name)),
            Input = input,
            Segments = segments,
            Kernel = first.Kernel,
            Stride = first.Stride,
            Pad = first.Same ? [(first.Kernel[0] - 1) / 2, (first.Kernel[1] - 1) / 2] : [0, 0],
            Weights = [.. weights.SelectMany(w => w)],
            Bias = [.. bias.SelectMany(b => b)],
        });
        _steps.AddRange(pools);
    }

    private static bool IsPointwise(Layer l) => l.Kernel is [1, 1] && l.Stride is [1, 1];

    /// <summary>What a convolution reads once an average pool before it has gone behind it.</summary>
    private string Source(Layer convolution)
    {
        Layer input = _layers[convolution.Inputs[0]];
        return input.Kind == LayerKind.AveragePool && Postponed(input) == convolution ? input.Inputs[0] : input.Name;
    }

    private Layer? Postponed(Layer pool) => _consumers[pool.Name] is [{ Kind: LayerKind.Convolution } c] && IsPointwise(c) ? c : null;

    private (string Name, Layer? Norm, bool Relu) Fused(Layer convolution)
    {
        Layer? norm = _consumers[convolution.Name] is [{ Kind: LayerKind.BatchNorm } n] ? n : null;
        (string name, bool relu) = WithRelu((norm ?? convolution).Name);
        return (name, norm, relu);
    }

    private (string Name, bool Relu) WithRelu(string name) => _consumers[name] is [{ Kind: LayerKind.Relu } r] ? (r.Name, true) : (name, false);

    /// <summary>Adds a step whose result is known under a name: the layer's own, or that of a layer fused into it.</summary>
    private void Emit(Layer layer, string name, bool wide, Func<TensorView, PlanStep> step, int[]? channels = null)
    {
        TensorView output = _places.TryGetValue(name, out TensorView? placed) || IsJoined(name) ? placed ?? Destination(name) : Allocate(_shapes[name][1], _shapes[name][2], channels ?? TensorView.LaneMap(_shapes[name][0], wide), wide);
        _steps.Add(step(output));
        _views[name] = output;
        _done.UnionWith([layer.Name, name]);
    }

    /// <summary>Where a tensor is written: its slice of the concatenation that reads it, or a buffer of its own.</summary>
    private TensorView Destination(string name)
    {
        if (_places.TryGetValue(name, out TensorView? place)) return place;
        if (IsJoined(name))
        {
            Layer concat = _consumers[name].First(c => c.Kind == LayerKind.Concat);
            TensorView whole = Destination(concat.Name);
            int at = concat.Inputs.TakeWhile(i => i != name).Sum(i => LanesIn(i, whole.Wide).Length);
            return _places[name] = whole.Slice(at, [.. LanesIn(name, whole.Wide)]) with { };
        }

        bool wide = IsWide(name);
        return _places[name] = Allocate(_shapes[name][1], _shapes[name][2], LanesIn(name, wide), wide);
    }

    private bool IsJoined(string name) =>
        _consumers[name].Count(c => c.Kind == LayerKind.Concat) == 1
        && _consumers[name].First(c => c.Kind == LayerKind.Concat) is { } concat
        && concat.Inputs.Count(i => i == name) == 1
        && IsWide(name) == IsWide(concat.Name)
        && _layers[name].Kind != LayerKind.Rows;

    /// <summary>Lanes of a tensor as they stand in a concatenation or buffer of the given width.</summary>
    private int[] LanesIn(string name, bool wide)
    {
        Layer layer = _layers[name];
        if (_views.TryGetValue(name, out TensorView? known)) return known.Channels;
        if (layer.Kind == LayerKind.Dense) return DenseLanes(layer);
        if (layer.Kind is LayerKind.Convolution or LayerKind.Input or LayerKind.RowMask) return TensorView.LaneMap(_shapes[name][0], IsWide(name));
        if (layer.Kind != LayerKind.Concat) return LanesIn(layer.Inputs[0], wide);
        var lanes = new List<int>();
        int channels = 0;
        foreach (string input in layer.Inputs)
        {
            lanes.AddRange(LanesIn(input, wide).Select(c => c < 0 ? -1 : c + channels));
            channels += _shapes[input][0];
        }

        return [.. lanes];
    }

    /// <summary>A vector that is added to a convolution's result has that result's padding.</summary>
    private int[] DenseLanes(Layer dense) => TensorView.LaneMap(dense.Filters, wide: !_consumers[WithRelu(dense.Name).Name].Any(c => c.Kind == LayerKind.Add));

    private bool IsWide(string name) => _layers[name] is { } l && l.Kind switch
    {
        LayerKind.GlobalAverage or LayerKind.Dense or LayerKind.Softmax or LayerKind.RowMask or LayerKind.MaskedMean or LayerKind.MaskedMax or LayerKind.MaskedSum => true,
        LayerKind.Concat => l.Inputs.Any(IsWide),
        LayerKind.Relu or LayerKind.Rows or LayerKind.Add => IsWide(l.Inputs[0]),
        _ => false,
    };

    private TensorView View(string name) => _views.TryGetValue(name, out TensorView? v) ? v : throw Cannot(_layers[name], "a batch norm must directly follow a convolution that nothing else reads");

    private TensorView Narrow(string name) => Converted(View(name), wide: false, name);

    private TensorView Wide(string name) => Converted(View(name), wide: true, name);

    private TensorView Converted(TensorView view, bool wide, string name)
    {
        if (view.Wide == wide) return view;
        if (!wide && view.Lanes % 8 != 0) throw Cannot(_layers[name], "its channels are not a multiple of eight where a convolution or pool reads them");
        TensorView copy = Allocate(view.Rows, view.Columns, view.Channels, wide);
        _steps.Add(new CombineStep(view, null, copy, false));
        return copy;
    }

    private TensorView Allocate(int rows, int columns, int[] channels, bool wide)
    {
        _buffers.Add((rows * columns * channels.Length, wide));
        return new TensorView(_buffers.Count - 1, rows, columns, channels, channels.Length, 0, wide);
    }

    /// <summary>The lanes of y stand where those of x do.</summary>
    private static bool Compatible(TensorView x, TensorView y) => x.Channels.AsSpan().SequenceEqual(y.Channels);

    private ShrikeException Cannot(Layer layer, string why) => new(ExitCode.DeviceUnavailable, $"the network {_network.Name} cannot run on the GPU: layer {layer.Name} ({layer.Kind}): {why}; use --device cpu");
}
