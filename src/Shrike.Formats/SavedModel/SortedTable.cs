using System.Buffers.Binary;
using Shrike.Core;
using Shrike.Formats.TfRecord;
using Snappier;

namespace Shrike.Formats.SavedModel;

/// <summary>
/// The sorted string table (LevelDB's format) that holds the index of a tensor bundle: blocks of prefix-compressed
/// entries, each block plain or Snappy with a CRC-32C, an index block of block handles, a footer of 48 bytes.
/// </summary>
internal static class SortedTable
{
    private const int FooterSize = 48;
    private const int TrailerSize = 5;
    private const ulong Magic = 0xdb4775248b80fb57;

    /// <summary>An index of every variable of a large network has about 20 kB; nothing sensible comes near this.</summary>
    private const int MaxBlock = 64 << 20;

    /// <summary>All entries in ascending order of their keys.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="path">Its name for messages.</param>
    /// <exception cref="ShrikeException">The file is damaged or no such table (exit 3).</exception>
    public static List<KeyValuePair<string, byte[]>> Read(byte[] bytes, string path)
    {
        if (bytes.Length < FooterSize || BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(bytes.Length - 8)) != Magic)
        {
            throw Damaged(path, "it does not end as the index of a tensor bundle does: is it cut off?");
        }

        ReadOnlySpan<byte> footer = bytes.AsSpan(bytes.Length - FooterSize, 40);
        _ = Handle(ref footer, path);
        (ulong indexAt, ulong indexSize) = Handle(ref footer, path);
        var entries = new List<KeyValuePair<string, byte[]>>();
        long total = 0;
        byte[] previous = [];
        bool first = true;
        foreach ((_, byte[] value) in Entries(Block(bytes, indexAt, indexSize, path), path))
        {
            ReadOnlySpan<byte> rest = value;
            (ulong at, ulong size) = Handle(ref rest, path);
            byte[] block = Block(bytes, at, size, path);
            total += block.Length;
            if (total > MaxBlock) throw Damaged(path, "its blocks are impossibly large");
            foreach ((byte[] key, byte[] content) in Entries(block, path))
            {
                if (!first && key.AsSpan().SequenceCompareTo(previous) <= 0) throw Damaged(path, "its keys are not in order");
                (previous, first) = (key, false);
                entries.Add(new(System.Text.Encoding.UTF8.GetString(key), content));
            }
        }

        return entries;
    }

    private static byte[] Block(byte[] file, ulong at, ulong size, string path)
    {
        ulong length = (ulong)file.Length - FooterSize;
        if (at > length || size > length - at || length - at - size < TrailerSize) throw Damaged(path, "a block lies outside the file");
        ReadOnlySpan<byte> stored = file.AsSpan((int)at, (int)size);
        byte type = file[(int)(at + size)];
        uint expected = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan((int)(at + size) + 1));
        uint actual = Crc32C.Mask(Crc32C.Compute(file.AsSpan((int)at, (int)size + 1)));
        if (expected != actual) throw Damaged(path, $"the checksum of its block at byte {at} is wrong");
        switch (type)
        {
            case 0:
                return stored.ToArray();
            case 1:
                try
                {
                    return Snappy.GetUncompressedLength(stored) <= MaxBlock ? Snappy.DecompressToArray(stored) : throw Damaged(path, "a block is impossibly large");
                }
                catch (Exception e) when (e is InvalidDataException or ArgumentException or InvalidOperationException or IndexOutOfRangeException)
                {
                    throw Damaged(path, $"its block at byte {at} cannot be decompressed", e);
                }

            default:
                throw Damaged(path, $"its block at byte {at} has the unknown compression {type}");
        }
    }

    private static List<KeyValuePair<byte[], byte[]>> Entries(byte[] block, string path)
    {
        ShrikeException Bad() => Damaged(path, "a block's entries do not fit the block");
        if (block.Length < 4) throw Bad();
        uint restarts = BinaryPrimitives.ReadUInt32LittleEndian(block.AsSpan(block.Length - 4));
        if (restarts > (uint)(block.Length - 4) / 4) throw Bad();
        ReadOnlySpan<byte> rest = block.AsSpan(0, block.Length - 4 - ((int)restarts * 4));
        var entries = new List<KeyValuePair<byte[], byte[]>>();
        byte[] key = [];
        long keyBytes = 0;
        while (rest.Length > 0)
        {
            ulong shared = Varint(ref rest, path), added = Varint(ref rest, path), valueLength = Varint(ref rest, path);
            if (shared > (ulong)key.Length || added > (ulong)rest.Length || valueLength > (ulong)rest.Length - added) throw Bad();
            keyBytes += (long)(shared + added);
            if (keyBytes > MaxBlock) throw Bad();
            key = [.. key.AsSpan(0, (int)shared), .. rest[..(int)added]];
            rest = rest[(int)added..];
            entries.Add(new(key, rest[..(int)valueLength].ToArray()));
            rest = rest[(int)valueLength..];
        }

        return entries;
    }

    private static (ulong Offset, ulong Size) Handle(ref ReadOnlySpan<byte> from, string path) => (Varint(ref from, path), Varint(ref from, path));

    private static ulong Varint(ref ReadOnlySpan<byte> from, string path)
    {
        ulong value = 0;
        for (int i = 0; i < 10 && i < from.Length; i++)
        {
            value |= (ulong)(from[i] & 127) << (7 * i);
            if (from[i] < 128)
            {
                from = from[(i + 1)..];
                return value;
            }
        }

        throw Damaged(path, "a number is cut off");
    }

    private static ShrikeException Damaged(string path, string why, Exception? inner = null) => ShrikeException.InvalidData($"{path}: is not a sound tensor bundle index: {why}", inner);
}
