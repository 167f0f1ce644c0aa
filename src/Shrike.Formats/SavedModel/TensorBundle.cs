using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Shrike.Core;
using Shrike.Formats.Messages.Bundle;
using Shrike.Formats.Safetensors;
using Shrike.Formats.TfRecord;

namespace Shrike.Formats.SavedModel;

/// <summary>
/// A TensorFlow tensor bundle: <c>PREFIX.index</c> says where every variable lies in <c>PREFIX.data-SSSSS-of-NNNNN</c>.
/// Checksums of the index and of every tensor read are verified. Nothing is allocated that the files are too short for.
/// </summary>
public sealed class TensorBundle
{
    private const int FloatType = 1;
    private const int StringType = 7;
    private const int MaxShards = 100_000;

    private readonly string _prefix;
    private readonly int _shards;
    private readonly SortedDictionary<string, BundleEntryProto> _entries = new(StringComparer.Ordinal);

    private TensorBundle(string prefix)
    {
        _prefix = prefix;
        string path = prefix + ".index";
        List<KeyValuePair<string, byte[]>> table = SortedTable.Read(ReadFile(path), path);
        try
        {
            if (table.Count == 0 || table[0].Key.Length > 0) throw ShrikeException.InvalidData($"{path}: has no header entry: it is not the index of a tensor bundle");
            BundleHeaderProto header = BundleHeaderProto.Parser.ParseFrom(table[0].Value);
            if (header.Endianness != BundleHeaderProto.Types.Endianness.Little) throw ShrikeException.InvalidData($"{path}: is a big-endian bundle, which cannot be read");
            if (header.NumShards is < 1 or > MaxShards) throw ShrikeException.InvalidData($"{path}: says that it has {header.NumShards} shards");
            if (header.Version is { MinConsumer: > 1 }) throw ShrikeException.InvalidData($"{path}: is of a newer kind than this program reads");
            _shards = header.NumShards;
            foreach ((string key, byte[] value) in table.Skip(1)) _entries[key] = BundleEntryProto.Parser.ParseFrom(value);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw ShrikeException.InvalidData($"{path}: holds an entry that cannot be read", e);
        }
    }

    /// <summary>Names of all entries, ascending.</summary>
    public IReadOnlyCollection<string> Keys => _entries.Keys;

    /// <summary>Opens a bundle: reads its index.</summary>
    /// <param name="prefix">Path without <c>.index</c>.</param>
    /// <exception cref="ShrikeException">The index is missing (exit 4) or damaged (exit 3).</exception>
    public static TensorBundle Open(string prefix) => new(prefix);

    /// <summary>True if the entry is a float32 tensor.</summary>
    public bool IsFloat(string key) => _entries.TryGetValue(key, out BundleEntryProto? e) && e.Dtype == FloatType;

    /// <summary>Reads a float32 tensor.</summary>
    /// <exception cref="ShrikeException">It is not there, of another type, or damaged (exit 3); or a shard is missing (exit 4).</exception>
    public Tensor Read(string key)
    {
        BundleEntryProto entry = Entry(key, FloatType, "float32");
        int[] shape = Shape(entry, key);
        if (entry.Size % 4 != 0 || Tensor.Size(shape) != entry.Size / 4) throw Bad(key, $"has {entry.Size} bytes, which its shape [{string.Join(", ", shape)}] does not need");
        byte[] bytes = ReadBytes(entry, key);
        if (Crc32C.Mask(Crc32C.Compute(bytes)) != entry.Crc32C) throw Bad(key, "has a wrong checksum");
        return new Tensor(shape, MemoryMarshal.Cast<byte, float>(bytes).ToArray());
    }

    /// <summary>Reads a single string, as bytes.</summary>
    /// <exception cref="ShrikeException">It is not there, of another type, or damaged (exit 3); or a shard is missing (exit 4).</exception>
    public byte[] ReadString(string key)
    {
        BundleEntryProto entry = Entry(key, StringType, "a string");
        if (Tensor.Size(Shape(entry, key)) != 1) throw Bad(key, "is not a single string");
        byte[] bytes = ReadBytes(entry, key);
        ulong length = 0;
        int at = 0;
        while (true)
        {
            if (at >= Math.Min(bytes.Length, 10)) throw Bad(key, "is cut off");
            length |= (ulong)(bytes[at] & 127) << (7 * at);
            if (bytes[at++] < 128) break;
        }

        if (length > uint.MaxValue || (ulong)bytes.Length != (ulong)at + 4 + length) throw Bad(key, "is not as long as it says");
        Span<byte> head = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(head, (uint)length);
        bytes.AsSpan(at, 4).CopyTo(head[4..]);
        uint crc = Crc32C.Compute(head[..4]);
        bool sound = Crc32C.Mask(crc) == BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        if (!sound || Crc32C.Mask(Crc32C.Compute(bytes.AsSpan(at + 4), Crc32C.Compute(head))) != entry.Crc32C) throw Bad(key, "has a wrong checksum");
        return bytes[(at + 4)..];
    }

    private BundleEntryProto Entry(string key, int type, string name)
    {
        if (!_entries.TryGetValue(key, out BundleEntryProto? entry)) throw Bad(key, "is not there");
        if (entry.Slices.Count > 0) throw Bad(key, "is a partitioned variable, which cannot be read");
        return entry.Dtype == type ? entry : throw Bad(key, $"is of type {entry.Dtype} instead of {name}");
    }

    private int[] Shape(BundleEntryProto entry, string key)
    {
        if (entry.Shape is not { } shape) return [];
        if (shape.UnknownRank || shape.Dim.Count > 8 || shape.Dim.Any(d => d.Size is < 0 or > int.MaxValue)) throw Bad(key, "has an impossible shape");
        double size = shape.Dim.Aggregate(1.0, (n, d) => n * d.Size);
        return size <= int.MaxValue ? [.. shape.Dim.Select(d => (int)d.Size)] : throw Bad(key, "has an impossible shape");
    }

    private byte[] ReadBytes(BundleEntryProto entry, string key)
    {
        if (entry.ShardId < 0 || entry.ShardId >= _shards) throw Bad(key, $"lies in shard {entry.ShardId}, but there are {_shards}");
        string path = string.Create(CultureInfo.InvariantCulture, $"{_prefix}.data-{entry.ShardId:D5}-of-{_shards:D5}");
        try
        {
            using FileStream file = File.OpenRead(path);
            if (entry.Offset < 0 || entry.Size < 0 || entry.Size > Array.MaxLength || entry.Offset > file.Length || entry.Size > file.Length - entry.Offset)
            {
                throw ShrikeException.InvalidData($"{path}: is too short for the tensor {key}: is it cut off?");
            }

            var bytes = new byte[entry.Size];
            RandomAccessRead(file, entry.Offset, bytes);
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ShrikeException.InputOutput($"{path}: cannot be read: {e.Message}", e);
        }
    }

    private static void RandomAccessRead(FileStream file, long offset, byte[] bytes)
    {
        file.Position = offset;
        file.ReadExactly(bytes);
    }

    private static byte[] ReadFile(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ShrikeException.InputOutput($"{path}: cannot be read: {e.Message}", e);
        }
    }

    private ShrikeException Bad(string key, string why) => ShrikeException.InvalidData($"{_prefix}.index: the tensor {key} {why}");
}
