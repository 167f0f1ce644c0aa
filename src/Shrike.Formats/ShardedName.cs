using System.Globalization;
using System.Text.RegularExpressions;
using Shrike.Core;

namespace Shrike.Formats;

/// <summary>Sharded file names: <c>base@N.suffix</c> stands for <c>base-00000-of-0000N.suffix</c> and so on.</summary>
public static partial class ShardedName
{
    /// <summary>Whether the text is a spec; gives base, number of shards and suffix (with its dot, or empty).</summary>
    public static bool TryParse(string spec, out string stem, out int shards, out string suffix)
    {
        Match match = Spec().Match(spec);
        (stem, shards, suffix) = (spec, 0, "");
        if (!match.Success) return false;
        if (!int.TryParse(match.Groups[2].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out shards)) return false;
        stem = match.Groups[1].Value;
        suffix = match.Groups[3].Value;
        return true;
    }

    /// <summary>Name of one shard.</summary>
    public static string Shard(string stem, int index, int shards, string suffix)
    {
        int width = Width(shards);
        string Digits(int n) => n.ToString(CultureInfo.InvariantCulture).PadLeft(width, '0');
        return $"{stem}-{Digits(index)}-of-{Digits(shards)}{suffix}";
    }

    /// <summary>All files a spec stands for; the name itself if it is no spec.</summary>
    public static string[] Expand(string spec) => TryParse(spec, out string stem, out int n, out string suffix)
        ? Enumerable.Range(0, n).Select(i => Shard(stem, i, n, suffix)).ToArray()
        : [spec];

    /// <summary>The name as a glob pattern: a spec's index becomes question marks.</summary>
    public static string Pattern(string spec) => TryParse(spec, out string stem, out int n, out string suffix)
        ? Shard(stem, 0, n, suffix) is var first ? first[..(stem.Length + 1)] + new string('?', Width(n)) + first[(stem.Length + 1 + Width(n))..] : spec
        : spec;

    /// <summary>Whether a file name is that of a shard.</summary>
    public static bool IsShard(string path) => ShardFile().IsMatch(path);

    /// <summary>
    /// Files a spec, glob or plain name stands for, sorted by name; globs act in the last component only. Of a spec every shard must be
    /// there.
    /// </summary>
    /// <exception cref="ShrikeException">No file matches, or a shard is missing.</exception>
    public static string[] Resolve(string spec)
    {
        if (TryParse(spec, out _, out _, out _)) return AllShards(spec);
        string[] found = Found(Pattern(spec));
        return found.Length > 0 ? found : throw ShrikeException.InputOutput($"{spec}: no such file");
    }

    /// <summary>Appends a tag to the first dot-separated piece of the file name, with an underscore.</summary>
    public static string WithTag(string path, string tag)
    {
        string folder = path[..(path.Length - Path.GetFileName(path).Length)];
        string name = Path.GetFileName(path);
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? $"{folder}{name}_{tag}" : $"{folder}{name[..dot]}_{tag}{name[dot..]}";
    }

    /// <summary>Files an input of stage 3 stands for: the shards of a spec, or those found for a plain name; without any, the file of that name.</summary>
    /// <exception cref="ShrikeException">None, or files of several patterns.</exception>
    public static string[] ResolvePredictions(string path)
    {
        if (TryParse(path, out _, out _, out _)) return AllShards(path);
        if (IsShard(path) && File.Exists(path)) return [path];
        const string extension = ".tfrecord.gz";
        string glob = path.Replace(extension, "-*-of-*" + extension, StringComparison.Ordinal);
        string[] found = Found(glob);
        if (found.Length == 0) return File.Exists(path) ? [path] : throw ShrikeException.InputOutput($"{path}: no such file{(glob == path ? "" : $", and no shards of it ({glob})")}");
        string[] expected = Expand(path.Replace(extension, string.Create(CultureInfo.InvariantCulture, $"@{found.Length}{extension}"), StringComparison.Ordinal));
        if (glob != path && !found.Select(Path.GetFullPath).ToHashSet().SetEquals(expected.Select(Path.GetFullPath)))
        {
            throw ShrikeException.Usage($"{path}: the files found for it are not one set of shards ({string.Join(", ", found.Take(4).Select(Path.GetFileName))} ...): remove those of an earlier run");
        }

        return glob == path ? found : expected;
    }

    /// <summary>Whether a TFRecord name has the ending the original accepts for examples.</summary>
    public static bool HasExamplesExtension(string path)
    {
        string bare = Decorations().Replace(path.ToLowerInvariant(), "");
        return bare.EndsWith(".tfrecord", StringComparison.Ordinal) || bare.EndsWith(".tfrecords", StringComparison.Ordinal);
    }

    private static string[] Found(string pattern)
    {
        string folder = Path.GetDirectoryName(pattern) is { Length: > 0 } d ? d : ".";
        string name = Path.GetFileName(pattern);
        if (name.AsSpan().IndexOfAny('*', '?') < 0) return File.Exists(pattern) ? [pattern] : [];
        if (!Directory.Exists(folder)) return [];
        bool isBare = folder == "." && !pattern.StartsWith("./", StringComparison.Ordinal);
        return [.. Directory.EnumerateFiles(folder, name).Select(f => isBare ? Path.GetFileName(f) : f).Order(StringComparer.Ordinal)];
    }

    private static string[] AllShards(string spec)
    {
        string[] shards = Expand(spec);
        int missing = Array.FindIndex(shards, s => !File.Exists(s));
        return missing < 0 ? shards : throw ShrikeException.InputOutput($"{spec}: shard {missing} of {shards.Length} is missing: there is no {shards[missing]}");
    }

    private static int Width(int shards) => Math.Max(5, shards.ToString(CultureInfo.InvariantCulture).Length);

    [GeneratedRegex(@"^(.*)@(\d*[1-9]\d*)(?:(\..+))?")]
    private static partial Regex Spec();

    [GeneratedRegex(@"^.*-\d+-of-\d*[1-9]\d*([^/]+)?$")]
    private static partial Regex ShardFile();

    [GeneratedRegex(@"@\d+|-\*?\d*-of-\*?\d*|\.gz")]
    private static partial Regex Decorations();
}
