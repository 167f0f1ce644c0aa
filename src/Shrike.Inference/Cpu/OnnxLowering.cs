using System.Runtime.InteropServices;
using Shrike.Formats.Messages.Onnx;
using Shrike.Formats.Safetensors;
using Shrike.Inference.Networks;
using Shrike.Inference.Quantization;
using static Shrike.Inference.Cpu.OnnxGraph;

namespace Shrike.Inference.Cpu;

/// <summary>
/// A network with its weights as an ONNX model. In float32 its input <c>planes</c> is [batch, channels, rows, columns] as
/// <see cref="ImagePlanes"/> makes it; quantized, its input <c>images</c> is uint8 [batch, rows, columns, channels]. Input <c>rows</c> (where a
/// layer reads it) is float32 [batch, 1, rows, 1]; output <c>probabilities_out</c> is float32 [batch, classes]. Batch norms stay nodes
/// of their own, and 8-bit tensors are pairs of QuantizeLinear and DequantizeLinear; the runtime folds both into convolutions.
/// </summary>
public static class OnnxLowering
{
    /// <summary>Name of the input of pixels in float32.</summary>
    public const string Planes = "planes";

    /// <summary>Name of the input of pixels in bytes.</summary>
    public const string Images = "images";

    /// <summary>Name of the input that says which rows are not empty.</summary>
    public const string Rows = "rows";

    /// <summary>Name of the output.</summary>
    public const string Probabilities = "probabilities_out";

    /// <summary>Whether a network asks which rows are empty.</summary>
    public static bool ReadsRows(Network network) => network.Layers.Any(l => l.Kind == LayerKind.RowMask);

    /// <summary>The model for a fixed batch size.</summary>
    /// <param name="network">The network.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="batch">Images at once.</param>
    /// <param name="quantization">8-bit arithmetic; null for float32.</param>
    /// <param name="outputs">Layers whose outputs become outputs of the model too, named <c>layer/NAME</c>.</param>
    public static ModelProto Lower(Network network, IReadOnlyDictionary<string, Tensor> weights, int batch, QuantizationParameters? quantization = null, IEnumerable<string>? outputs = null)
    {
        var graph = new OnnxGraph(network.Name);
        IReadOnlyDictionary<string, int[]> shapes = network.Shapes();
        var lowering = new Lowering(graph, weights, shapes, quantization);
        int[] shape = network.InputShape;
        if (quantization is null) graph.Input(Planes, ElementType.Float, batch, shape[2], shape[0], shape[1]);
        else graph.Input(Images, ElementType.UInt8, batch, shape[0], shape[1], shape[2]);
        if (ReadsRows(network)) graph.Input(Rows, ElementType.Float, batch, 1, shape[0], 1);
        foreach (Layer layer in network.Layers) lowering.Add(layer);
        Layer last = network.Layers[^1];
        graph.Constant("output_shape", batch, -1);
        graph.Node("Reshape", Probabilities, [NameOf(last.Name), "output_shape"]);
        graph.Output(Probabilities, batch, shapes[last.Name][0]);
        foreach (string layer in outputs ?? []) graph.Output(NameOf(layer), [batch, .. shapes[layer]]);
        return graph.ToModel();
    }

    /// <summary>Tensors of layers get a prefix so that no layer's name meets one of ours.</summary>
    public static string NameOf(string layer) => "layer/" + layer;

    private sealed class Lowering(OnnxGraph graph, IReadOnlyDictionary<string, Tensor> weights, IReadOnlyDictionary<string, int[]> shapes, QuantizationParameters? quantization)
    {
        private const float ImageScale = 1f / 128;
        private const byte ImageZero = 128;

        /// <summary>Scales of 8-bit tensors by the name of the layer that gives them.</summary>
        private readonly Dictionary<string, float> _scales = [];

        public void Add(Layer layer)
        {
            if (quantization is null || !quantization.ActivationScales.TryGetValue(layer.Name, out float scale))
            {
                Add(layer, NameOf(layer.Name));
                return;
            }

            string y = NameOf(layer.Name);
            Add(layer, y + "/float");
            graph.Constant(y + "/scale", [], [scale]);
            graph.Constant(y + "/zero", ElementType.UInt8, [], [0]);
            graph.Node("QuantizeLinear", y + "/bytes", [y + "/float", y + "/scale", y + "/zero"]);
            graph.Node("DequantizeLinear", y, [y + "/bytes", y + "/scale", y + "/zero"]);
            _scales[layer.Name] = scale;
        }

        private void Add(Layer layer, string y)
        {
            string[] x = [.. layer.Inputs.Select(NameOf)];
            switch (layer.Kind)
            {
                case LayerKind.Input:
                    AddInput(layer, y);
                    break;
                case LayerKind.Convolution:
                    AddConvolution(layer, x[0], y);
                    break;
                case LayerKind.BatchNorm:
                    foreach (string part in (string[])["mean", "variance", "beta"]) Weight(layer, part);
                    int channels = shapes[layer.Name][0];
                    graph.Constant(y + ".gamma", [channels], Enumerable.Repeat(1f, channels).ToArray());
                    graph.Node("BatchNormalization", y, [x[0], y + ".gamma", y + ".beta", y + ".mean", y + ".variance"], ("epsilon", layer.Epsilon));
                    break;
                case LayerKind.Relu:
                    graph.Node("Relu", y, x);
                    break;
                case LayerKind.MaxPool:
                    graph.Node("MaxPool", y, x, ("kernel_shape", Longs(layer.Kernel)), ("strides", Longs(layer.Stride)));
                    break;
                case LayerKind.AveragePool:
                    graph.Node("AveragePool", y, x, ("kernel_shape", new long[] { 3, 3 }), ("strides", new long[] { 1, 1 }), ("pads", new long[] { 1, 1, 1, 1 }), ("count_include_pad", 0));
                    break;
                case LayerKind.Concat:
                    graph.Node("Concat", y, x, ("axis", 1));
                    break;
                case LayerKind.Add:
                    graph.Node("Add", y, x);
                    break;
                case LayerKind.GlobalAverage:
                    graph.Node("GlobalAveragePool", y, x);
                    break;
                case LayerKind.Rows:
                    Slice(y, x[0], layer);
                    break;
                case LayerKind.RowMask:
                    Slice(y, OnnxLowering.Rows, layer);
                    break;
                case LayerKind.MaskedMean or LayerKind.MaskedSum or LayerKind.MaskedMax:
                    AddMasked(layer, x, y);
                    break;
                case LayerKind.Dense:
                    Weight(layer, "weight");
                    Weight(layer, "bias");
                    graph.Node("Flatten", y + "/flat", x, ("axis", 1));
                    graph.Node("Gemm", y + "/gemm", [y + "/flat", y + ".weight", y + ".bias"], ("transB", 1));
                    graph.Constant(y + "/shape", 0, -1, 1, 1);
                    graph.Node("Reshape", y, [y + "/gemm", y + "/shape"]);
                    break;
                case LayerKind.Softmax:
                    graph.Node("Softmax", y, x, ("axis", 1));
                    break;
            }
        }

        private void AddInput(Layer layer, string y)
        {
            if (quantization is null)
            {
                graph.Node("Identity", y, [Planes]);
                return;
            }

            graph.Node("Transpose", y + "/planes", [Images], ("perm", new long[] { 0, 3, 1, 2 }));
            graph.Constant(y + "/scale", [], [ImageScale]);
            graph.Constant(y + "/zero", ElementType.UInt8, [], [ImageZero]);
            graph.Node("DequantizeLinear", y, [y + "/planes", y + "/scale", y + "/zero"]);
            _scales[layer.Name] = ImageScale;
        }

        private void AddConvolution(Layer layer, string x, string y)
        {
            // A convolution whose input stays float32 gains nothing from 8-bit weights in the runtime, but its values are the same.
            if (quantization is not null && _scales.TryGetValue(layer.Inputs[0], out float inputScale)) QuantizedWeights(layer, inputScale);
            else
            {
                Weight(layer, "weight");
                if (layer.Bias) Weight(layer, "bias");
            }

            long top = layer.Same ? (layer.Kernel[0] - 1) / 2 : 0;
            long left = layer.Same ? (layer.Kernel[1] - 1) / 2 : 0;
            string name = NameOf(layer.Name);
            graph.Node(
                "Conv",
                y,
                layer.Bias ? [x, name + ".weight", name + ".bias"] : [x, name + ".weight"],
                ("kernel_shape", Longs(layer.Kernel)),
                ("strides", Longs(layer.Stride)),
                ("pads", new[] { top, left, top, left }));
        }

        /// <summary>Weights as signed bytes with a scale for each output channel, the bias in units of the products.</summary>
        private void QuantizedWeights(Layer layer, float inputScale)
        {
            string name = NameOf(layer.Name);
            Tensor weight = weights[layer.Name + ".weight"];
            (sbyte[] bytes, float[] scales) = ChannelQuantizer.Quantize(weight);
            graph.Constant(name + ".weight/scale", [scales.Length], scales);
            graph.Constant(name + ".weight/zero", ElementType.Int8, [scales.Length], new byte[scales.Length]);
            graph.Constant(name + ".weight/bytes", ElementType.Int8, weight.Shape, MemoryMarshal.AsBytes(bytes.AsSpan()));
            graph.Node("DequantizeLinear", name + ".weight", [name + ".weight/bytes", name + ".weight/scale", name + ".weight/zero"], ("axis", 0));
            if (!layer.Bias) return;
            float[] units = Array.ConvertAll(scales, s => s * inputScale);
            int[] bias = [.. weights[layer.Name + ".bias"].Values.Select((b, i) => (int)Math.Clamp(Math.Round(b / (double)units[i]), int.MinValue, int.MaxValue))];
            graph.Constant(name + ".bias/scale", [units.Length], units);
            graph.Constant(name + ".bias/zero", ElementType.Int32, [units.Length], new byte[units.Length * sizeof(int)]);
            graph.Constant(name + ".bias/units", ElementType.Int32, [units.Length], MemoryMarshal.AsBytes(bias.AsSpan()));
            graph.Node("DequantizeLinear", name + ".bias", [name + ".bias/units", name + ".bias/scale", name + ".bias/zero"], ("axis", 0));
        }

        private void AddMasked(Layer layer, string[] x, string y)
        {
            graph.Node("Mul", y + "/masked", x);
            if (layer.Kind == LayerKind.MaskedMax)
            {
                graph.Node("ReduceMax", y, [y + "/masked"], ("axes", new long[] { 2 }), ("keepdims", 1));
                return;
            }

            graph.Constant(y + "/axis", 2);
            graph.Node("ReduceSum", y + "/sum", [y + "/masked", y + "/axis"], ("keepdims", 1));
            if (layer.Kind == LayerKind.MaskedSum)
            {
                graph.Constant(y + "/scale", [], [layer.Scale]);
                graph.Node("Mul", y, [y + "/sum", y + "/scale"]);
                return;
            }

            graph.Node("ReduceSum", y + "/count", [x[1], y + "/axis"], ("keepdims", 1));
            graph.Constant(y + "/one", [], [1f]);
            graph.Node("Max", y + "/atleast", [y + "/count", y + "/one"]);
            graph.Node("Div", y, [y + "/sum", y + "/atleast"]);
        }

        private void Slice(string y, string input, Layer layer)
        {
            graph.Constant(y + "/first", layer.First);
            graph.Constant(y + "/end", layer.First + layer.Count);
            graph.Constant(y + "/axis", 2);
            graph.Node("Slice", y, [input, y + "/first", y + "/end", y + "/axis"]);
        }

        private void Weight(Layer layer, string part)
        {
            Tensor tensor = weights[$"{layer.Name}.{part}"];
            graph.Constant($"{NameOf(layer.Name)}.{part}", tensor.Shape, tensor.Values);
        }

        private static long[] Longs(int[] values) => [.. values.Select(v => (long)v)];
    }
}
