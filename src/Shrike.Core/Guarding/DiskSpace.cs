namespace Shrike.Core.Guarding;

/// <summary>Free space of the file systems that outputs go to. Quotas are not seen.</summary>
public static class DiskSpace
{
    /// <summary>Less than this is worth a warning whatever is written.</summary>
    public const long Low = 64L << 20;

    /// <summary>Bytes that a file may take where it is to be written; null where the system does not tell, and for devices.</summary>
    /// <param name="path">The file; its folder may be yet to be made.</param>
    public static long? FreeFor(string path)
    {
        if (AtomicFile.IsDevicePath(path)) return null;
        try
        {
            return new DriveInfo(FolderOf(path)).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Says where hardly anything can be written.</summary>
    /// <param name="outputs">Files to write; empty names are passed over.</param>
    /// <param name="log">Receives a line for every folder.</param>
    public static void WarnIfLow(IEnumerable<string> outputs, Action<string> log)
    {
        foreach (string path in outputs.Where(o => o.Length > 0).DistinctBy(FolderOf))
        {
            if (FreeFor(path) is < Low and var free) log($"warning: {FolderOf(path)}: only {ByteSize.Words(free)} are free on its file system");
        }
    }

    /// <summary>The folder of a file, or the nearest above it that is there.</summary>
    public static string FolderOf(string path)
    {
        string? folder = Path.GetDirectoryName(Path.GetFullPath(path));
        while (folder is not null && !Directory.Exists(folder)) folder = Path.GetDirectoryName(folder);
        return folder ?? "/";
    }
}
