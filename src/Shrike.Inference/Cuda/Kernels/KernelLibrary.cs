using System.Globalization;
using System.Text;
using Shrike.Core;
using Shrike.Inference.Cuda.Native;

namespace Shrike.Inference.Cuda.Kernels;

/// <summary>The embedded device code and its compiled form; compiled once for each GPU generation, then kept in a cache.</summary>
internal static class KernelLibrary
{
    /// <summary>Source of the kernels.</summary>
    public static string Source { get; } = Read();

    /// <summary>Machine code for a compute capability.</summary>
    /// <param name="capability">E.g. 90.</param>
    /// <param name="bfloat">BF16 instead of FP16.</param>
    /// <exception cref="ShrikeException">The compiler fails (exit 6); its log is in the message.</exception>
    public static byte[] Compile(int capability, bool bfloat)
    {
        if (Nvrtc.nvrtcVersion(out int major, out int minor) != 0) throw new ShrikeException(ExitCode.DeviceUnavailable, "nvrtcVersion failed: the run-time compiler cannot be used; shrike doctor shows which file was loaded");
        string[] options = [string.Create(CultureInfo.InvariantCulture, $"--gpu-architecture=sm_{capability}"), "--std=c++17", "--fmad=true", .. bfloat ? new[] { "--define-macro=SHRIKE_BF16" } : []];
        string name = CudaCache.Key($"{Source}|{string.Join(' ', options)}|{major}.{minor}") + ".cubin";
        if (CudaCache.Read("kernels", name) is { } known) return known;
        byte[] code = CompileNow(options);
        CudaCache.Write("kernels", name, code);
        return code;
    }

    private static unsafe byte[] CompileNow(string[] options)
    {
        Check(Nvrtc.nvrtcCreateProgram(out nint program, Source, "kernels.cu", 0, null, null), "nvrtcCreateProgram", "");
        byte[][] texts = [.. options.Select(o => Encoding.UTF8.GetBytes(o + "\0"))];
        byte[] all = [.. texts.SelectMany(t => t)];
        try
        {
            byte** pointers = stackalloc byte*[texts.Length];
            fixed (byte* text = all)
            {
                for (int i = 0, at = 0; i < texts.Length; at += texts[i].Length, i++) pointers[i] = text + at;
                int status = Nvrtc.nvrtcCompileProgram(program, texts.Length, pointers);
                Check(status, "nvrtcCompileProgram", status == 0 ? "" : Log(program));
            }

            Check(Nvrtc.nvrtcGetCUBINSize(program, out nuint bytes), "nvrtcGetCUBINSize", "");
            var code = new byte[bytes];
            fixed (byte* to = code) Check(Nvrtc.nvrtcGetCUBIN(program, to), "nvrtcGetCUBIN", "");
            return code;
        }
        finally
        {
            _ = Nvrtc.nvrtcDestroyProgram(ref program);
        }
    }

    private static unsafe string Log(nint program)
    {
        if (Nvrtc.nvrtcGetProgramLogSize(program, out nuint bytes) != 0 || bytes < 2) return "";
        var log = new byte[bytes];
        fixed (byte* to = log) _ = Nvrtc.nvrtcGetProgramLog(program, to);
        return ": " + Encoding.UTF8.GetString(log).TrimEnd('\0').ReplaceLineEndings(" ");
    }

    private static void Check(int status, string call, string log)
    {
        if (status != 0) throw new ShrikeException(ExitCode.DeviceUnavailable, $"{call} failed with {status}{log}");
    }

    private static string Read()
    {
        using Stream stream = typeof(KernelLibrary).Assembly.GetManifestResourceStream("Shrike.kernels.cu") ?? throw new InvalidOperationException("the kernels are not embedded");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
