using System.Globalization;
using System.Text;
using Shrike.Core;
using Shrike.Inference.Cuda.Kernels;
using Shrike.Inference.Cuda.Native;

namespace Shrike.Inference.Cuda;

/// <summary>A GPU.</summary>
/// <param name="Index">Its number, as in cuda:N.</param>
/// <param name="Name">Name.</param>
/// <param name="Capability">Compute capability, e.g. 90.</param>
/// <param name="MemoryBytes">Memory.</param>
/// <param name="Multiprocessors">Multiprocessors.</param>
public sealed record CudaDevice(int Index, string Name, int Capability, long MemoryBytes, int Multiprocessors)
{
    /// <summary>Whether the kernels run on it: 16-bit matrix units with asynchronous copies, compute capability 8.0.</summary>
    public bool Usable => Capability >= 80;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"cuda:{Index} ({Name}, compute capability {Capability / 10}.{Capability % 10}, {MemoryBytes >> 30} GiB)");
}

/// <summary>What the machine offers.</summary>
/// <param name="Devices">GPUs, usable or not.</param>
/// <param name="Problem">Why none can be used; null if one can.</param>
/// <param name="DriverVersion">CUDA version of the driver, e.g. 13000; 0 without one.</param>
/// <param name="DriverLibrary">File of the driver's library, if found.</param>
/// <param name="CompilerLibrary">File of the run-time compiler, if found.</param>
public sealed record CudaInventory(IReadOnlyList<CudaDevice> Devices, string? Problem, int DriverVersion, string? DriverLibrary, string? CompilerLibrary);

/// <summary>Finds GPUs; never throws where there are none.</summary>
public static class CudaDevices
{
    private const int OldestDriver = 12_000;
    private static readonly Lazy<CudaInventory> Found = new(Probe);

    /// <summary>What the machine offers; looked up once.</summary>
    public static CudaInventory Inventory => Found.Value;

    /// <summary>Compiles the kernels for a GPU, or finds them compiled; returns their bytes.</summary>
    /// <exception cref="ShrikeException">The compiler fails (exit 6).</exception>
    public static int CompileKernels(CudaDevice device) => KernelLibrary.Compile(device.Capability, bfloat: false).Length;

    private static unsafe CudaInventory Probe()
    {
        CudaLibraries.Install();
        string? driver = CudaLibraries.Locate(CudaLibraries.Driver);
        if (driver is null) return new([], "the NVIDIA driver's libcuda.so.1 was not found", 0, null, null);
        int status = CudaDriver.cuInit(0);
        if (status != 0) return new([], CudaStatus.Failure(status, "", "cuInit()").Message, 0, driver, null);
        CudaStatus.Check(CudaDriver.cuDriverGetVersion(out int version));
        var devices = new List<CudaDevice>();
        try
        {
            CudaStatus.Check(CudaDriver.cuDeviceGetCount(out int count));
            byte* name = stackalloc byte[256];
            for (int i = 0; i < count; i++)
            {
                CudaStatus.Check(CudaDriver.cuDeviceGet(out int device, i));
                CudaStatus.Check(CudaDriver.cuDeviceGetName(name, 255, device));
                CudaStatus.Check(CudaDriver.cuDeviceGetAttribute(out int major, 75, device));
                CudaStatus.Check(CudaDriver.cuDeviceGetAttribute(out int minor, 76, device));
                CudaStatus.Check(CudaDriver.cuDeviceGetAttribute(out int processors, 16, device));
                CudaStatus.Check(CudaDriver.cuDeviceTotalMem_v2(out nuint bytes, device));
                int length = new ReadOnlySpan<byte>(name, 256).IndexOf((byte)0);
                devices.Add(new(i, Encoding.UTF8.GetString(name, length), (major * 10) + minor, (long)bytes, processors));
            }
        }
        catch (ShrikeException e)
        {
            return new(devices, e.Message, version, driver, null);
        }

        CudaLibraries.DriverMajor = version / 1000;
        string? compiler = CudaLibraries.Locate(CudaLibraries.Compiler);
        int compilerMajor = 0;
        if (compiler is not null && Nvrtc.nvrtcVersion(out compilerMajor, out _) != 0) compilerMajor = 0;
        string? problem = devices.Count == 0 ? "the NVIDIA driver shows no GPU"
            : !devices.Any(d => d.Usable) ? $"{devices[0]} is too old: compute capability 8.0 is needed"
            : version < OldestDriver ? $"the NVIDIA driver supports CUDA {version / 1000}.{version % 1000 / 10}; 12.0 is needed"
            : compiler is null ? "NVIDIA's run-time compiler libnvrtc.so.13 or .12 was not found: install it or name its folder in SHRIKE_CUDA_LIBS"
            : compilerMajor > version / 1000 ? $"{compiler} is of CUDA {compilerMajor}, the driver of CUDA {version / 1000}: update the driver, or name the folder of libnvrtc.so.{version / 1000} in SHRIKE_CUDA_LIBS"
            : null;
        return new(devices, problem, version, driver, compiler);
    }
}
