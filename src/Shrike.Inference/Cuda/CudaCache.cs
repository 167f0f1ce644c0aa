using System.Text;
using Shrike.Core;

namespace Shrike.Inference.Cuda;

/// <summary>
/// Files that save time and nothing else: compiled kernels, measured choices. Below XDG_CACHE_HOME/shrike (else
/// ~/.cache/shrike). What cannot be read or written is done without.
/// </summary>
internal static class CudaCache
{
    /// <summary>Reads a file of a kind; null if it is not there.</summary>
    public static byte[]? Read(string kind, string name)
    {
        try
        {
            string path = Path.Combine(Folder(kind), name);
            return File.Exists(path) ? File.ReadAllBytes(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Keeps a file; other programs see it whole or not at all.</summary>
    public static void Write(string kind, string name, ReadOnlySpan<byte> bytes)
    {
        try
        {
            Directory.CreateDirectory(Folder(kind));
            string path = Path.Combine(Folder(kind), name);
            string temporary = $"{path}.{Environment.ProcessId}.tmp";
            using (FileStream file = File.Create(temporary)) file.Write(bytes);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next start takes as long as this one.
        }
    }

    /// <summary>A name for everything that a file depends on.</summary>
    public static string Key(string content) => Sha256.Hex(Encoding.UTF8.GetBytes(content))[..24];

    private static string Folder(string kind) => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "shrike",
        kind);
}
