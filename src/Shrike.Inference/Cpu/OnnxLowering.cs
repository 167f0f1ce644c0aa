using System.Runtime.InteropServices;
using Google.Protobuf;
using Shrike.Formats.Messages.Onnx;
using Shrike.Formats.Safetensors;
using Shrike.Inference.Networks;

namespace Shrike.Inference.Cpu;

/// <summary>
/// A network with its weights as an ONNX model: input <c>planes</c> is float32 [batch, channels, rows, columns], input <c>rows</c>
/// (where a layer reads it) float32 [batch, 1, rows, 1], both as <see cref="ImagePlanes"/> makes them; output <c>probabilities_out</c> is
/// float32 [batch, classes]. Batch norms stay nodes of their own; the runtime folds them.
/// </summary>
public static class OnnxLowering
{
    private const int Float = 1;
    private const int Int64 = 7;
    private const int OpSet = 13;
    private const int IrVersion = 8;

    /// <summary>Name of the input of pixels.</summary>
    public const string Planes = "planes";

    /// <summary>Name of the input that says which rows are not empty.</summary>
    public const string Rows = "rows";

    /// <summary>Name of the output.</summary>
    public const string Probabilities = "probabilities_out";

    /// <summary>Whether a network asks which rows are empty.</summary>
    public static bool ReadsRows(Network network) => network.Layers.Any(l => l.Kind == LayerKind.RowMask);

    /// <summary>The model for a fixed batch size.</summary>
    public static ModelProto Lower(Network network, IReadOnlyDictionary<string, Tensor> weights, int batch)
    {
        var graph = new GraphProto { Name = network.Name };
        var lowering = new Graph(graph, network, weights);
        int[] shape = network.InputShape;
        graph.Input.Add(Value(Planes, Float, batch, shape[2], shape[0], shape[1]));
        if (ReadsRows(network)) graph.Input.Add(Value(Rows, Float, batch, 1, shape[0], 1));
        foreach (Layer layer in network.Layers) lowering.Add(layer);
        Layer last = network.Layers[^1];
        lowering.Constant("output_shape", [batch, -1]);
        lowering.Node("Reshape", Probabilities, [lowering.NameOf(last.Name), "output_shape"]);
        graph.Output.Add(Value(Probabilities, Float, batch, network.Shapes()[last.Name][0]));
        return new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "shrike",
            Graph = graph,
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = OpSet } },
        };
    }

    private static ValueInfoProto Value(string name, int type, params int[] shape)
    {
        var dimensions = new TensorShapeProto();
        foreach (int d in shape) dimensions.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = d });
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = type, Shape = dimensions } } };
    }

    private sealed class Graph(GraphProto graph, Network network, IReadOnlyDictionary<string, Tensor> weights)
    {
        private readonly IReadOnlyDictionary<string, int[]> _shapes = network.Shapes();

        /// <summary>Tensors of layers get a prefix so that no layer's name meets one of ours.</summary>
        public string NameOf(string layer) => "layer/" + layer;

        public void Add(Layer layer)
        {
            string y = NameOf(layer.Name);
            string[] x = [.. layer.Inputs.Select(NameOf)];
            switch (layer.Kind)
            {
                case LayerKind.Input:
                    Node("Identity", y, [Planes]);
                    break;
                case LayerKind.Convolution:
                    Weight(layer, "weight");
                    if (layer.Bias) Weight(layer, "bias");
                    long top = layer.Same ? (layer.Kernel[0] - 1) / 2 : 0;
                    long left = layer.Same ? (layer.Kernel[1] - 1) / 2 : 0;
                    Node(
                        "Conv",
                        y,
                        layer.Bias ? [x[0], y + ".weight", y + ".bias"] : [x[0], y + ".weight"],
                        ("kernel_shape", Longs(layer.Kernel)),
                        ("strides", Longs(layer.Stride)),
                        ("pads", new[] { top, left, top, left }));
                    break;
                case LayerKind.BatchNorm:
                    foreach (string part in (string[])["mean", "variance", "beta"]) Weight(layer, part);
                    int channels = _shapes[layer.Name][0];
                    Initializer(y + ".gamma", [channels], Enumerable.Repeat(1f, channels).ToArray());
                    Node("BatchNormalization", y, [x[0], y + ".gamma", y + ".beta", y + ".mean", y + ".variance"], ("epsilon", layer.Epsilon));
                    break;
                case LayerKind.Relu:
                    Node("Relu", y, x);
                    break;
                case LayerKind.MaxPool:
                    Node("MaxPool", y, x, ("kernel_shape", Longs(layer.Kernel)), ("strides", Longs(layer.Stride)));
                    break;
                case LayerKind.AveragePool:
                    Node("AveragePool", y, x, ("kernel_shape", new long[] { 3, 3 }), ("strides", new long[] { 1, 1 }), ("pads", new long[] { 1, 1, 1, 1 }), ("count_include_pad", 0));
                    break;
                case LayerKind.Concat:
                    Node("Concat", y, x, ("axis", 1));
                    break;
                case LayerKind.Add:
                    Node("Add", y, x);
                    break;
                case LayerKind.GlobalAverage:
                    Node("GlobalAveragePool", y, x);
                    break;
                case LayerKind.Rows:
                    Slice(y, x[0], layer, axis: 2);
                    break;
                case LayerKind.RowMask:
                    Slice(y, OnnxLowering.Rows, layer, axis: 2);
                    break;
                case LayerKind.MaskedMean or LayerKind.MaskedSum:
                    Node("Mul", y + "/masked", x);
                    Constant(y + "/axis", [2]);
                    Node("ReduceSum", y + "/sum", [y + "/masked", y + "/axis"], ("keepdims", 1));
                    if (layer.Kind == LayerKind.MaskedSum)
                    {
                        Scalar(y + "/scale", layer.Scale);
                        Node("Mul", y, [y + "/sum", y + "/scale"]);
                        break;
                    }

                    Node("ReduceSum", y + "/count", [x[1], y + "/axis"], ("keepdims", 1));
                    Scalar(y + "/one", 1);
                    Node("Max", y + "/atleast", [y + "/count", y + "/one"]);
                    Node("Div", y, [y + "/sum", y + "/atleast"]);
                    break;
                case LayerKind.MaskedMax:
                    Node("Mul", y + "/masked", x);
                    Node("ReduceMax", y, [y + "/masked"], ("axes", new long[] { 2 }), ("keepdims", 1));
                    break;
                case LayerKind.Dense:
                    Weight(layer, "weight");
                    Weight(layer, "bias");
                    Node("Flatten", y + "/flat", x, ("axis", 1));
                    Node("Gemm", y + "/gemm", [y + "/flat", y + ".weight", y + ".bias"], ("transB", 1));
                    Constant(y + "/shape", [0, -1, 1, 1]);
                    Node("Reshape", y, [y + "/gemm", y + "/shape"]);
                    break;
                case LayerKind.Softmax:
                    Node("Softmax", y, x, ("axis", 1));
                    break;
            }
        }

        public void Node(string op, string output, string[] inputs, params (string Name, object Value)[] attributes)
        {
            var node = new NodeProto { OpType = op, Name = output, Output = { output }, Input = { inputs } };
            foreach ((string name, object value) in attributes)
            {
                node.Attribute.Add(value switch
                {
                    float f => new AttributeProto { Name = name, F = f, Type = AttributeProto.Types.AttributeType.Float },
                    int i => new AttributeProto { Name = name, I = i, Type = AttributeProto.Types.AttributeType.Int },
                    long[] all => new AttributeProto { Name = name, Ints = { all }, Type = AttributeProto.Types.AttributeType.Ints },
                    _ => throw new ArgumentException(name),
                });
            }

            graph.Node.Add(node);
        }

        public void Constant(string name, long[] values) => graph.Initializer.Add(new TensorProto
        {
            Name = name,
            DataType = Int64,
            Dims = { values.Length },
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())),
        });

        private void Slice(string output, string input, Layer layer, int axis)
        {
            Constant(output + "/first", [layer.First]);
            Constant(output + "/end", [layer.First + layer.Count]);
            Constant(output + "/axis", [axis]);
            Node("Slice", output, [input, output + "/first", output + "/end", output + "/axis"]);
        }

        private void Scalar(string name, float value) => Initializer(name, [], [value]);

        private void Weight(Layer layer, string part)
        {
            Tensor tensor = weights[$"{layer.Name}.{part}"];
            Initializer($"{NameOf(layer.Name)}.{part}", tensor.Shape, tensor.Values);
        }

        private void Initializer(string name, int[] shape, float[] values)
        {
            var tensor = new TensorProto { Name = name, DataType = Float, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())) };
            foreach (int d in shape) tensor.Dims.Add(d);
            graph.Initializer.Add(tensor);
        }

        private static long[] Longs(int[] values) => [.. values.Select(v => (long)v)];
    }
}
