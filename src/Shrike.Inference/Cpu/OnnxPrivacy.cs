using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Shrike.Inference.Cpu;

/// <summary>
/// ONNX Runtime from 1.29 on reports its use to its maker unless told not to: a thread that uploads, a database below the
/// home folder, a file among the temporaries. Nothing about a run of ours leaves the machine, so this happens before it is loaded.
/// </summary>
internal static partial class OnnxPrivacy
{
    private const string Variable = "ORT_DISABLE_TELEMETRY";
    private static readonly Lazy<bool> IsKept = new(Silence);

    /// <summary>Tells the runtime, which the first call loads, to report nothing.</summary>
    public static void Keep() => _ = IsKept.Value;

    private static bool Silence()
    {
        // The runtime reads the process's own environment, of which .NET's is a copy.
        if (OperatingSystem.IsWindows()) Environment.SetEnvironmentVariable(Variable, "1");
        else _ = setenv(Variable, "1", 1);
        OrtEnv.Instance().DisableTelemetryEvents();
        return true;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
