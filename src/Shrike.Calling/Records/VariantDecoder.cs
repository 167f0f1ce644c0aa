using System.Text;
using Shrike.Formats;

namespace Shrike.Calling.Records;

/// <summary>Reads <c>Variant</c> messages: their key alone, or all that a VCF shows.</summary>
public static class VariantDecoder
{
    private const int InfoField = 10;

    private static readonly byte[] PhasedRegionKey = "PS_CONTIG"u8.ToArray();
    private static readonly byte[] AlleleHaplotypesKey = "ALT_PS"u8.ToArray();
    private static readonly byte[] ForcedKey = Encoding.ASCII.GetBytes(ForcedSite.Key);

    /// <summary>Contig, start and end, without looking at the rest.</summary>
    /// <param name="variant">The message.</param>
    /// <param name="contigs">Contigs of the reference.</param>
    /// <param name="guess">Contig of the record before.</param>
    /// <param name="contigName">Name of the contig, for a message if it is unknown.</param>
    /// <returns>The key; its contig is -1 if the reference has none of the name.</returns>
    public static RecordKey Key(ReadOnlySpan<byte> variant, ContigTable contigs, int guess, out ReadOnlySpan<byte> contigName)
    {
        contigName = default;
        long start = 0;
        long end = 0;
        var reader = new ProtoReader(variant);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 13: end = reader.Integer(); break;
                case 14: contigName = reader.Bytes(); break;
                case 16: start = reader.Integer(); break;
                default: reader.Skip(); break;
            }
        }

        return new RecordKey(contigs.Find(contigName, guess), start, end);
    }

    /// <summary>Fills a call; its contig is left to the caller, who knows it from the key.</summary>
    /// <exception cref="MalformedRecordException">The bytes are no variant with exactly one call.</exception>
    public static void Decode(ReadOnlyMemory<byte> variant, Call call)
    {
        int calls = 0;
        var reader = new ProtoReader(variant.Span);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 3: call.Names.Add(Slice(variant, ref reader)); break;
                case 6: call.Reference = Slice(variant, ref reader); break;
                case 7: call.Alternates.Add(Slice(variant, ref reader)); break;
                case 8: call.Quality = reader.Double(); break;
                case InfoField: DecodeVariantInfo(Slice(variant, ref reader), call); break;
                case 11:
                    calls++;
                    DecodeCall(Slice(variant, ref reader), call);
                    break;
                case 13: call.End = reader.Integer(); break;
                case 16: call.Start = reader.Integer(); break;
                default: reader.Skip(); break;
            }
        }

        if (calls != 1) throw new MalformedRecordException();
    }

    /// <summary>Name of the sample of a variant's call; empty if there is none.</summary>
    public static ReadOnlyMemory<byte> Sample(ReadOnlyMemory<byte> variant)
    {
        var call = new Call();
        Decode(variant, call);
        return call.Sample;
    }

    private static ReadOnlyMemory<byte> Slice(ReadOnlyMemory<byte> data, ref ProtoReader reader)
    {
        int length = reader.Bytes().Length;
        return data.Slice(reader.BytesStart, length);
    }

    private static void DecodeCall(ReadOnlyMemory<byte> data, Call call)
    {
        int alleles = 0;
        Span<int> genotype = stackalloc int[2];
        var reader = new ProtoReader(data.Span);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 2: DecodeCallInfo(Slice(data, ref reader), call); break;
                case 6: reader.Doubles(call.Likelihoods); break;
                case 7: DecodeGenotype(ref reader, genotype, ref alleles); break;
                case 9: call.Sample = Slice(data, ref reader); break;
                case 10: call.IsPhased = reader.Integer() != 0; break;
                default: reader.Skip(); break;
            }
        }

        if (alleles is not (0 or 2)) throw new MalformedRecordException();
        call.SetGenotype(alleles == 0 ? -1 : genotype[0], alleles == 0 ? -1 : genotype[1]);
    }

    private static void DecodeGenotype(ref ProtoReader reader, scoped Span<int> genotype, ref int alleles)
    {
        if (reader.Wire == 0)
        {
            if (alleles >= genotype.Length) throw new MalformedRecordException();
            genotype[alleles++] = (int)reader.Integer();
            return;
        }

        // Packed: the bytes are varints one after the other, without tags.
        ReadOnlySpan<byte> packed = reader.Bytes();
        while (packed.Length > 0)
        {
            if (alleles >= genotype.Length) throw new MalformedRecordException();
            ulong value = 0;
            int used = 0;
            do
            {
                if (used == packed.Length || used > 9) throw new MalformedRecordException();
                value |= (ulong)(packed[used] & 0x7f) << (7 * used);
            }
            while (packed[used++] >= 0x80);
            genotype[alleles++] = (int)value;
            packed = packed[used..];
        }
    }

    private static void DecodeVariantInfo(ReadOnlyMemory<byte> entry, Call call)
    {
        ReadOnlySpan<byte> key = KeyOf(entry, out ReadOnlyMemory<byte> list);
        if (key.SequenceEqual(PhasedRegionKey))
        {
            var reader = new ProtoReader(list.Span);
            if (reader.Next() && reader.Field == 1) call.PhasedRegion = DecodeValue(Slice(list, ref reader)).Text;
        }
        else if (key.SequenceEqual(ForcedKey))
        {
            var reader = new ProtoReader(list.Span);
            call.IsForced = true;
            call.IsAnswerable = reader.Next() && reader.Field == 1 && DecodeValue(Slice(list, ref reader)).Integer != 0;
        }
        else if (key.SequenceEqual(AlleleHaplotypesKey))
        {
            call.AlleleHaplotypes.Clear();
            var reader = new ProtoReader(list.Span);
            while (reader.Next())
            {
                if (reader.Field == 1) call.AlleleHaplotypes.Add(DecodeValue(Slice(list, ref reader)).Integer);
                else reader.Skip();
            }
        }
    }

    private static void DecodeCallInfo(ReadOnlyMemory<byte> entry, Call call)
    {
        int field = CallFieldNames.Find(KeyOf(entry, out ReadOnlyMemory<byte> list));
        if (field < 0) return;
        FieldValues values = call[(CallField)field];
        values.Clear();
        values.IsPresent = true;
        var reader = new ProtoReader(list.Span);
        while (reader.Next())
        {
            if (reader.Field == 1) values.Values.Add(DecodeValue(Slice(list, ref reader)));
            else reader.Skip();
        }
    }

    /// <summary>Key and value of a map entry.</summary>
    private static ReadOnlySpan<byte> KeyOf(ReadOnlyMemory<byte> entry, out ReadOnlyMemory<byte> list)
    {
        list = default;
        ReadOnlySpan<byte> key = default;
        var reader = new ProtoReader(entry.Span);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: key = reader.Bytes(); break;
                case 2: list = Slice(entry, ref reader); break;
                default: reader.Skip(); break;
            }
        }

        return key;
    }

    private static FieldValue DecodeValue(ReadOnlyMemory<byte> data)
    {
        var value = FieldValue.Of(0);
        var reader = new ProtoReader(data.Span);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 2: value = FieldValue.Of(reader.Double()); break;
                case 3: value = FieldValue.Of(Slice(data, ref reader)); break;
                case 7: value = FieldValue.Of((int)reader.Integer()); break;
                default: reader.Skip(); break;
            }
        }

        return value;
    }
}
