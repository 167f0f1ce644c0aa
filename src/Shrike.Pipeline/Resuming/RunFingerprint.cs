using System.Globalization;
using System.Text;
using System.Text.Json;
using Shrike.Calling;
using Shrike.Core;
using Shrike.Examples.MakeExamples;
using Shrike.Formats;
using Shrike.Hts;
using Shrike.Inference;

namespace Shrike.Pipeline.Resuming;

/// <summary>
/// All that decides the answer of a run, as names with values: what is recorded under one fingerprint may be taken over by a run
/// of the same fingerprint, and by no other.
/// </summary>
public sealed class RunFingerprint
{
    // A header, or all of a BED file of some thousand lines.
    private const int HeadBytes = 1 << 16;
    private static readonly string[] IndexExtensions = [".bai", ".csi", ".crai", ".fai", ".gzi", ".tbi"];
    private readonly List<(string Name, string Value)> _entries = [];

    /// <summary>Adds a value.</summary>
    public void Add(string name, string value)
    {
        if (!_entries.Any(e => e.Name == name)) _entries.Add((name, value));
    }

    /// <summary>Adds the version of the program, told apart from other builds of the same version.</summary>
    public void AddVersion(string version)
    {
        Type[] rooms = [typeof(Contig), typeof(AlignmentReader), typeof(ShardedName), typeof(TileProcessor), typeof(NetworkBackends), typeof(CallWriter), typeof(RunFingerprint)];
        byte[] builds = [.. rooms.SelectMany(r => r.Module.ModuleVersionId.ToByteArray())];
        Add("version", $"{version} (build {Short(Sha256.Hex(builds))})");
    }

    /// <summary>
    /// Adds an input: size, date and begin of the file, and the content of its indexes. A file that is not on a disk of this
    /// machine is known by its name alone.
    /// </summary>
    public void AddFile(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists) return;
        using FileStream stream = file.OpenRead();
        var head = new byte[Math.Min(HeadBytes, file.Length)];
        stream.ReadExactly(head);
        Add(path, string.Create(CultureInfo.InvariantCulture, $"{file.Length} bytes of {file.LastWriteTimeUtc:yyyy-MM-dd HH:mm:ss.fffffff} UTC, begin {Short(Sha256.Hex(head))}"));
        foreach (string index in IndexExtensions.SelectMany(e => (string[])[path + e, Path.ChangeExtension(path, e)]).Where(i => i != path && File.Exists(i)))
        {
            Add(index, "of content " + Content([index], index));
        }
    }

    /// <summary>Adds a model: the content of its folder, or of the files whose names begin so.</summary>
    public void AddModel(string name, string path)
    {
        string full = Path.GetFullPath(path);
        IEnumerable<string> files = Directory.Exists(full) ? Directory.EnumerateFiles(full, "*", SearchOption.AllDirectories) : Directory.EnumerateFiles(Path.GetDirectoryName(full)!, Path.GetFileName(full) + "*");
        Add(name, "of content " + Content(files.Order(StringComparer.Ordinal), full));
    }

    /// <summary>As bytes, for a file.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(_entries.Select(e => (string[])[e.Name, e.Value]));

    /// <summary>From bytes; null if they are no fingerprint.</summary>
    public static RunFingerprint? FromBytes(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var fingerprint = new RunFingerprint();
            foreach (string[] entry in JsonSerializer.Deserialize<string[][]>(bytes) ?? [])
            {
                if (entry is not [string name, string value]) return null;
                fingerprint.Add(name, value);
            }

            return fingerprint;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>In words, what is not as it was in an earlier run; null if all is. The first differences are enough: others follow from them.</summary>
    public string? DifferenceFrom(RunFingerprint earlier)
    {
        var before = earlier._entries.ToDictionary(e => e.Name, e => e.Value);
        var now = _entries.ToDictionary(e => e.Name, e => e.Value);
        string[] differences =
        [
            .. _entries.Where(e => before.GetValueOrDefault(e.Name) != e.Value).Select(e => before.TryGetValue(e.Name, out string? was) ? $"{e.Name} was {was} and is {e.Value}" : $"{e.Name} was not given and is {e.Value}"),
            .. earlier._entries.Where(e => !now.ContainsKey(e.Name)).Select(e => $"{e.Name} was {e.Value} and is not given"),
        ];
        return differences.Length == 0 ? null : string.Join("; ", differences.Take(2));
    }

    /// <summary>Checksum of what files hold, and of how their names go on behind those letters that all have.</summary>
    private static string Content(IEnumerable<string> files, string common)
    {
        using var all = new Sha256();
        foreach (string file in files)
        {
            using FileStream content = File.OpenRead(file);
            all.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{file[common.Length..]}\n{content.Length}\n")));
            content.CopyTo(all);
        }

        return Short(all.Finish());
    }

    private static string Short(string checksum) => checksum[..16];
}
