using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Shrike.Core;

namespace Shrike.Inference.Cuda.Native;

/// <summary>Turns status codes of the driver into one line that names call, device and cure.</summary>
internal static class CudaStatus
{
    private const int OutOfMemory = 2;

    /// <exception cref="ShrikeException">The call failed (exit 6).</exception>
    public static void Check(int status, string device = "", [CallerArgumentExpression(nameof(status))] string call = "")
    {
        if (status != 0) throw Failure(status, device, call);
    }

    /// <summary>The exception of a failed call.</summary>
    public static ShrikeException Failure(int status, string device, string call)
    {
        int end = call.IndexOf('(', StringComparison.Ordinal);
        int begin = end < 0 ? -1 : call.LastIndexOf('.', end);
        string name = end < 0 ? call : call[(begin + 1)..end];
        string cure = status switch
        {
            OutOfMemory => "free memory of the GPU or choose another with --device cuda:N",
            3 or 100 => "no usable NVIDIA GPU is visible: see nvidia-smi and CUDA_VISIBLE_DEVICES, and in a container docker --gpus all or apptainer --nv",
            35 or 803 or 804 => "the driver is older than the CUDA libraries or does not fit the kernel module: update it",
            200 or 209 or 218 => "the kernels do not fit this GPU: delete the cache folder shrike/kernels and try again",
            700 or 719 or 717 or 716 => "a kernel failed: please report this with the output of shrike doctor; --device cpu works meanwhile",
            46 => "another process holds the GPU exclusively",
            _ => "shrike doctor shows what was found; --device cpu works without a GPU",
        };
        return new ShrikeException(ExitCode.DeviceUnavailable, $"{(device.Length > 0 ? device + ": " : "")}{name} failed: {Text(status)}: {cure}");
    }

    private static string Text(int status)
    {
        try
        {
            string name = CudaDriver.cuGetErrorName(status, out nint n) == 0 ? Marshal.PtrToStringUTF8(n) ?? "" : "";
            string text = CudaDriver.cuGetErrorString(status, out nint t) == 0 ? Marshal.PtrToStringUTF8(t) ?? "" : "";
            return name.Length > 0 ? $"{name} ({status}), {text}" : $"error {status}";
        }
        catch (DllNotFoundException)
        {
            return $"error {status}";
        }
    }
}
