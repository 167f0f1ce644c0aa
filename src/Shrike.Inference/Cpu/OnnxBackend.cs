using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Shrike.Core;
using Shrike.Formats.Safetensors;
using Shrike.Inference.Networks;

namespace Shrike.Inference.Cpu;

/// <summary>ONNX Runtime on the CPU: one session with a fixed number of threads, fixed batch, buffers bound once.</summary>
public sealed class OnnxBackend : INetworkBackend
{
    private static readonly string[] OutputNames = [OnnxLowering.Probabilities];

    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly int[] _shape;
    private readonly float[] _planes;
    private readonly float[] _rows;
    private readonly float[] _output;
    private readonly string[] _inputNames;
    private readonly OrtValue[] _inputValues;
    private readonly OrtValue _outputValue;
    private readonly int _imageBytes;
    private readonly int _classes;

    /// <param name="network">The network.</param>
    /// <param name="weights">Its weights, complete.</param>
    /// <param name="batchSize">Images at once.</param>
    /// <param name="threads">Threads of this session, the caller's included.</param>
    /// <exception cref="ShrikeException">The runtime cannot be loaded.</exception>
    public OnnxBackend(Network network, IReadOnlyDictionary<string, Tensor> weights, int batchSize = 16, int threads = 1)
    {
        BatchSize = batchSize;
        _shape = network.InputShape;
        _imageBytes = _shape[0] * _shape[1] * _shape[2];
        _classes = network.Shapes()[network.Layers[^1].Name][0];
        _planes = new float[batchSize * _imageBytes];
        _rows = new float[batchSize * _shape[0]];
        _output = new float[batchSize * _classes];
        try
        {
            using var options = new SessionOptions
            {
                IntraOpNumThreads = threads,
                InterOpNumThreads = 1,
                ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
                GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            };
            options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
            _session = new InferenceSession(OnnxLowering.Lower(network, weights, batchSize).ToByteArray(), options);
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException)
        {
            throw new ShrikeException(ExitCode.Usage, $"ONNX Runtime cannot be loaded: {e.GetBaseException().Message}", e);
        }

        _inputNames = OnnxLowering.ReadsRows(network) ? [OnnxLowering.Planes, OnnxLowering.Rows] : [OnnxLowering.Planes];
        OrtValue planes = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _planes.AsMemory(), [batchSize, _shape[2], _shape[0], _shape[1]]);
        _inputValues = _inputNames.Length == 1 ? [planes] : [planes, OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _rows.AsMemory(), [batchSize, 1, _shape[0], 1])];
        _outputValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _output.AsMemory(), [batchSize, _classes]);
    }

    /// <inheritdoc/>
    public int BatchSize { get; }

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> images, int count, Span<float> probabilities)
    {
        for (int done = 0; done < count; done += BatchSize)
        {
            int n = Math.Min(BatchSize, count - done);
            for (int i = 0; i < n; i++)
            {
                ImagePlanes.Convert(images.Slice((done + i) * _imageBytes, _imageBytes), _shape, _planes.AsSpan(i * _imageBytes, _imageBytes), _rows.AsSpan(i * _shape[0], _shape[0]));
            }

            _session.Run(_runOptions, _inputNames, _inputValues, OutputNames, [_outputValue]);
            _output.AsSpan(0, n * _classes).CopyTo(probabilities[(done * _classes)..]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (OrtValue value in _inputValues) value.Dispose();
        _outputValue.Dispose();
        _session.Dispose();
        _runOptions.Dispose();
    }
}
