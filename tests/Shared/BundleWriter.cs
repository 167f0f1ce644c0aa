using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Shrike.TestSupport;

/// <summary>
/// Writes TensorFlow tensor bundles with nothing of the program's own: its own checksums, Snappy and protobuf encoding, so that
/// reader and writer cannot share a mistake.
/// </summary>
internal sealed class BundleWriter
{
    private readonly SortedDictionary<string, (int Type, long[] Shape, byte[] Data, uint Crc)> _entries = new(StringComparer.Ordinal);

    public int Shards { get; init; } = 1;

    public int BlockSize { get; init; } = 256 << 10;

    public bool Snappy { get; init; }

    public void AddFloats(string key, long[] shape, ReadOnlySpan<float> values)
    {
        byte[] data = MemoryMarshal.AsBytes(values).ToArray();
        _entries[key] = (1, shape, data, Masked(data));
    }

    public void AddInt64(string key, long value)
    {
        byte[] data = BitConverter.GetBytes(value);
        _entries[key] = (9, [], data, Masked(data));
    }

    public void AddString(string key, byte[] text)
    {
        byte[] length = BitConverter.GetBytes((uint)text.Length);
        byte[] lengthCrc = BitConverter.GetBytes(Masked(length));
        byte[] data = [.. Varint((ulong)text.Length), .. lengthCrc, .. text];
        _entries[key] = (7, [], data, Masked([.. length, .. lengthCrc, .. text]));
    }

    /// <summary>Layers as children of node 0, each with its variables; what Keras writes, without what does not matter.</summary>
    public void AddObjectGraph(IEnumerable<string> variables)
    {
        var nodes = new List<byte[]>();
        var layers = variables.GroupBy(v => v.Split('/')[0]).ToArray();
        int next = 1 + layers.Length;
        var root = new List<byte>();
        var below = new List<byte[]>();
        var leaves = new List<byte[]>();
        for (int i = 0; i < layers.Length; i++)
        {
            root.AddRange(Message(1, [.. Number(1, (ulong)(1 + i)), .. Text(2, layers[i].Key)]));
            var layer = new List<byte>();
            foreach (string variable in layers[i])
            {
                layer.AddRange(Message(1, [.. Number(1, (ulong)next++), .. Text(2, variable.Split('/')[1])]));
                leaves.Add(Message(2, [.. Text(1, "VARIABLE_VALUE"), .. Text(3, variable + "/.ATTRIBUTES/VARIABLE_VALUE")]));
            }

            below.Add([.. layer]);
        }

        nodes.Add([.. root]);
        nodes.AddRange(below);
        nodes.AddRange(leaves);
        AddString("_CHECKPOINTABLE_OBJECT_GRAPH", [.. nodes.SelectMany(n => Message(1, n))]);
    }

    public void Write(string prefix)
    {
        var shards = new List<byte>[Shards];
        for (int i = 0; i < Shards; i++) shards[i] = [];
        var table = new List<(byte[] Key, byte[] Value)> { ([], [.. Number(1, (ulong)Shards), .. Message(3, Number(1, 1))]) };
        int turn = 0;
        foreach ((string key, var e) in _entries)
        {
            int shard = turn++ % Shards;
            byte[] shape = [.. e.Shape.SelectMany(d => Message(2, Number(1, (ulong)d)))];
            byte[] crc = new byte[5];
            crc[0] = (6 << 3) | 5;
            BinaryPrimitives.WriteUInt32LittleEndian(crc.AsSpan(1), e.Crc);
            table.Add((Encoding.UTF8.GetBytes(key), [.. Number(1, (ulong)e.Type), .. Message(2, shape), .. Number(3, (ulong)shard), .. Number(4, (ulong)shards[shard].Count), .. Number(5, (ulong)e.Data.Length), .. crc]));
            shards[shard].AddRange(e.Data);
        }

        for (int i = 0; i < Shards; i++) File.WriteAllBytes($"{prefix}.data-{i:D5}-of-{Shards:D5}", [.. shards[i]]);
        File.WriteAllBytes(prefix + ".index", Table(table));
    }

    private byte[] Table(List<(byte[] Key, byte[] Value)> entries)
    {
        var file = new List<byte>();
        var index = new List<(byte[] Key, byte[] Value)>();
        for (int i = 0; i < entries.Count;)
        {
            int size = 0, begin = i;
            while (i < entries.Count && (size < BlockSize || i == begin)) size += entries[i].Key.Length + entries[i++].Value.Length;
            byte[] handle = Append(file, Block(entries[begin..i]), Snappy);
            index.Add((entries[i - 1].Key, handle));
        }

        byte[] meta = Append(file, Block([]), false);
        byte[] indexHandle = Append(file, Block(index), false);
        byte[] footer = new byte[48];
        meta.CopyTo(footer, 0);
        indexHandle.CopyTo(footer, meta.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(footer.AsSpan(40), 0xdb4775248b80fb57);
        file.AddRange(footer);
        return [.. file];
    }

    private static byte[] Append(List<byte> file, byte[] block, bool snappy)
    {
        byte[] stored = [.. snappy ? Compress(block) : block, (byte)(snappy ? 1 : 0)];
        byte[] handle = [.. Varint((ulong)file.Count), .. Varint((ulong)stored.Length - 1)];
        file.AddRange(stored);
        file.AddRange(BitConverter.GetBytes(Masked(stored)));
        return handle;
    }

    private static byte[] Block(List<(byte[] Key, byte[] Value)> entries)
    {
        var block = new List<byte>();
        var restarts = new List<int>();
        byte[] previous = [];
        for (int i = 0; i < entries.Count; i++)
        {
            (byte[] key, byte[] value) = entries[i];
            int shared = 0;
            if (i % 16 == 0) restarts.Add(block.Count);
            else shared = key.AsSpan().CommonPrefixLength(previous);
            block.AddRange([.. Varint((ulong)shared), .. Varint((ulong)(key.Length - shared)), .. Varint((ulong)value.Length), .. key[shared..], .. value]);
            previous = key;
        }

        if (restarts.Count == 0) restarts.Add(0);
        foreach (int r in restarts) block.AddRange(BitConverter.GetBytes(r));
        block.AddRange(BitConverter.GetBytes(restarts.Count));
        return [.. block];
    }

    /// <summary>Snappy with literals and 16-bit copies: a copy wherever the next eight bytes were seen before.</summary>
    private static byte[] Compress(byte[] data)
    {
        var output = new List<byte>(Varint((ulong)data.Length));
        var seen = new Dictionary<ulong, int>();
        int literal = 0;
        for (int i = 0; i < data.Length;)
        {
            ulong word = i + 8 <= data.Length ? BitConverter.ToUInt64(data, i) : 0;
            if (i + 8 <= data.Length && seen.TryGetValue(word, out int at) && i - at < 65536)
            {
                Literal(output, data.AsSpan(literal, i - literal));
                int length = 8;
                while (length < 64 && i + length < data.Length && data[at + length] == data[i + length]) length++;
                output.AddRange([(byte)(((length - 1) << 2) | 2), (byte)(i - at), (byte)((i - at) >> 8)]);
                i += length;
                literal = i;
                continue;
            }

            if (i + 8 <= data.Length) seen[word] = i;
            i++;
        }

        Literal(output, data.AsSpan(literal));
        return [.. output];

        static void Literal(List<byte> output, ReadOnlySpan<byte> bytes)
        {
            while (bytes.Length > 0)
            {
                int n = Math.Min(bytes.Length, 65536);
                if (n <= 60) output.Add((byte)((n - 1) << 2));
                else output.AddRange([61 << 2, (byte)(n - 1), (byte)((n - 1) >> 8)]);
                output.AddRange(bytes[..n]);
                bytes = bytes[n..];
            }
        }
    }

    private static byte[] Number(int field, ulong value) => [(byte)(field << 3), .. Varint(value)];

    private static byte[] Message(int field, byte[] content) => [(byte)((field << 3) | 2), .. Varint((ulong)content.Length), .. content];

    private static byte[] Text(int field, string text) => Message(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value > 127; value >>= 7) bytes.Add((byte)(value | 128));
        bytes.Add((byte)value);
        return [.. bytes];
    }

    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte b in bytes)
        {
            crc = Table256[(byte)(crc ^ b)] ^ (crc >> 8);
        }

        crc = ~crc;
        return ((crc >> 15) | (crc << 17)) + 0xa282ead8;
    }

    private static readonly uint[] Table256 = [.. Enumerable.Range(0, 256).Select(i =>
    {
        uint c = (uint)i;
        for (int bit = 0; bit < 8; bit++) c = (c & 1) == 0 ? c >> 1 : (c >> 1) ^ 0x82F63B78;
        return c;
    })];
}
