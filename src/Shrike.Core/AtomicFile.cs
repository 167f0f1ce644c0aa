namespace Shrike.Core;

/// <summary>
/// An output that appears under its name only when it is whole: written to a temporary name in the same folder,
/// renamed by <see cref="Complete"/>, deleted if disposed without it. Devices such as /dev/null are written directly.
/// </summary>
public sealed class AtomicFile : IDisposable
{
    private readonly string _path;
    private bool _completed;

    /// <param name="path">Final name.</param>
    /// <exception cref="ShrikeException">The folder is missing or not writable, or the name is a folder (exit 4).</exception>
    public AtomicFile(string path)
    {
        _path = path;
        IsDevice = IsDevicePath(path);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (Directory.Exists(path)) throw ShrikeException.InputOutput($"{path}: is a folder, not a file to write");
        if (!IsDevice && NamedPipe.Is(path)) throw ShrikeException.InputOutput($"{path}: is a named pipe, which can be no output: write to /dev/stdout, and redirect that");
        if (!Directory.Exists(folder)) throw ShrikeException.InputOutput($"{path}: cannot be written: the folder {folder} does not exist");
        TemporaryPath = IsDevice ? path : TemporaryName(path, Environment.ProcessId);
        try
        {
            using FileStream probe = new(TemporaryPath, IsDevice ? FileMode.Open : FileMode.Create, FileAccess.Write);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ShrikeException.InputOutput($"{path}: cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Where the content goes until it is whole; exists and is empty.</summary>
    public string TemporaryPath { get; }

    /// <summary>The target is a device: nothing is renamed or deleted.</summary>
    public bool IsDevice { get; }

    /// <summary>Opens the temporary file for writing; close it before <see cref="Complete"/>.</summary>
    public FileStream OpenWrite() => new(TemporaryPath, IsDevice ? FileMode.Open : FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16);

    /// <summary>Gives the file its final name.</summary>
    public void Complete()
    {
        if (!IsDevice)
        {
            try
            {
                File.Move(TemporaryPath, _path, overwrite: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw ShrikeException.InputOutput($"{_path}: cannot be written: {e.Message}", e);
            }
        }

        _completed = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_completed || IsDevice) return;
        _completed = true;
        File.Delete(TemporaryPath);
    }

    /// <summary>Writes a small text file atomically.</summary>
    public static void WriteAllText(string path, string text)
    {
        using var file = new AtomicFile(path);
        using (FileStream stream = file.OpenWrite()) stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
        file.Complete();
    }

    /// <summary>Deletes what a process left under its temporary name when it was killed. It must have ended.</summary>
    public static void DeleteLeftover(string path, int processId)
    {
        if (!IsDevicePath(path)) File.Delete(TemporaryName(path, processId));
    }

    /// <summary>Whether a name is that of a device: something that is there, below /dev but not in its shared memory.</summary>
    public static bool IsDevicePath(string path)
    {
        string full = Path.GetFullPath(path);
        return full.StartsWith("/dev/", StringComparison.Ordinal) && !full.StartsWith("/dev/shm/", StringComparison.Ordinal) && File.Exists(full);
    }

    private static string TemporaryName(string path, int processId) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $".{Path.GetFileName(path)}.tmp-{processId}");
}
