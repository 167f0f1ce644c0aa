using System.Runtime.Intrinsics.X86;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Shrike.Core;
using Shrike.Formats.Safetensors;
using Shrike.Inference.Networks;
using Shrike.Inference.Quantization;

namespace Shrike.Inference.Cpu;

/// <summary>ONNX Runtime on the CPU: one session with a fixed number of threads, fixed batch, buffers bound once.</summary>
public sealed class OnnxBackend : INetworkBackend
{
    private const int ExtendedFeatures = 7;
    private const int Avx512Vnni = 1 << 11;
    private const int AvxVnni = 1 << 4;

    private readonly string[] _outputNames;
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly int[] _shape;
    private readonly byte[] _bytes = [];
    private readonly float[] _planes = [];
    private readonly float[] _rows;
    private readonly float[] _output;
    private readonly float[][] _layers;
    private readonly string[] _inputNames;
    private readonly OrtValue[] _inputValues;
    private readonly OrtValue[] _outputValues;
    private readonly int _imageBytes;
    private readonly int _classes;

    /// <summary>Version of the runtime that computes.</summary>
    /// <exception cref="ShrikeException">It cannot be loaded (exit 2).</exception>
    public static string RuntimeVersion()
    {
        try
        {
            OnnxPrivacy.Keep();
            return OrtEnv.Instance().GetVersionString();
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException)
        {
            throw NotLoaded(e);
        }
    }

    /// <param name="network">The network.</param>
    /// <param name="weights">Its weights, complete.</param>
    /// <param name="batchSize">Images at once.</param>
    /// <param name="threads">Threads of this session, the caller's included.</param>
    /// <param name="quantization">8-bit arithmetic; null for float32.</param>
    /// <param name="layers">Layers whose outputs are kept too, see <see cref="Layer"/>.</param>
    /// <exception cref="ShrikeException">The runtime cannot be loaded.</exception>
    public OnnxBackend(Network network, IReadOnlyDictionary<string, Tensor> weights, int batchSize = 16, int threads = 1, QuantizationParameters? quantization = null, IReadOnlyList<string>? layers = null)
    {
        BatchSize = batchSize;
        layers ??= [];
        IReadOnlyDictionary<string, int[]> shapes = network.Shapes();
        _shape = network.InputShape;
        _imageBytes = _shape[0] * _shape[1] * _shape[2];
        _classes = shapes[network.Layers[^1].Name][0];
        _rows = new float[batchSize * _shape[0]];
        _output = new float[batchSize * _classes];
        _layers = [.. layers.Select(l => new float[batchSize * Tensor.Size(shapes[l])])];
        _outputNames = [OnnxLowering.Probabilities, .. layers.Select(OnnxLowering.NameOf)];
        try
        {
            OnnxPrivacy.Keep();
            using var options = new SessionOptions
            {
                IntraOpNumThreads = threads,
                InterOpNumThreads = 1,
                ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
                GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            };
            options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");

            // Without dot products of bytes pairs would be added in 16 bits, which overflow; this asks for the same sums as everywhere.
            // With them it would cost a factor of 2.6 for nothing.
            if (!HasByteDotProducts) options.AddSessionConfigEntry("session.x64quantprecision", "1");
            _session = new InferenceSession(OnnxLowering.Lower(network, weights, batchSize, quantization, layers).ToByteArray(), options);
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException)
        {
            throw NotLoaded(e);
        }

        OrtValue images;
        if (quantization is null)
        {
            _planes = new float[batchSize * _imageBytes];
            images = Bind(_planes, batchSize, _shape[2], _shape[0], _shape[1]);
        }
        else
        {
            _bytes = new byte[batchSize * _imageBytes];
            images = Bind(_bytes, batchSize, _shape[0], _shape[1], _shape[2]);
        }

        string name = quantization is null ? OnnxLowering.Planes : OnnxLowering.Images;
        bool rows = OnnxLowering.ReadsRows(network);
        _inputNames = rows ? [name, OnnxLowering.Rows] : [name];
        _inputValues = rows ? [images, Bind(_rows, batchSize, 1, _shape[0], 1)] : [images];
        _outputValues = [Bind(_output, batchSize, _classes), .. layers.Select((l, i) => Bind(_layers[i], [batchSize, .. shapes[l]]))];
    }

    private static ShrikeException NotLoaded(Exception e) => new(ExitCode.Usage, $"ONNX Runtime cannot be loaded: {e.GetBaseException().Message}", e);

    /// <inheritdoc/>
    public int BatchSize { get; }

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> images, int count, Span<float> probabilities)
    {
        for (int done = 0; done < count; done += BatchSize)
        {
            int n = Math.Min(BatchSize, count - done);
            ReadOnlySpan<byte> batch = images.Slice(done * _imageBytes, n * _imageBytes);
            if (_bytes.Length > 0) batch.CopyTo(_bytes);
            for (int i = 0; i < n; i++)
            {
                ReadOnlySpan<byte> image = batch.Slice(i * _imageBytes, _imageBytes);
                Span<float> rows = _rows.AsSpan(i * _shape[0], _shape[0]);
                if (_bytes.Length > 0) ImagePlanes.FindRows(image, rows);
                else ImagePlanes.Convert(image, _shape, _planes.AsSpan(i * _imageBytes, _imageBytes), rows);
            }

            _session.Run(_runOptions, _inputNames, _inputValues, _outputNames, _outputValues);
            _output.AsSpan(0, n * _classes).CopyTo(probabilities[(done * _classes)..]);
        }
    }

    /// <summary>Outputs of a kept layer for the batch that ran last, [batch, channels, rows, columns].</summary>
    /// <param name="index">Its place among the kept layers.</param>
    public ReadOnlySpan<float> Layer(int index) => _layers[index];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (OrtValue value in _inputValues) value.Dispose();
        foreach (OrtValue value in _outputValues) value.Dispose();
        _session.Dispose();
        _runOptions.Dispose();
    }

    /// <summary>AVX512-VNNI or AVX-VNNI, which add products of bytes in 32 bits.</summary>
    private static bool HasByteDotProducts
    {
        get
        {
            if (!X86Base.IsSupported || X86Base.CpuId(0, 0).Eax < ExtendedFeatures) return false;
            return (X86Base.CpuId(ExtendedFeatures, 0).Ecx & Avx512Vnni) != 0 || (X86Base.CpuId(ExtendedFeatures, 1).Eax & AvxVnni) != 0;
        }
    }

    private static OrtValue Bind<T>(T[] values, params int[] shape)
        where T : unmanaged => OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, values.AsMemory(), Array.ConvertAll(shape, d => (long)d));
}
