using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Shrike.Calling.Records;

/// <summary>
/// Fields of one protobuf message, read in place. Stage 3 needs a few fields of millions of records; building message
/// objects for them would cost more than all the rest. Damage of any kind throws <see cref="MalformedRecordException"/>.
/// </summary>
internal ref struct ProtoReader
{
    private readonly ReadOnlySpan<byte> _data;
    private int _position;

    public ProtoReader(ReadOnlySpan<byte> data)
    {
        _data = data;
        _position = 0;
        Field = 0;
        Wire = 0;
    }

    /// <summary>Number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>Wire type of the current field: 0 varint, 1 eight bytes, 2 bytes with a length, 5 four bytes.</summary>
    public int Wire { get; private set; }

    /// <summary>Where the bytes returned by the last <see cref="Bytes"/> begin.</summary>
    public int BytesStart { get; private set; }

    /// <summary>Moves to the next field; false at the end of the message.</summary>
    public bool Next()
    {
        if (_position >= _data.Length) return false;
        ulong tag = Varint();
        Field = (int)(tag >> 3);
        Wire = (int)(tag & 7);
        return Field > 0 && tag >> 32 == 0 ? true : throw new MalformedRecordException();
    }

    /// <summary>The current field as a varint.</summary>
    public ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (_position >= _data.Length) throw new MalformedRecordException();
            byte b = _data[_position++];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80) return value;
        }

        throw new MalformedRecordException();
    }

    /// <summary>The current field as a number of eight bytes.</summary>
    public double Double()
    {
        if (Wire != 1 || _data.Length - _position < 8) throw new MalformedRecordException();
        double value = BinaryPrimitives.ReadDoubleLittleEndian(_data[_position..]);
        _position += 8;
        return value;
    }

    /// <summary>The current field as an int64 or int32 (negative numbers have ten bytes).</summary>
    public long Integer() => Wire == 0 ? (long)Varint() : throw new MalformedRecordException();

    /// <summary>The current field as bytes.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        if (Wire != 2) throw new MalformedRecordException();
        ulong length = Varint();
        if (length > (ulong)(_data.Length - _position)) throw new MalformedRecordException();
        BytesStart = _position;
        _position += (int)length;
        return _data.Slice(BytesStart, (int)length);
    }

    /// <summary>Passes over the current field.</summary>
    public void Skip()
    {
        switch (Wire)
        {
            case 0: Varint(); break;
            case 1: Advance(8); break;
            case 2: Bytes(); break;
            case 5: Advance(4); break;
            default: throw new MalformedRecordException();
        }
    }

    /// <summary>Integers of a repeated field, packed or not, are appended.</summary>
    public void Integers(List<int> values)
    {
        if (Wire == 0)
        {
            values.Add((int)Varint());
            return;
        }

        var packed = new ProtoReader(Bytes());
        while (packed._position < packed._data.Length) values.Add((int)packed.Varint());
    }

    /// <summary>Numbers of a repeated field, packed or not, are appended.</summary>
    public void Doubles(List<double> values)
    {
        if (Wire == 1)
        {
            values.Add(Double());
            return;
        }

        ReadOnlySpan<byte> packed = Bytes();
        if (packed.Length % 8 != 0) throw new MalformedRecordException();
        for (; packed.Length > 0; packed = packed[8..]) values.Add(BinaryPrimitives.ReadDoubleLittleEndian(packed));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Advance(int bytes)
    {
        if (_data.Length - _position < bytes) throw new MalformedRecordException();
        _position += bytes;
    }
}

/// <summary>A record is not the message it should be. Whoever knows file and record turns it into a message.</summary>
internal sealed class MalformedRecordException : Exception;
