using System.Runtime.InteropServices;

namespace Shrike.Inference.Cuda.Native;

/// <summary>Something of the driver that is given back once, in its own context.</summary>
internal sealed class CudaHandle : SafeHandle
{
    private readonly nint _context;
    private readonly Func<nint, int> _release;

    /// <param name="context">Context it belongs to.</param>
    /// <param name="value">The handle.</param>
    /// <param name="release">Gives it back.</param>
    public CudaHandle(nint context, nint value, Func<nint, int> release)
        : base(0, ownsHandle: true)
    {
        _context = context;
        _release = release;
        SetHandle(value);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>The handle; valid while this object lives.</summary>
    /// <exception cref="ObjectDisposedException">It has been given back.</exception>
    public nint Value => IsClosed ? throw new ObjectDisposedException(nameof(CudaHandle)) : handle;

    /// <summary>The handle as an address of the device.</summary>
    public ulong Address => (ulong)Value;

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => CudaDriver.cuCtxSetCurrent(_context) == 0 && _release(handle) == 0;
}
