using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Shrike.Core;
using Shrike.Formats.Safetensors;

namespace Shrike.Formats.Keras;

/// <summary>
/// The float32 datasets of an HDF5 file, as far as weight files need the format: superblocks 0 to 3, groups as symbol
/// tables or link messages, datasets stored in one piece. Every address is checked against the file, so that a damaged file
/// is an error and costs no more memory than its own size. (General libraries trust the sizes they read.)
/// </summary>
internal sealed class Hdf5File
{
    private const int MaxDepth = 16;
    private const int MaxObjects = 20_000;
    private const int MaxMessages = 500_000;
    private const ulong Undefined = ulong.MaxValue;

    private static readonly byte[] Signature = [0x89, (byte)'H', (byte)'D', (byte)'F', 13, 10, 26, 10];
    private static readonly byte[] EightByteSizes = [8, 8];

    private readonly byte[] _bytes;
    private readonly string _path;
    private readonly Dictionary<string, Tensor> _datasets = new(StringComparer.Ordinal);
    private long _budget;
    private int _objects;
    private int _messages;

    private Hdf5File(byte[] bytes, string path) => (_bytes, _path, _budget) = (bytes, path, bytes.Length);

    /// <summary>All float32 datasets by their path, e.g. <c>layers/dense/vars/0</c>.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="path">Its name for messages.</param>
    /// <exception cref="ShrikeException">It is damaged or stored in a way this reader does not know (exit 3).</exception>
    public static Dictionary<string, Tensor> ReadFloats(byte[] bytes, string path)
    {
        var file = new Hdf5File(bytes, path);
        file.Group(file.Root(), "", 0);
        return file._datasets;
    }

    private ulong Root()
    {
        if (!Slice(0, 8).SequenceEqual(Signature)) throw Bad("it does not begin as HDF5 files do");
        int version = Slice(8, 1)[0];
        (ulong sizes, ulong root) = version switch
        {
            0 => (13UL, 24UL + 32 + 8),
            1 => (13UL, 28UL + 32 + 8),
            2 or 3 => (9UL, 36UL),
            _ => throw Bad($"its superblock is of the unknown version {version}"),
        };
        return Slice(sizes, 2).SequenceEqual(EightByteSizes) ? U64(root) : throw Bad("its addresses are not of 8 bytes");
    }

    private void Group(ulong header, string name, int depth)
    {
        if (depth > MaxDepth || ++_objects > MaxObjects) throw Bad("its groups are nested without end");
        int[]? shape = null;
        bool isFloat = false;
        (ulong Address, ulong Size)? data = null;
        bool dataset = false;
        var links = new List<(string Name, ulong Header)>();
        foreach ((int type, ulong at, ulong size) in Messages(header))
        {
            switch (type)
            {
                case 0x01:
                    shape = Dataspace(at, size);
                    break;
                case 0x02 when size >= 18:
                    // Version, flags, [largest creation index], address of the heap that holds links in dense storage.
                    if (U64(at + 2 + ((Slice(at + 1, 1)[0] & 1) != 0 ? 8UL : 0)) != Undefined) throw Bad($"the group /{name} is stored densely, which this program cannot read: save the model with Keras' own saver");
                    break;
                case 0x03:
                    isFloat = size >= 8 && (Slice(at, 1)[0] & 15) == 1 && (Slice(at + 1, 1)[0] & 0x41) == 0 && Slice(at + 2, 1)[0] == 31 && U32(at + 4) == 4;
                    break;
                case 0x06:
                    links.Add(Link(at, size));
                    break;
                case 0x08:
                    dataset = true;
                    data = Layout(at, size, name);
                    break;
                case 0x0B:
                    throw Bad($"the dataset /{name} is compressed, which this program cannot read: save the model with Keras' own saver");
                case 0x11 when size >= 16:
                    SymbolTable(U64(at), U64(at + 8), links, 0);
                    break;
            }
        }

        foreach ((string child, ulong address) in links) Group(address, name.Length == 0 ? child : name + "/" + child, depth + 1);
        if (!dataset || !isFloat || shape is null) return;
        double count = shape.Aggregate(1.0, (n, d) => n * d);
        ulong bytes = count * 4 <= _budget ? (ulong)count * 4 : throw Bad($"the dataset /{name} is larger than the file");
        if (data is null || data.Value.Size < bytes) throw Bad($"the dataset /{name} has fewer bytes than its shape needs");
        _budget -= (long)bytes;
        float[] values = bytes == 0 ? [] : MemoryMarshal.Cast<byte, float>(Slice(data.Value.Address, bytes)).ToArray();
        if (!_datasets.TryAdd(name, new Tensor(shape, values))) throw Bad($"the dataset /{name} is there twice");
    }

    private IEnumerable<(int Type, ulong At, ulong Size)> Messages(ulong header)
    {
        bool second = Slice(header, 4).SequenceEqual("OHDR"u8);
        int flags = second ? Slice(header, 6)[5] : 0;
        var blocks = new Queue<(ulong At, ulong Size)>();
        if (second)
        {
            ulong at = header + 6 + ((flags & 0x20) != 0 ? 16UL : 0) + ((flags & 0x10) != 0 ? 4UL : 0);
            int width = 1 << (flags & 3);
            blocks.Enqueue((at + (ulong)width, UInt(at, width)));
        }
        else
        {
            if (Slice(header, 1)[0] != 1) throw Bad($"the object at byte {header} has no header that can be read");
            blocks.Enqueue((header + 16, U32(header + 8)));
        }

        while (blocks.Count > 0)
        {
            (ulong at, ulong size) = blocks.Dequeue();
            _ = Slice(at, size);
            ulong end = at + size;
            ulong head = second ? 4UL + ((flags & 4) != 0 ? 2UL : 0) : 8;
            while (end - at >= head)
            {
                if (++_messages > MaxMessages) throw Bad("an object has messages without end");
                int type = second ? Slice(at, 1)[0] : BinaryPrimitives.ReadUInt16LittleEndian(Slice(at, 2));
                ulong length = BinaryPrimitives.ReadUInt16LittleEndian(Slice(at + (second ? 1UL : 2), 2));
                at += head;
                if (length > end - at) throw Bad("a message lies outside its object");
                if (type == 0x10 && length >= 16)
                {
                    (ulong next, ulong nextSize) = (U64(at), U64(at + 8));
                    if (second && (nextSize < 8 || !Slice(next, 4).SequenceEqual("OCHK"u8))) throw Bad("an object's continuation is not there");
                    blocks.Enqueue(second ? (next + 4, nextSize - 8) : (next, nextSize));
                }
                else
                {
                    yield return (type, at, length);
                }

                at += length;
            }
        }
    }

    private int[] Dataspace(ulong at, ulong size)
    {
        int version = Slice(at, 4)[0], rank = Slice(at, 4)[1];
        ulong dims = at + (version == 1 ? 8UL : 4);
        if (version is not (1 or 2) || rank > 8 || size < dims - at + ((ulong)rank * 8)) throw Bad("a dataset's shape cannot be read");
        var shape = new int[rank];
        for (int i = 0; i < rank; i++)
        {
            ulong d = U64(dims + ((ulong)i * 8));
            shape[i] = d <= int.MaxValue ? (int)d : throw Bad("a dataset's shape is impossible");
        }

        return shape;
    }

    private (ulong Address, ulong Size)? Layout(ulong at, ulong size, string name)
    {
        int version = Slice(at, 2)[0], kind = Slice(at, 2)[1];
        if (version is not (3 or 4) || kind > 1 || size < (kind == 0 ? 4UL : 18)) throw Bad($"the dataset /{name} is stored in pieces, which this program cannot read: save the model with Keras' own saver");
        if (kind == 0) return (at + 4, BinaryPrimitives.ReadUInt16LittleEndian(Slice(at + 2, 2)));
        ulong address = U64(at + 2);
        return address == Undefined ? (0, 0) : (address, U64(at + 10));
    }

    private (string Name, ulong Header) Link(ulong at, ulong size)
    {
        ulong end = at + size;
        int flags = Slice(at, 2)[1];
        ulong p = at + 2;
        int kind = (flags & 8) != 0 ? Slice(p++, 1)[0] : 0;
        if ((flags & 4) != 0) p += 8;
        if ((flags & 16) != 0) p++;
        int width = 1 << (flags & 3);
        ulong length = UInt(p, width);
        p += (ulong)width;
        if (kind != 0 || p > end || length > end - p || end - p - length < 8) throw Bad("a link cannot be read");
        return (Encoding.UTF8.GetString(Slice(p, length)), U64(p + length));
    }

    private void SymbolTable(ulong tree, ulong heap, List<(string Name, ulong Header)> links, int depth)
    {
        if (depth > MaxDepth || ++_objects > MaxObjects) throw Bad("its groups are nested without end");
        if (!Slice(tree, 4).SequenceEqual("TREE"u8) || !Slice(heap, 4).SequenceEqual("HEAP"u8)) throw Bad("a group's table of links is not there");
        (ulong names, ulong namesSize) = (U64(heap + 24), U64(heap + 8));
        int level = Slice(tree, 6)[5], used = BinaryPrimitives.ReadUInt16LittleEndian(Slice(tree + 6, 2));
        for (int i = 0; i < used; i++)
        {
            ulong child = U64(tree + 32 + ((ulong)i * 16));
            if (level > 0)
            {
                SymbolTable(child, heap, links, depth + 1);
                continue;
            }

            if (!Slice(child, 4).SequenceEqual("SNOD"u8)) throw Bad("a group's table of links is not there");
            int symbols = BinaryPrimitives.ReadUInt16LittleEndian(Slice(child + 6, 2));
            for (int s = 0; s < symbols; s++)
            {
                if (links.Count >= MaxObjects) throw Bad("a group has links without end");
                ulong entry = child + 8 + ((ulong)s * 40);
                ulong offset = U64(entry);
                if (offset >= namesSize) throw Bad("a name lies outside its heap");
                ReadOnlySpan<byte> text = Slice(names + offset, Math.Min(namesSize - offset, Math.Min(1024, (ulong)_bytes.Length - Math.Min((ulong)_bytes.Length, names + offset))));
                int end = text.IndexOf((byte)0);
                if (end < 0) throw Bad("a name has no end");
                links.Add((Encoding.UTF8.GetString(text[..end]), U64(entry + 8)));
            }
        }
    }

    private ulong UInt(ulong at, int width)
    {
        ulong value = 0;
        ReadOnlySpan<byte> bytes = Slice(at, (ulong)width);
        for (int i = 0; i < width; i++) value |= (ulong)bytes[i] << (8 * i);
        return value;
    }

    private ulong U64(ulong at) => BinaryPrimitives.ReadUInt64LittleEndian(Slice(at, 8));

    private uint U32(ulong at) => BinaryPrimitives.ReadUInt32LittleEndian(Slice(at, 4));

    private ReadOnlySpan<byte> Slice(ulong at, ulong size)
    {
        ulong length = (ulong)_bytes.Length;
        return at <= length && size <= length - at ? _bytes.AsSpan((int)at, (int)size) : throw Bad($"byte {at} is asked for, but it has {length}: is it cut off?");
    }

    private ShrikeException Bad(string why) => ShrikeException.InvalidData($"{_path}: is not an HDF5 file of weights: {why}");
}
