namespace Shrike.Core;

/// <summary>Where a name leads, so that two names of one file can be told to be one.</summary>
public static class RealPath
{
    private const int MostLinks = 40;

    /// <summary>The full path with every link on the way resolved; what is not there yet is taken as it is named.</summary>
    public static string Of(string path) => Of(path, MostLinks);

    private static string Of(string path, int links)
    {
        string full = Path.GetFullPath(path);
        if (Path.GetDirectoryName(full) is not { } parent) return full;
        string folder = Of(parent, links);
        string here = Path.Combine(folder, Path.GetFileName(full));
        return links > 0 && new FileInfo(here).LinkTarget is { } target ? Of(Path.Combine(folder, target), links - 1) : here;
    }
}
