using System.Runtime.InteropServices;
using Shrike.Core;
using Shrike.Hts.Native;

namespace Shrike.Hts;

/// <summary>Which htslib reads and writes here.</summary>
public static class HtsLibrary
{
    private const string Maps = "/proc/self/maps";

    /// <summary>Its version and, where the system tells, its file.</summary>
    /// <exception cref="ShrikeException">It cannot be loaded (exit 2); the message says where it was looked for.</exception>
    public static string Describe()
    {
        string version = Marshal.PtrToStringUTF8(LibHts.hts_version()) ?? "of unknown version";
        string? file = File.Exists(Maps) ? File.ReadLines(Maps).FirstOrDefault(l => l.Contains("/libhts", StringComparison.Ordinal) && !l.Contains("/libhtscodecs", StringComparison.Ordinal)) : null;
        return file is null ? version : $"{version}, {file[file.IndexOf('/', StringComparison.Ordinal)..]}";
    }
}
