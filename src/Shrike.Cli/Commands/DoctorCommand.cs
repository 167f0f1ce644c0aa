using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Shrike.Calling.Genotyping;
using Shrike.Cli.Flags;
using Shrike.Core;
using Shrike.Hts;
using Shrike.Inference.Cpu;
using Shrike.Inference.Cuda;
using Shrike.Inference.Models;
using Shrike.Inference.SmallModels;

namespace Shrike.Cli.Commands;

/// <summary><c>shrike doctor</c>: what of this machine can be used.</summary>
internal static class DoctorCommand
{
    // What a run of short reads loads, read and checked as it would.
    private static readonly (string Folder, Func<string, string> Describe)[] Defaults =
    [
        ("wgs", f => ModelPackage.Load(f).Description is var d ? $"{d.Name} {d.Version}" : ""),
        ("wgs-small", f => SmallModelPackage.Load(f).Description is var d ? $"{d.Name} {d.Version}" : ""),
        ("wgs-multiallelic", f => MultiallelicPackage.Load(f).Description is var d ? $"{d.Name} {d.Version}" : ""),
    ];

    public static void Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        var f = new FlagSet("doctor", "shows what of this machine can be used, and why something cannot");
        if (!f.Parse(arguments, context.Output)) return;
        void Line(string name, string value) => context.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-18} {value}"));
        Line("shrike", Version.Text);
        Line("system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}");
        Line("threads", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture));
        Line("vectors", Avx512F.IsSupported ? "AVX-512" : Avx2.IsSupported ? "AVX2" : "128 bits");
        var problems = new List<string>();
        void Needed(string name, Func<string> describe) => Line(name, Try(describe, problems));
        Needed("htslib", HtsLibrary.Describe);
        Needed("ONNX Runtime", OnnxBackend.RuntimeVersion);
        Needed("default models", () => string.Join(", ", Defaults.Select(d => d.Describe(ModelFolders.Find(d.Folder)))));
        CudaInventory found = CudaDevices.Inventory;
        Line("SHRIKE_CUDA_LIBS", Environment.GetEnvironmentVariable("SHRIKE_CUDA_LIBS") is { Length: > 0 } folders ? folders : "(not set)");
        Line("libcuda", found.DriverLibrary is null ? "not found" : string.Create(CultureInfo.InvariantCulture, $"{found.DriverLibrary}, CUDA {found.DriverVersion / 1000}.{found.DriverVersion % 1000 / 10}"));
        Line("libnvrtc", found.CompilerLibrary ?? (found.DriverLibrary is null ? "not looked for" : "not found"));
        Line("libnvidia-ml", GpuMonitor.Library ?? "not found: no figures of the driver in reports");
        foreach (CudaDevice device in found.Devices) Line($"cuda:{device.Index}", $"{device.Name}, {device.MemoryBytes >> 30} GiB, compute capability {device.Capability / 10}.{device.Capability % 10}{(device.Usable ? "" : ": too old, 8.0 is needed")}");
        if (found.Problem is null) Line("kernels", Kernels(found.Devices.First(d => d.Usable)));
        Line("GPU", found.Problem is null ? "usable with --device cuda" : $"none usable: {found.Problem}");
        if (problems.Count > 0) throw ShrikeException.Usage($"doctor: nothing can be called here: {problems[0]}");
    }

    private static string Try(Func<string> describe, List<string> problems)
    {
        try
        {
            return describe();
        }
        catch (ShrikeException e)
        {
            problems.Add(e.Message);
            return $"not usable: {e.Message}";
        }
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
