using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;

namespace Shrike.Hts;

/// <summary>Which containers of a CRAM hold reads of several contigs (CRAM 2 and 3, as their format describes them).</summary>
internal static class CramContainers
{
    private const int VersionAt = 4;
    private const int LatestVersion = 3;

    // What a container says instead of a contig: -2 as an ITF8 number of five bytes, of whose last the lower half counts.
    private static ReadOnlySpan<byte> SeveralContigs => [0xff, 0xff, 0xff, 0xff];
    private const byte SeveralContigsEnd = 0x0e;

    /// <summary>
    /// Whether reads of a contig lie in containers of several, whose reference htslib does not compare with the file's checksums.
    /// Also true where that cannot be known: of an address, or without a .crai.
    /// </summary>
    /// <param name="path">The CRAM.</param>
    /// <param name="contig">The contig's index in its header.</param>
    public static bool MayMix(string path, int contig)
    {
        string? index = ((string[])[path + ".crai", Path.ChangeExtension(path, ".crai")]).FirstOrDefault(File.Exists);
        if (RemoteFile.Is(path) || index is null) return true;
        try
        {
            using FileStream file = File.OpenRead(path);
            Span<byte> header = stackalloc byte[sizeof(int) + 5];
            if (RandomAccess.Read(file.SafeFileHandle, header, 0) < header.Length || header[VersionAt] > LatestVersion) return true;
            foreach (long offset in Offsets(index, contig))
            {
                if (RandomAccess.Read(file.SafeFileHandle, header, offset) < header.Length) return true;
                if (header[sizeof(int)..^1].SequenceEqual(SeveralContigs) && (header[^1] & 0xf) == SeveralContigsEnd) return true;
            }

            return false;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <summary>Where the containers with reads of a contig begin, by the .crai: contig, start, length, container, slice, size in each line.</summary>
    private static List<long> Offsets(string index, int contig)
    {
        using FileStream file = File.OpenRead(index);
        Span<byte> magic = stackalloc byte[2];
        bool isGzip = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length && BinaryPrimitives.ReadUInt16BigEndian(magic) == 0x1f8b;
        file.Position = 0;
        using var text = new StreamReader(isGzip ? new GZipStream(file, CompressionMode.Decompress) : file);
        string wanted = contig.ToString(CultureInfo.InvariantCulture) + "\t";
        var offsets = new List<long>();
        while (text.ReadLine() is { } line)
        {
            if (!line.StartsWith(wanted, StringComparison.Ordinal)) continue;
            string[] fields = line.Split('\t');
            if (fields.Length < 4 || !long.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out long offset)) throw new InvalidDataException();
            if (offsets.Count == 0 || offsets[^1] != offset) offsets.Add(offset);
        }

        return offsets;
    }
}
