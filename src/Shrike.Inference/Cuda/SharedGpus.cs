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

        int[] shape = model.Description.Shape;
        _queue = new BatchingQueue(_all, shape[0] * shape[1] * shape[2], model.Description.Classes);
        BatchSize = _all[0].BatchSize;
    }

    /// <summary>Images a GPU computes at once.</summary>
    public int BatchSize { get; }

    /// <summary>A backend for one thread; disposing it leaves the GPUs as they are.</summary>
    public INetworkBackend ForThread() => new Client(this);

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
        _queue.Dispose();
        foreach (CudaBackend backend in _all) backend.Dispose();
    }

    private sealed class Client(SharedGpus gpus) : INetworkBackend
    {
        public int BatchSize => gpus.BatchSize;

        public void Run(ReadOnlySpan<byte> images, int count, Span<float> probabilities) => gpus._queue.Run(images, count, probabilities);

        public void Dispose()
        {
        }
    }
}
