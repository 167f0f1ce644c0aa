using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Shrike.Core;
using Shrike.Formats.Safetensors;
using Shrike.Inference.Networks;

namespace Shrike.Inference.Cpu;

/// <summary>ONNX Runtime on the CPU: one session with a fixed number of threads, fixed batch, buffers bound once.</summary>
public sealed class OnnxBackend : INetworkBackend
{
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly byte[] _input;
    private readonly float[] _output;
    private readonly OrtValue _inputValue;
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
        int[] shape = network.InputShape;
        _imageBytes = shape[0] * shape[1] * shape[2];
        _classes = network.Shapes()[network.Layers[^1].Name][0];
        _input = new byte[batchSize * _imageBytes];
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

        _inputValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _input.AsMemory(), [batchSize, shape[0], shape[1], shape[2]]);
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
            images.Slice(done * _imageBytes, n * _imageBytes).CopyTo(_input);
            _input.AsSpan(n * _imageBytes).Clear();
            _session.Run(_runOptions, ["images"], [_inputValue], ["probabilities_out"], [_outputValue]);
            _output.AsSpan(0, n * _classes).CopyTo(probabilities[(done * _classes)..]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _inputValue.Dispose();
        _outputValue.Dispose();
        _session.Dispose();
        _runOptions.Dispose();
    }
}
