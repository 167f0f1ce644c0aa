using Shrike.Core;
using Shrike.Formats.Safetensors;
using Shrike.Inference.Cuda.Native;
using Shrike.Inference.Cuda.Planning;
using Shrike.Inference.Networks;

namespace Shrike.Inference.Cuda;

/// <summary>
/// One GPU. Two slots of pinned memory take turns: while the network runs on one, the images of the other travel. Full
/// batches replay a captured graph. An image's probabilities do not depend on the batch it was in.
/// </summary>
public sealed class CudaBackend : INetworkBackend
{
    /// <summary>Images at once unless told otherwise.</summary>
    public const int DefaultBatchSize = 512;

    private const int SlotCount = 2;

    private readonly CudaContext _gpu;
    private readonly PlanLauncher _launcher;
    private readonly Slot[] _slots;
    private readonly CudaHandle _copies;
    private readonly CudaHandle _kernels;
    private readonly int _imageBytes;
    private readonly int _classes;
    private readonly object _gate = new();

    /// <param name="device">The GPU.</param>
    /// <param name="network">The network.</param>
    /// <param name="weights">Its weights, complete.</param>
    /// <param name="batchSize">Images at once.</param>
    /// <param name="bfloat">BF16 instead of FP16.</param>
    /// <exception cref="ShrikeException">The GPU cannot be used, or cannot hold the batch (exit 6).</exception>
    public CudaBackend(CudaDevice device, Network network, IReadOnlyDictionary<string, Tensor> weights, int batchSize = DefaultBatchSize, bool bfloat = false)
    {
        DevicePlan plan = PlanCompiler.Compile(network, weights);
        int[] shape = network.InputShape;
        _imageBytes = shape[0] * shape[1] * shape[2];
        _classes = plan.Output.Lanes;
        int most = plan.Buffers.Max(b => b.Elements);
        if ((long)most * batchSize > int.MaxValue) batchSize = int.MaxValue / most;
        BatchSize = batchSize;
        _gpu = new CudaContext(device, bfloat);
        try
        {
            long needed = (plan.ArenaBytes + (SlotCount * (long)_imageBytes)) * batchSize;
            if (needed > _gpu.FreeBytes()) throw new ShrikeException(ExitCode.DeviceUnavailable, $"{device}: {batchSize} images at once need {needed >> 20} MiB, but {_gpu.FreeBytes() >> 20} MiB are free: free the GPU's memory or choose another GPU");
            _launcher = new PlanLauncher(_gpu, plan, batchSize, bfloat);
            _copies = _gpu.Stream();
            _kernels = _gpu.Stream();
            _slots = [.. Enumerable.Range(0, SlotCount).Select(_ => new Slot(_gpu, (long)batchSize * _imageBytes, (long)batchSize * _classes * sizeof(float)))];
            _launcher.Launch(_slots[0].Images.Address, batchSize, _slots[0].Probabilities.Address, _kernels);
            _launcher.Tune(_kernels);
            foreach (Slot slot in _slots) slot.Graph = _gpu.Capture(_kernels, () => _launcher.Launch(slot.Images.Address, batchSize, slot.Probabilities.Address, _kernels));
            _gpu.Synchronise(_kernels);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public int BatchSize { get; }

    /// <summary>The kernel of each convolution and its milliseconds for a full batch.</summary>
    public IReadOnlyList<(string Layers, string Kernel, float Milliseconds)> Tuning => _launcher.Tuning;

    /// <summary>Milliseconds in which kernels of finished batches ran, by the GPU's own clock.</summary>
    public double BusyMilliseconds { get; private set; }

    /// <inheritdoc/>
    /// <remarks>May be called from any thread; one call runs at a time.</remarks>
    public unsafe void Run(ReadOnlySpan<byte> images, int count, Span<float> probabilities)
    {
        lock (_gate)
        {
            _gpu.Use();
            int slotIndex = 0;
            for (int done = 0; done < count; done += BatchSize, slotIndex ^= 1)
            {
                Slot slot = _slots[slotIndex];
                Collect(slot, probabilities);
                int n = Math.Min(BatchSize, count - done);
                ReadOnlySpan<byte> part = images.Slice(done * _imageBytes, n * _imageBytes);
                part.CopyTo(new Span<byte>((void*)slot.HostImages.Value, part.Length));
                _gpu.Check(CudaDriver.cuMemcpyHtoDAsync_v2(slot.Images.Address, slot.HostImages.Value, (nuint)part.Length, _copies.Value));
                _gpu.Check(CudaDriver.cuEventRecord(slot.Uploaded.Value, _copies.Value));
                _gpu.Check(CudaDriver.cuStreamWaitEvent(_kernels.Value, slot.Uploaded.Value, 0));
                _gpu.Check(CudaDriver.cuEventRecord(slot.Begun.Value, _kernels.Value));
                if (n == BatchSize) _gpu.Check(CudaDriver.cuGraphLaunch(slot.Graph!.Value, _kernels.Value));
                else _launcher.Launch(slot.Images.Address, n, slot.Probabilities.Address, _kernels);
                _gpu.Check(CudaDriver.cuEventRecord(slot.Computed.Value, _kernels.Value));
                _gpu.Check(CudaDriver.cuMemcpyDtoHAsync_v2(slot.HostProbabilities.Value, slot.Probabilities.Address, (nuint)(n * _classes * sizeof(float)), _kernels.Value));
                _gpu.Check(CudaDriver.cuEventRecord(slot.Finished.Value, _kernels.Value));
                (slot.First, slot.Count) = (done, n);
            }

            foreach (Slot slot in _slots) Collect(slot, probabilities);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _gpu.Use();
            if (_kernels is not null) _gpu.Synchronise(_kernels);
        }
        catch (ShrikeException)
        {
            // A context that has failed cannot be waited for; what follows gives back what it can.
        }

        foreach (Slot slot in _slots ?? []) slot.Dispose();
        _launcher?.Dispose();
        _copies?.Dispose();
        _kernels?.Dispose();
        _gpu.Dispose();
    }

    private unsafe void Collect(Slot slot, Span<float> probabilities)
    {
        if (slot.Count == 0) return;
        _gpu.Check(CudaDriver.cuEventSynchronize(slot.Finished.Value));
        _gpu.Check(CudaDriver.cuEventElapsedTime(out float busy, slot.Begun.Value, slot.Computed.Value));
        BusyMilliseconds += busy;
        new ReadOnlySpan<float>((void*)slot.HostProbabilities.Value, slot.Count * _classes).CopyTo(probabilities[(slot.First * _classes)..]);
        slot.Count = 0;
    }

    private sealed class Slot(CudaContext gpu, long imageBytes, long probabilityBytes) : IDisposable
    {
        public CudaHandle HostImages { get; } = gpu.AllocateHost(imageBytes);

        public CudaHandle Images { get; } = gpu.Allocate(imageBytes);

        public CudaHandle HostProbabilities { get; } = gpu.AllocateHost(probabilityBytes);

        public CudaHandle Probabilities { get; } = gpu.Allocate(probabilityBytes);

        public CudaHandle Uploaded { get; } = gpu.Event();

        public CudaHandle Begun { get; } = gpu.Event();

        public CudaHandle Computed { get; } = gpu.Event();

        public CudaHandle Finished { get; } = gpu.Event();

        public CudaHandle? Graph { get; set; }

        public int First { get; set; }

        public int Count { get; set; }

        public void Dispose()
        {
            foreach (CudaHandle? handle in new[] { Graph, HostImages, Images, HostProbabilities, Probabilities, Uploaded, Begun, Computed, Finished }) handle?.Dispose();
        }
    }
}
