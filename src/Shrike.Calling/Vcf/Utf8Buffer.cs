using System.Buffers.Text;

namespace Shrike.Calling.Vcf;

/// <summary>Growing UTF-8 text.</summary>
public sealed class Utf8Buffer
{
    private const int LongestNumber = 32;
    private byte[] _data = new byte[4096];

    /// <summary>Number of bytes.</summary>
    public int Length { get; private set; }

    /// <summary>The text.</summary>
    public ReadOnlySpan<byte> Span => _data.AsSpan(0, Length);

    /// <summary>Forgets the text.</summary>
    public void Clear() => Length = 0;

    /// <summary>Appends one byte.</summary>
    public Utf8Buffer Append(byte b)
    {
        Room(1)[0] = b;
        Length++;
        return this;
    }

    /// <summary>Appends text.</summary>
    public Utf8Buffer Append(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Room(text.Length));
        Length += text.Length;
        return this;
    }

    /// <summary>Appends a decimal integer.</summary>
    public Utf8Buffer Append(long number)
    {
        Utf8Formatter.TryFormat(number, Room(LongestNumber), out int written);
        Length += written;
        return this;
    }

    /// <summary>Appends a float32 as <see cref="VcfNumber"/> has it.</summary>
    public Utf8Buffer Append(float number)
    {
        Length += VcfNumber.Format(number, Room(VcfNumber.Longest));
        return this;
    }

    /// <summary>Appends texts with a separator between them; a dot if there is none.</summary>
    public Utf8Buffer AppendList(List<ReadOnlyMemory<byte>> texts, byte separator)
    {
        if (texts.Count == 0) return Append((byte)'.');
        for (int i = 0; i < texts.Count; i++)
        {
            if (i > 0) Append(separator);
            Append(texts[i].Span);
        }

        return this;
    }

    private Span<byte> Room(int bytes)
    {
        if (_data.Length - Length < bytes) Array.Resize(ref _data, checked(Math.Max(Length + bytes, _data.Length * 2)));
        return _data.AsSpan(Length);
    }
}
