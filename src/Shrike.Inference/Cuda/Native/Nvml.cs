using System.Runtime.InteropServices;

namespace Shrike.Inference.Cuda.Native;

/// <summary>NVIDIA's management library, as far as it is used.</summary>
internal static unsafe partial class Nvml
{
    private const string Library = CudaLibraries.Management;

    [LibraryImport(Library)] public static partial int nvmlInit_v2();

    [LibraryImport(Library)] public static partial int nvmlShutdown();

    [LibraryImport(Library)] public static partial int nvmlDeviceGetHandleByPciBusId_v2(byte* busId, out nint device);

    [LibraryImport(Library)] public static partial int nvmlDeviceGetUtilizationRates(nint device, out Utilization utilization);

    [LibraryImport(Library)] public static partial int nvmlDeviceGetMemoryInfo(nint device, out MemoryInfo memory);

    [LibraryImport(Library)] public static partial int nvmlDeviceGetPowerUsage(nint device, out uint milliwatts);

    /// <summary>Percent of the last sample period.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Utilization
    {
        public uint Gpu, Memory;
    }

    /// <summary>Bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MemoryInfo
    {
        public ulong Total, Free, Used;
    }
}
