using System.Runtime.InteropServices;

namespace Shrike.Inference.Cuda.Native;

/// <summary>The CUDA driver API, as far as it is used. Pointers of the device are numbers.</summary>
internal static unsafe partial class CudaDriver
{
    private const string Library = CudaLibraries.Driver;

    [LibraryImport(Library)] public static partial int cuInit(uint flags);

    [LibraryImport(Library)] public static partial int cuDriverGetVersion(out int version);

    [LibraryImport(Library)] public static partial int cuGetErrorName(int error, out nint text);

    [LibraryImport(Library)] public static partial int cuGetErrorString(int error, out nint text);

    [LibraryImport(Library)] public static partial int cuDeviceGetCount(out int count);

    [LibraryImport(Library)] public static partial int cuDeviceGet(out int device, int ordinal);

    [LibraryImport(Library)] public static partial int cuDeviceGetName(byte* name, int length, int device);

    [LibraryImport(Library)] public static partial int cuDeviceGetPCIBusId(byte* id, int length, int device);

    [LibraryImport(Library)] public static partial int cuDeviceGetAttribute(out int value, int attribute, int device);

    [LibraryImport(Library)] public static partial int cuDeviceTotalMem_v2(out nuint bytes, int device);

    [LibraryImport(Library)] public static partial int cuDevicePrimaryCtxRetain(out nint context, int device);

    [LibraryImport(Library)] public static partial int cuDevicePrimaryCtxRelease_v2(int device);

    [LibraryImport(Library)] public static partial int cuCtxSetCurrent(nint context);

    [LibraryImport(Library)] public static partial int cuMemGetInfo_v2(out nuint free, out nuint total);

    [LibraryImport(Library)] public static partial int cuMemAlloc_v2(out ulong pointer, nuint bytes);

    [LibraryImport(Library)] public static partial int cuMemFree_v2(ulong pointer);

    [LibraryImport(Library)] public static partial int cuMemHostAlloc(out nint pointer, nuint bytes, uint flags);

    [LibraryImport(Library)] public static partial int cuMemFreeHost(nint pointer);

    [LibraryImport(Library)] public static partial int cuMemcpyHtoD_v2(ulong to, void* from, nuint bytes);

    [LibraryImport(Library)] public static partial int cuMemcpyHtoDAsync_v2(ulong to, nint from, nuint bytes, nint stream);

    [LibraryImport(Library)] public static partial int cuMemcpyDtoHAsync_v2(nint to, ulong from, nuint bytes, nint stream);

    [LibraryImport(Library)] public static partial int cuStreamCreate(out nint stream, uint flags);

    [LibraryImport(Library)] public static partial int cuStreamDestroy_v2(nint stream);

    [LibraryImport(Library)] public static partial int cuStreamSynchronize(nint stream);

    [LibraryImport(Library)] public static partial int cuStreamWaitEvent(nint stream, nint signal, uint flags);

    [LibraryImport(Library)] public static partial int cuEventCreate(out nint signal, uint flags);

    [LibraryImport(Library)] public static partial int cuEventRecord(nint signal, nint stream);

    [LibraryImport(Library)] public static partial int cuEventSynchronize(nint signal);

    [LibraryImport(Library)] public static partial int cuEventElapsedTime(out float milliseconds, nint begin, nint end);

    [LibraryImport(Library)] public static partial int cuEventDestroy_v2(nint signal);

    [LibraryImport(Library)] public static partial int cuStreamBeginCapture_v2(nint stream, int mode);

    [LibraryImport(Library)] public static partial int cuStreamEndCapture(nint stream, out nint graph);

    [LibraryImport(Library)] public static partial int cuGraphInstantiateWithFlags(out nint executable, nint graph, ulong flags);

    [LibraryImport(Library)] public static partial int cuGraphLaunch(nint executable, nint stream);

    [LibraryImport(Library)] public static partial int cuGraphExecDestroy(nint executable);

    [LibraryImport(Library)] public static partial int cuGraphDestroy(nint graph);

    [LibraryImport(Library)] public static partial int cuModuleLoadData(out nint module, void* image);

    [LibraryImport(Library)] public static partial int cuModuleUnload(nint module);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] public static partial int cuModuleGetFunction(out nint function, nint module, string name);

    [LibraryImport(Library)] public static partial int cuFuncSetAttribute(nint function, int attribute, int value);

    [LibraryImport(Library)] public static partial int cuLaunchKernel(nint function, uint gridX, uint gridY, uint gridZ, uint blockX, uint blockY, uint blockZ, uint sharedBytes, nint stream, void** parameters, void** extra);
}

/// <summary>NVIDIA's run-time compiler.</summary>
internal static unsafe partial class Nvrtc
{
    private const string Library = CudaLibraries.Compiler;

    [LibraryImport(Library)] public static partial int nvrtcVersion(out int major, out int minor);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] public static partial int nvrtcCreateProgram(out nint program, string source, string name, int headers, void* headerTexts, void* headerNames);

    [LibraryImport(Library)] public static partial int nvrtcCompileProgram(nint program, int count, byte** options);

    [LibraryImport(Library)] public static partial int nvrtcGetCUBINSize(nint program, out nuint bytes);

    [LibraryImport(Library)] public static partial int nvrtcGetCUBIN(nint program, byte* code);

    [LibraryImport(Library)] public static partial int nvrtcGetProgramLogSize(nint program, out nuint bytes);

    [LibraryImport(Library)] public static partial int nvrtcGetProgramLog(nint program, byte* log);

    [LibraryImport(Library)] public static partial int nvrtcDestroyProgram(ref nint program);
}
