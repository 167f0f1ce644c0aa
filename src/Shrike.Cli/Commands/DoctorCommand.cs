using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Shrike.Cli.Flags;
using Shrike.Core;
using Shrike.Inference.Cuda;

namespace Shrike.Cli.Commands;

/// <summary><c>shrike doctor</c>: what of this machine can be used.</summary>
internal static class DoctorCommand
{
    public static void Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        var f = new FlagSet("doctor", "shows what of this machine can be used, and why something cannot");
        if (!f.Parse(arguments, context.Output)) return;
        void Line(string name, string value) => context.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-18} {value}"));
        Line("shrike", Version.Text);
        Line("system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}");
        Line("threads", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture));
        Line("vectors", Avx512F.IsSupported ? "AVX-512" : Avx2.IsSupported ? "AVX2" : "128 bits");
        CudaInventory found = CudaDevices.Inventory;
        Line("SHRIKE_CUDA_LIBS", Environment.GetEnvironmentVariable("SHRIKE_CUDA_LIBS") is { Length: > 0 } folders ? folders : "(not set)");
        Line("libcuda", found.DriverLibrary is null ? "not found" : string.Create(CultureInfo.InvariantCulture, $"{found.DriverLibrary}, CUDA {found.DriverVersion / 1000}.{found.DriverVersion % 1000 / 10}"));
        Line("libnvrtc", found.CompilerLibrary ?? (found.DriverLibrary is null ? "not looked for" : "not found"));
        Line("libnvidia-ml", GpuMonitor.Library ?? "not found: no figures of the driver in reports");
        foreach (CudaDevice device in found.Devices) Line($"cuda:{device.Index}", $"{device.Name}, {device.MemoryBytes >> 30} GiB, compute capability {device.Capability / 10}.{device.Capability % 10}{(device.Usable ? "" : ": too old, 8.0 is needed")}");
        if (found.Problem is null) Line("kernels", Kernels(found.Devices.First(d => d.Usable)));
        Line("GPU", found.Problem is null ? "usable with --device cuda" : $"none usable: {found.Problem}");
    }

    private static string Kernels(CudaDevice device)
    {
        try
        {
            return $"{CudaDevices.CompileKernels(device)} bytes of code for {device.Name}";
        }
        catch (ShrikeException e)
        {
            return e.Message;
        }
    }
}
