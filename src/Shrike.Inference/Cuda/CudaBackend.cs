using Shrike.Core;
using Shrike.Formats.Safetensors;
using Shrike.Inference.Cuda.Kernels;
using Shrike.Inference.Cuda.Native;
using Shrike.Inference.Cuda.Painting;
using Shrike.Inference.Cuda.Planning;
using Shrike.Inference.Networks;

namespace Shrike.Inference.Cuda;

/// <summary>
/// One GPU. Two slots of pinned memory take turns: while the network runs on one, the images of the other travel, painted
/// or as rows that the GPU paints. Full batches replay a captured graph. An image's probabilities do not depend on the
/// batch it was in.
/// </summary>
public sealed class CudaBackend : INetworkBackend, IBatchDevice
{
    /// <summary>Images at once unless told otherwise.</summary>
    public const int DefaultBatchSize = 512;

    private const int SlotCount = 2;
    private const uint PaintThreads = 256;

    private readonly CudaContext _gpu;
    private readonly PlanLauncher _launcher;
    private readonly Slot[] _slots;
    private readonly CudaHandle _copies;
    private readonly CudaHandle _kernels;
    private readonly int _imageBytes;
    private readonly int _classes;

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

            // The weights' last bytes may still be on their way; streams of ours do not wait for the default one.
            _gpu.Check(CudaDriver.cuStreamSynchronize(0));
            _copies = _gpu.Stream();
            _kernels = _gpu.Stream();
            _slots = [.. Enumerable.Range(0, SlotCount).Select(_ => new Slot(_gpu, (long)batchSize * _imageBytes, (long)batchSize * _classes * sizeof(float)))];
            _launcher.Launch(_slots[0].Images.Address, batchSize, _slots[0].Probabilities.Address, _kernels);
            _launcher.Tune(_kernels, CudaDevices.Inventory.DriverVersion, bfloat);
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
    public IReadOnlyList<KernelChoice> Tuning => _launcher.Tuning;

    /// <summary>Milliseconds from first to last kernel of finished batches, by the GPU's own clock; gaps between the launches of a batch that is not full count as well.</summary>
    public double BusyMilliseconds { get; private set; }

    /// <summary>Images of finished batches.</summary>
    public long Computed { get; private set; }

    /// <inheritdoc/>
    public int Slots => SlotCount;

    /// <summary>The GPU.</summary>
    public CudaDevice Device => _gpu.Device;

    /// <inheritdoc/>
    /// <remarks>Not while a queue feeds the same object.</remarks>
    public unsafe void Run(ReadOnlySpan<byte> images, int count, Span<float> probabilities)
    {
        fixed (byte* from = images) RunRequest(new ImageRequest((nint)from, count, 0), probabilities);
    }

    /// <summary>Probabilities of images that the GPU paints; not while a queue feeds the same object.</summary>
    public void Run(CompactImages images, Span<float> probabilities) => RunRequest(new ImageRequest(images, 0), probabilities);

    /// <summary>Paints images on the GPU and brings them back.</summary>
    public unsafe void Paint(CompactImages images, Span<byte> painted)
    {
        var request = new ImageRequest(images, 0);
        for (int done = 0; done < images.Count; done += BatchSize)
        {
            int n = Math.Min(BatchSize, images.Count - done);
            Slot slot = _slots[0];
            Send(slot, [new ImagePart(request, done, n)]);
            _gpu.Check(CudaDriver.cuMemcpyDtoHAsync_v2(slot.HostImages.Value, slot.Images.Address, (nuint)((long)n * _imageBytes), _copies.Value));
            _gpu.Synchronise(_copies);
            new ReadOnlySpan<byte>((void*)slot.HostImages.Value, n * _imageBytes).CopyTo(painted[(done * _imageBytes)..]);
        }
    }

    /// <inheritdoc/>
    public void Begin(int slot, IReadOnlyList<ImagePart> parts)
    {
        Slot to = _slots[slot];
        int n = Send(to, parts);
        _gpu.Check(CudaDriver.cuEventRecord(to.Uploaded.Value, _copies.Value));
        _gpu.Check(CudaDriver.cuStreamWaitEvent(_kernels.Value, to.Uploaded.Value, 0));
        _gpu.Check(CudaDriver.cuEventRecord(to.Begun.Value, _kernels.Value));
        if (n == BatchSize) _gpu.Check(CudaDriver.cuGraphLaunch(to.Graph!.Value, _kernels.Value));
        else _launcher.Launch(to.Images.Address, n, to.Probabilities.Address, _kernels);
        _gpu.Check(CudaDriver.cuEventRecord(to.Computed.Value, _kernels.Value));
        _gpu.Check(CudaDriver.cuMemcpyDtoHAsync_v2(to.HostProbabilities.Value, to.Probabilities.Address, (nuint)(n * _classes * sizeof(float)), _kernels.Value));
        _gpu.Check(CudaDriver.cuEventRecord(to.Finished.Value, _kernels.Value));
        to.Count = n;
    }

    /// <inheritdoc/>
    public unsafe void End(int slot, Span<float> probabilities)
    {
        Slot from = _slots[slot];
        _gpu.Use();
        _gpu.Check(CudaDriver.cuEventSynchronize(from.Finished.Value));
        _gpu.Check(CudaDriver.cuEventElapsedTime(out float busy, from.Begun.Value, from.Computed.Value));
        BusyMilliseconds += busy;
        Computed += from.Count;
        new ReadOnlySpan<float>((void*)from.HostProbabilities.Value, from.Count * _classes).CopyTo(probabilities);
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

    private void RunRequest(ImageRequest request, Span<float> probabilities)
    {
        var ends = new Queue<(int Slot, int First, int Count)>();
        for (int done = 0, slot = 0; done < request.Count || ends.Count > 0; slot ^= 1)
        {
            if (done == request.Count || ends.Count == SlotCount)
            {
                (int ended, int first, int count) = ends.Dequeue();
                End(ended, probabilities.Slice(first * _classes, count * _classes));
                slot = ended ^ 1;
                continue;
            }

            int n = Math.Min(BatchSize, request.Count - done);
            Begin(slot, [new ImagePart(request, done, n)]);
            ends.Enqueue((slot, done, n));
            done += n;
        }
    }

    /// <summary>Puts the parts' images into the slot's memory on the GPU; returns their number.</summary>
    private unsafe int Send(Slot slot, IReadOnlyList<ImagePart> parts)
    {
        _gpu.Use();
        int count = 0;
        long compactBytes = 0;
        foreach (ImagePart part in parts)
        {
            if (part.Request.Compact is { } compact && compact.Height * compact.Width * compact.Layout.Channels != _imageBytes) throw new ArgumentException($"images of {compact.Height} x {compact.Width} x {compact.Layout.Channels} do not fit the network", nameof(parts));
            if (part.Request.Compact is not null) compactBytes = CompactBuffer.From(part, compactBytes).End;
            else new ReadOnlySpan<byte>((byte*)part.Request.Images + ((long)part.First * _imageBytes), part.Count * _imageBytes).CopyTo(new Span<byte>((byte*)slot.HostImages.Value + ((long)count * _imageBytes), part.Count * _imageBytes));
            count += part.Count;
        }

        slot.ReserveCompact(compactBytes);
        long at = 0;
        foreach (ImagePart part in parts)
        {
            if (part.Request.Compact is null) continue;
            CompactBuffer layout = CompactBuffer.From(part, at);
            layout.Fill(slot.HostCompact!.Value);
            at = layout.End;
        }

        if (compactBytes > 0) _gpu.Check(CudaDriver.cuMemcpyHtoDAsync_v2(slot.Compact!.Address, slot.HostCompact!.Value, (nuint)compactBytes, _copies.Value));
        PaintArguments arguments;
        void** pointers = stackalloc void*[] { &arguments };
        count = 0;
        at = 0;
        foreach (ImagePart part in parts)
        {
            ulong to = slot.Images.Address + (ulong)((long)count * _imageBytes);
            if (part.Request.Compact is { } compact)
            {
                CompactBuffer layout = CompactBuffer.From(part, at);
                arguments = layout.Arguments(slot.Compact!.Address, to);
                _gpu.Launch("paint", (uint)(part.Count * compact.Height), 1, PaintThreads, 0, _copies, pointers);
                at = layout.End;
            }
            else
            {
                _gpu.Check(CudaDriver.cuMemcpyHtoDAsync_v2(to, slot.HostImages.Value + (nint)((long)count * _imageBytes), (nuint)((long)part.Count * _imageBytes), _copies.Value));
            }

            count += part.Count;
        }

        return count;
    }

    private sealed class Slot(CudaContext gpu, long imageBytes, long probabilityBytes) : IDisposable
    {
        private long _compactBytes;

        public CudaHandle HostImages { get; } = gpu.AllocateHost(imageBytes);

        public CudaHandle Images { get; } = gpu.Allocate(imageBytes);

        public CudaHandle HostProbabilities { get; } = gpu.AllocateHost(probabilityBytes);

        public CudaHandle Probabilities { get; } = gpu.Allocate(probabilityBytes);

        public CudaHandle Uploaded { get; } = gpu.Event();

        public CudaHandle Begun { get; } = gpu.Event();

        public CudaHandle Computed { get; } = gpu.Event();

        public CudaHandle Finished { get; } = gpu.Event();

        public CudaHandle? Graph { get; set; }

        public CudaHandle? HostCompact { get; private set; }

        public CudaHandle? Compact { get; private set; }

        public int Count { get; set; }

        /// <summary>Room for compact images; only while nothing of the slot is under way.</summary>
        public void ReserveCompact(long bytes)
        {
            if (bytes <= _compactBytes) return;
            HostCompact?.Dispose();
            Compact?.Dispose();
            (HostCompact, Compact, _compactBytes) = (null, null, 0);
            long room = bytes * 5 / 4;
            HostCompact = gpu.AllocateHost(room);
            Compact = gpu.Allocate(room);
            _compactBytes = room;
        }

        public void Dispose()
        {
            foreach (CudaHandle? handle in new[] { Graph, HostCompact, Compact, HostImages, Images, HostProbabilities, Probabilities, Uploaded, Begun, Computed, Finished }) handle?.Dispose();
        }
    }
}
