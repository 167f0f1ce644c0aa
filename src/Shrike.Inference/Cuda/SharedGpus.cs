using System.Diagnostics;
using System.Globalization;
using Shrike.Core;
using Shrike.Inference.Cpu;
using Shrike.Inference.Models;

namespace Shrike.Inference.Cuda;

/// <summary>The GPUs of a run behind one queue, each checked against the CPU before it is trusted.</summary>
public sealed class SharedGpus : IDisposable
{
    /// <summary>Most a probability in FP16 may differ from FP32's.</summary>
    public const float Bound = 2e-3f;

    private const int CheckedImages = 5;

    private readonly List<CudaBackend> _all = [];
    private readonly List<GpuMonitor?> _monitors = [];
    private readonly (double Milliseconds, long Images)[] _before;
    private readonly long _begin;
    private readonly BatchingQueue _queue;

    /// <param name="devices">GPUs.</param>
    /// <param name="model">The model.</param>
    /// <param name="batchSize">Images at once on each.</param>
    /// <exception cref="ShrikeException">A GPU cannot be used, or computes something else than the CPU (exit 6).</exception>
    public SharedGpus(IEnumerable<CudaDevice> devices, ModelPackage model, int batchSize = CudaBackend.DefaultBatchSize)
    {
        try
        {
            foreach (CudaDevice device in devices)
            {
                _all.Add(new CudaBackend(device, model.Description.Network, model.Weights, batchSize));
                float worst = Difference(_all[^1], model);
                if (!(worst <= Bound)) throw new ShrikeException(ExitCode.DeviceUnavailable, $"{device}: its probabilities of the test images differ from the CPU's by {worst:G3} (bound {Bound:G3}): it is not used; use --device cpu, and please report this with the output of shrike doctor");
            }
        }
        catch
        {
            foreach (CudaBackend backend in _all) backend.Dispose();
            throw;
        }

        _queue = new BatchingQueue(_all, model.Description.Classes);
        BatchSize = _all[0].BatchSize;
        _before = [.. _all.Select(g => (g.BusyMilliseconds, g.Computed))];
        foreach (CudaBackend gpu in _all) _monitors.Add(GpuMonitor.Watch(gpu.Device));
        _begin = Stopwatch.GetTimestamp();
    }

    /// <summary>Images a GPU computes at once.</summary>
    public int BatchSize { get; }

    /// <summary>A backend for one thread; disposing it leaves the GPUs as they are.</summary>
    public IPaintingBackend ForThread() => new Client(this);

    /// <summary>One line for each GPU: images, how long its kernels ran by its own clock, and what the driver says.</summary>
    public IEnumerable<string> Report()
    {
        double seconds = Stopwatch.GetElapsedTime(_begin).TotalSeconds;
        return _all.Select((gpu, i) => Line(gpu.Device.Index, gpu.Computed - _before[i].Images, (gpu.BusyMilliseconds - _before[i].Milliseconds) / 1000, seconds, _monitors[i]?.Summary));
    }

    /// <summary>Share of the time so far in which kernels ran, mean of the GPUs.</summary>
    public double BusyShare => _all.Select((gpu, i) => (gpu.BusyMilliseconds - _before[i].Milliseconds) / 1000).Average() / Math.Max(Stopwatch.GetElapsedTime(_begin).TotalSeconds, 1e-9);

    /// <summary>The report of a GPU.</summary>
    internal static string Line(int index, long images, double busy, double seconds, GpuSample? sample) =>
        string.Create(CultureInfo.InvariantCulture, $"cuda:{index}: {images} images, kernels busy {100 * busy / Math.Max(seconds, 1e-9):F0} % of {seconds:F1} s; {GpuMonitor.Words(sample)}");

    /// <summary>Largest difference of a probability between a backend and FP32 on the CPU, for a few made-up images.</summary>
    public static float Difference(INetworkBackend backend, ModelPackage model)
    {
        int[] shape = model.Description.Shape;
        int rowBytes = shape[1] * shape[2], imageBytes = shape[0] * rowBytes, classes = model.Description.Classes;
        var images = new byte[CheckedImages * imageBytes];
        var random = new Random(7);

        // As pileups are: more or fewer rows from the top, nothing below.
        for (int i = 0; i < CheckedImages; i++) random.NextBytes(images.AsSpan(i * imageBytes, rowBytes * Math.Max(1, shape[0] * (i + 1) / CheckedImages)));
        float[] expected = new float[CheckedImages * classes], actual = new float[CheckedImages * classes];
        using (var cpu = new OnnxBackend(model.Description.Network, model.Weights, CheckedImages)) cpu.Run(images, CheckedImages, expected);
        Array.Fill(actual, float.NaN);
        backend.Run(images, CheckedImages, actual);
        float worst = 0;
        for (int i = 0; i < actual.Length; i++) worst = Math.Max(worst, float.IsFinite(actual[i]) ? Math.Abs(actual[i] - expected[i]) : float.PositiveInfinity);
        return worst;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (GpuMonitor? monitor in _monitors) monitor?.Dispose();
        _queue.Dispose();
        foreach (CudaBackend backend in _all) backend.Dispose();
    }

    private sealed class Client(SharedGpus gpus) : IPaintingBackend
    {
        public int BatchSize => gpus.BatchSize;

        public void Run(ReadOnlySpan<byte> images, int count, Span<float> probabilities) => gpus._queue.Run(images, count, probabilities);

        public void Run(CompactImages images, Span<float> probabilities) => gpus._queue.Run(images, probabilities);

        public void Dispose()
        {
        }
    }
}
