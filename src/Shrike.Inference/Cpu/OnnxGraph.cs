using System.Runtime.InteropServices;
using Google.Protobuf;
using Shrike.Formats.Messages.Onnx;

namespace Shrike.Inference.Cpu;

/// <summary>An ONNX graph in the making: nodes and constants by name.</summary>
internal sealed class OnnxGraph(string name)
{
    private const int OpSet = 13;
    private const int IrVersion = 8;

    private readonly GraphProto _graph = new() { Name = name };

    /// <summary>Types of values, as ONNX numbers them.</summary>
    public enum ElementType
    {
        Float = 1,
        UInt8 = 2,
        Int8 = 3,
        Int32 = 6,
        Int64 = 7,
    }

    /// <summary>The model of this graph.</summary>
    public ModelProto ToModel() => new()
    {
        IrVersion = IrVersion,
        ProducerName = "shrike",
        Graph = _graph,
        OpsetImport = { new OperatorSetIdProto { Domain = "", Version = OpSet } },
    };

    /// <summary>Declares an input.</summary>
    public void Input(string name, ElementType type, params int[] shape) => _graph.Input.Add(Value(name, type, shape));

    /// <summary>Declares an output of float32.</summary>
    public void Output(string name, params int[] shape) => _graph.Output.Add(Value(name, ElementType.Float, shape));

    /// <summary>Adds a node of one output, which also names it.</summary>
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

        _graph.Node.Add(node);
    }

    /// <summary>Adds a constant of float32.</summary>
    public void Constant(string name, int[] shape, ReadOnlySpan<float> values) => Constant(name, ElementType.Float, shape, MemoryMarshal.AsBytes(values));

    /// <summary>Adds a constant of one dimension.</summary>
    public void Constant(string name, params ReadOnlySpan<long> values) => Constant(name, ElementType.Int64, [values.Length], MemoryMarshal.AsBytes(values));

    /// <summary>Adds a constant by its bytes.</summary>
    public void Constant(string name, ElementType type, int[] shape, ReadOnlySpan<byte> bytes)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        foreach (int d in shape) tensor.Dims.Add(d);
        _graph.Initializer.Add(tensor);
    }

    private static ValueInfoProto Value(string name, ElementType type, int[] shape)
    {
        var dimensions = new TensorShapeProto();
        foreach (int d in shape) dimensions.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = d });
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = dimensions } } };
    }
}
