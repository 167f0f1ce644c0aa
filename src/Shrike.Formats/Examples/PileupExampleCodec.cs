using Google.Protobuf;
using Shrike.Core;
using Shrike.Formats.Messages;

namespace Shrike.Formats.Examples;

/// <summary>
/// Pileup examples as tf.Example records. Writing builds the bytes directly (features in ascending order of name)
/// because the image would otherwise be copied several times.
/// </summary>
public sealed class PileupExampleCodec
{
    private const int Bytes = 1;
    private const int Int64 = 3;
    private byte[] _buffer = new byte[1 << 18];
    private int _at;

    /// <summary>The record of one example.</summary>
    /// <param name="variant">The candidate.</param>
    /// <param name="altIndices">ALTs shown, ascending.</param>
    /// <param name="image">H x W x C bytes.</param>
    /// <param name="shape">H, W, C.</param>
    /// <param name="sequencingType">0 unless set by the user.</param>
    /// <param name="label">Class label in training, else null.</param>
    /// <param name="deNovo">De-novo label in training, else null.</param>
    /// <returns>Borrowed until the next call.</returns>
    public ReadOnlySpan<byte> Encode(Variant variant, ReadOnlySpan<int> altIndices, ReadOnlySpan<byte> image, ReadOnlySpan<int> shape, int sequencingType = 0, long? label = null, bool? deNovo = null)
    {
        var alts = new CallVariantsOutput.Types.AltAlleleIndices();
        foreach (int index in altIndices) alts.Indices.Add(index);
        byte[] encodedVariant = variant.ToByteArray();
        int needed = image.Length + encodedVariant.Length + variant.ReferenceName.Length + 1024;
        if (_buffer.Length < needed) _buffer = new byte[needed];

        // The body is written behind room for its own tag and length, which then go right in front of it.
        const int head = 8;
        _at = head;
        AddBytes("alt_allele_indices/encoded"u8, alts.ToByteArray());
        if (deNovo is { } isNew) AddInts("denovo_label"u8, [isNew ? 1 : 0]);
        AddBytes("image/encoded"u8, image);
        AddInts("image/shape"u8, [shape[0], shape[1], shape[2]]);
        if (label is { } value) AddInts("label"u8, [value]);
        AddBytes("locus"u8, System.Text.Encoding.UTF8.GetBytes($"{variant.ReferenceName}:{variant.Start + 1}-{variant.End}"));
        AddInts("sequencing_type"u8, [sequencingType]);
        AddBytes("variant/encoded"u8, encodedVariant);
        AddInts("variant_type"u8, [VariantType(variant)]);
        int length = _at - head;
        int start = head - 1 - VarintLength((uint)length);
        _at = start;
        PutTag(1, 2);
        PutVarint((uint)length);
        return _buffer.AsSpan(start, head + length - start);
    }

    /// <summary>1 for SNPs, 2 for anything longer, 0 without ALT.</summary>
    public static int VariantType(Variant variant)
    {
        bool single = variant.ReferenceBases.Length == 1;
        if (single && variant.AlternateBases.Count > 0 && variant.AlternateBases.All(a => a.Length == 1)) return 1;
        return !single || variant.AlternateBases.Any(a => a.Length > 1) ? 2 : 0;
    }

    private void AddBytes(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        int list = 1 + VarintLength((uint)value.Length) + value.Length;
        BeginFeature(name, Bytes, list);
        PutTag(1, 2);
        PutVarint((uint)value.Length);
        Put(value);
    }

    private void AddInts(ReadOnlySpan<byte> name, ReadOnlySpan<long> values)
    {
        int packed = 0;
        foreach (long v in values) packed += VarintLength((ulong)v);
        BeginFeature(name, Int64, 1 + VarintLength((uint)packed) + packed);
        PutTag(1, 2);
        PutVarint((uint)packed);
        foreach (long v in values) PutVarint((ulong)v);
    }

    /// <summary>Map entry { 1: name, 2: Feature { kind: list } } up to the list's content.</summary>
    private void BeginFeature(ReadOnlySpan<byte> name, int kind, int list)
    {
        int feature = 1 + VarintLength((uint)list) + list;
        int entry = 1 + VarintLength((uint)name.Length) + name.Length + 1 + VarintLength((uint)feature) + feature;
        PutTag(1, 2);
        PutVarint((uint)entry);
        PutTag(1, 2);
        PutVarint((uint)name.Length);
        Put(name);
        PutTag(2, 2);
        PutVarint((uint)feature);
        PutTag(kind, 2);
        PutVarint((uint)list);
    }

    private void PutTag(int field, int wireType) => _buffer[_at++] = (byte)((field << 3) | wireType);

    private void PutVarint(ulong value)
    {
        while (value >= 128)
        {
            _buffer[_at++] = (byte)(value | 128);
            value >>= 7;
        }

        _buffer[_at++] = (byte)value;
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer.AsSpan(_at));
        _at += bytes.Length;
    }

    private static int VarintLength(ulong value) => value == 0 ? 1 : (70 - System.Numerics.BitOperations.LeadingZeroCount(value)) / 7;

    /// <summary>A pileup example read from a record.</summary>
    /// <param name="Variant">The candidate.</param>
    /// <param name="AltIndices">ALTs shown.</param>
    /// <param name="Image">Image bytes.</param>
    /// <param name="Shape">H, W, C; null if the record has none.</param>
    /// <param name="Label">Class label, null if the record has none.</param>
    public sealed record Decoded(Variant Variant, CallVariantsOutput.Types.AltAlleleIndices AltIndices, ByteString Image, int[]? Shape, long? Label);

    /// <summary>Parses a record.</summary>
    /// <param name="record">A tf.Example.</param>
    /// <param name="source">File and record number for messages.</param>
    /// <exception cref="ShrikeException">A feature is missing or of the wrong kind (exit 3).</exception>
    public static Decoded Decode(ReadOnlySpan<byte> record, string source)
    {
        try
        {
            IDictionary<string, Feature> features = Example.Parser.ParseFrom(record).Features?.Feature
                ?? throw ShrikeException.InvalidData($"{source}: has no features: is this an examples file?");
            ByteString Value(string name) => features.TryGetValue(name, out Feature? f) && f.BytesList is { Value.Count: 1 } list
                ? list.Value[0]
                : throw ShrikeException.InvalidData($"{source}: has no {name}: is this an examples file of pileup images?");
            int[]? shape = features.TryGetValue("image/shape", out Feature? s) && s.Int64List is { Value.Count: 3 } dims ? [.. dims.Value.Select(d => (int)d)] : null;
            long? label = features.TryGetValue("label", out Feature? l) && l.Int64List is { Value.Count: 1 } one ? one.Value[0] : null;
            return new Decoded(
                Variant.Parser.ParseFrom(Value("variant/encoded")),
                CallVariantsOutput.Types.AltAlleleIndices.Parser.ParseFrom(Value("alt_allele_indices/encoded")),
                Value("image/encoded"),
                shape,
                label);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw ShrikeException.InvalidData($"{source}: is not an example: is this the right file?", e);
        }
    }
}
