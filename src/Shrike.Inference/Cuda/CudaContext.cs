using Shrike.Core;
using Shrike.Inference.Cuda.Kernels;
using Shrike.Inference.Cuda.Native;

namespace Shrike.Inference.Cuda;

/// <summary>The primary context of one GPU with the compiled kernels: allocates, launches, times.</summary>
internal sealed unsafe class CudaContext : IDisposable
{
    private const uint NonBlocking = 1;
    private const uint BlockingSync = 1;
    private const int SharedBytesAttribute = 8;

    private readonly int _device;
    private readonly nint _context;
    private readonly CudaHandle _module;
    private readonly Dictionary<string, nint> _functions = [];

    /// <exception cref="ShrikeException">The GPU cannot be used (exit 6).</exception>
    public CudaContext(CudaDevice device, bool bfloat)
    {
        Device = device;
        Check(CudaDriver.cuDeviceGet(out _device, device.Index));
        Check(CudaDriver.cuDevicePrimaryCtxRetain(out _context, _device));
        Use();
        byte[] code = KernelLibrary.Compile(device.Capability, bfloat);
        nint module;
        fixed (byte* image = code) Check(CudaDriver.cuModuleLoadData(out module, image));
        _module = new CudaHandle(_context, module, CudaDriver.cuModuleUnload);
    }

    /// <summary>The GPU.</summary>
    public CudaDevice Device { get; }

    /// <summary>Makes the context that of the calling thread.</summary>
    public void Use() => Check(CudaDriver.cuCtxSetCurrent(_context));

    /// <summary>Throws for a status that is not zero, naming call and GPU.</summary>
    public void Check(int status, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(status))] string call = "") => CudaStatus.Check(status, $"cuda:{Device.Index}", call);

    /// <summary>Free bytes of the GPU.</summary>
    public long FreeBytes()
    {
        Check(CudaDriver.cuMemGetInfo_v2(out nuint free, out _));
        return (long)free;
    }

    /// <summary>Memory of the GPU.</summary>
    public CudaHandle Allocate(long bytes)
    {
        Check(CudaDriver.cuMemAlloc_v2(out ulong pointer, (nuint)Math.Max(bytes, 256)));
        return new CudaHandle(_context, (nint)pointer, p => CudaDriver.cuMemFree_v2((ulong)p));
    }

    /// <summary>Memory of the GPU holding values.</summary>
    public CudaHandle Upload<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        CudaHandle memory = Allocate((long)values.Length * sizeof(T));
        fixed (T* from = values) Check(CudaDriver.cuMemcpyHtoD_v2(memory.Address, from, (nuint)((long)values.Length * sizeof(T))));
        return memory;
    }

    /// <summary>Pinned memory of the host.</summary>
    public CudaHandle AllocateHost(long bytes)
    {
        Check(CudaDriver.cuMemHostAlloc(out nint pointer, (nuint)bytes, 0));
        return new CudaHandle(_context, pointer, CudaDriver.cuMemFreeHost);
    }

    /// <summary>A stream.</summary>
    public CudaHandle Stream()
    {
        Check(CudaDriver.cuStreamCreate(out nint stream, NonBlocking));
        return new CudaHandle(_context, stream, CudaDriver.cuStreamDestroy_v2);
    }

    /// <summary>An event that keeps the time; a thread that waits for it sleeps.</summary>
    public CudaHandle Event()
    {
        Check(CudaDriver.cuEventCreate(out nint signal, BlockingSync));
        return new CudaHandle(_context, signal, CudaDriver.cuEventDestroy_v2);
    }

    /// <summary>What <paramref name="launches"/> puts on the stream, as a graph.</summary>
    public CudaHandle Capture(CudaHandle stream, Action launches)
    {
        Check(CudaDriver.cuStreamBeginCapture_v2(stream.Value, 2));
        try
        {
            launches();
        }
        catch
        {
            // What failed matters, not that the capture is now invalid.
            if (CudaDriver.cuStreamEndCapture(stream.Value, out nint broken) == 0 && broken != 0) _ = CudaDriver.cuGraphDestroy(broken);
            throw;
        }

        Check(CudaDriver.cuStreamEndCapture(stream.Value, out nint graph));
        if (graph == 0) throw CudaStatus.Failure(999, $"cuda:{Device.Index}", "cuStreamEndCapture()");
        try
        {
            Check(CudaDriver.cuGraphInstantiateWithFlags(out nint executable, graph, 0));
            return new CudaHandle(_context, executable, CudaDriver.cuGraphExecDestroy);
        }
        finally
        {
            _ = CudaDriver.cuGraphDestroy(graph);
        }
    }

    /// <summary>Launches a kernel; <paramref name="parameters"/> point to its arguments.</summary>
    public void Launch(string kernel, uint gridX, uint gridY, uint block, int sharedBytes, CudaHandle stream, void** parameters)
    {
        if (gridX == 0) return;
        nint function = Function(kernel, sharedBytes);
        CudaStatus.Check(CudaDriver.cuLaunchKernel(function, gridX, gridY, 1, block, 1, 1, (uint)sharedBytes, stream.Value, parameters, null), $"cuda:{Device.Index}: kernel {kernel}", "cuLaunchKernel()");
    }

    /// <summary>Waits for a stream.</summary>
    public void Synchronise(CudaHandle stream) => Check(CudaDriver.cuStreamSynchronize(stream.Value));

    /// <inheritdoc/>
    public void Dispose()
    {
        _module.Dispose();
        _ = CudaDriver.cuDevicePrimaryCtxRelease_v2(_device);
    }

    private nint Function(string kernel, int sharedBytes)
    {
        if (_functions.TryGetValue(kernel, out nint known)) return known;
        CudaStatus.Check(CudaDriver.cuModuleGetFunction(out nint function, _module.Value, kernel), $"cuda:{Device.Index}: kernel {kernel}", "cuModuleGetFunction()");
        if (sharedBytes > 48 * 1024) Check(CudaDriver.cuFuncSetAttribute(function, SharedBytesAttribute, sharedBytes));
        return _functions[kernel] = function;
    }
}
