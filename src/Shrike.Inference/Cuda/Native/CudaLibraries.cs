using System.Reflection;
using System.Runtime.InteropServices;

namespace Shrike.Inference.Cuda.Native;

/// <summary>
/// Finds NVIDIA's libraries at run time. Search order: each folder of SHRIKE_CUDA_LIBS (and, for pip's
/// <c>site-packages/nvidia</c>, its <c>*/lib</c> folders), then the system's loader (LD_LIBRARY_PATH, ldconfig), then
/// /usr/local/cuda/lib64 and /usr/local/nvidia/lib64.
/// </summary>
public static class CudaLibraries
{
    /// <summary>Name of the driver's library in the bindings.</summary>
    internal const string Driver = "cuda";

    /// <summary>Name of the run-time compiler's library in the bindings.</summary>
    internal const string Compiler = "nvrtc";

    /// <summary>Name of the management library in the bindings.</summary>
    internal const string Management = "nvml";

    private static readonly Dictionary<string, string[]> FileNames = new()
    {
        [Driver] = ["libcuda.so.1"],
        [Compiler] = ["libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so"],
        [Management] = ["libnvidia-ml.so.1"],
    };

    private static readonly string[] LastFolders = ["/usr/local/cuda/lib64", "/usr/local/nvidia/lib64", "/usr/lib/x86_64-linux-gnu"];
    private static readonly object Gate = new();
    private static readonly Dictionary<string, (nint Handle, string From)> Loaded = [];
    private static bool _installed;

    /// <summary>The file a library was loaded from; null if it is not there.</summary>
    internal static string? Locate(string name)
    {
        lock (Gate)
        {
            if (Loaded.TryGetValue(name, out (nint Handle, string From) known)) return known.From;
            foreach (string candidate in Candidates(name))
            {
                if (name == Compiler) LoadBuiltins(candidate);
                if (!NativeLibrary.TryLoad(candidate, out nint handle)) continue;
                Loaded[name] = (handle, candidate);
                return candidate;
            }

            return null;
        }
    }

    /// <summary>Makes the bindings load what <see cref="Locate"/> finds.</summary>
    internal static void Install()
    {
        lock (Gate)
        {
            if (_installed) return;
            NativeLibrary.SetDllImportResolver(typeof(CudaLibraries).Assembly, Resolve);
            _installed = true;
        }
    }

    /// <summary>Major CUDA version of the driver; a compiler of a later one makes code that the driver may refuse. 0 if not known.</summary>
    internal static int DriverMajor { get; set; }

    /// <summary>What is tried, in order.</summary>
    internal static IEnumerable<string> Candidates(string name)
    {
        string[] files = FileNames[name];
        if (name == Compiler && DriverMajor == 12) files = [.. files.OrderBy(f => f.EndsWith(".13", StringComparison.Ordinal))];
        foreach (string folder in (Environment.GetEnvironmentVariable("SHRIKE_CUDA_LIBS") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] below = Directory.Exists(folder) ? [.. Directory.GetDirectories(folder).Select(d => Path.Combine(d, "lib")).Where(Directory.Exists).Order(StringComparer.Ordinal)] : [];
            foreach (string place in below.Prepend(folder))
            {
                foreach (string file in files.Select(f => Path.Combine(place, f)).Where(File.Exists)) yield return file;
            }
        }

        foreach (string file in files) yield return file;
        foreach (string file in LastFolders.SelectMany(f => files.Select(n => Path.Combine(f, n))).Where(File.Exists)) yield return file;
    }

    /// <summary>The compiler looks for its other file by the loader's paths only, which need not hold its own folder: it is loaded first.</summary>
    private static void LoadBuiltins(string compiler)
    {
        if (Path.GetDirectoryName(compiler) is not { Length: > 0 } folder || !Directory.Exists(folder)) return;
        foreach (string file in Directory.GetFiles(folder, "libnvrtc-builtins.so*").Order(StringComparer.Ordinal)) NativeLibrary.TryLoad(file, out _);
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (!FileNames.ContainsKey(name) || Locate(name) is null) return 0;
        lock (Gate) return Loaded[name].Handle;
    }
}
