using Shrike.Hts;

namespace Shrike.Calling.Vcf;

/// <summary>
/// The text of one stretch of an output: made, and compressed if the file is, by whichever thread called the stretch;
/// then appended to the file in order. Reused.
/// </summary>
public sealed class VcfPart
{
    /// <summary>One record: the bases it covers, and where its line ends in the text.</summary>
    public readonly record struct Line(long Start, long End, int TextEnd);

    /// <summary>One compressed block: where it ends in the text and in <see cref="VcfPart.Packed"/>.</summary>
    public readonly record struct Block(int TextEnd, int PackedEnd);

    // A twentieth more bytes than the library's default of 6 gives, in three fifths of the time.
    private const int Level = 4;

    private byte[] _packed = [];
    private int _packedLength;

    /// <summary>The lines.</summary>
    public Utf8Buffer Text { get; } = new();

    /// <summary>The records, in order.</summary>
    public List<Line> Lines { get; } = [];

    /// <summary>The compressed blocks, in order; empty if not compressed.</summary>
    public List<Block> Blocks { get; } = [];

    /// <summary>Ordinal of the contig all records are of.</summary>
    public int Contig { get; set; }

    /// <summary>The compressed text.</summary>
    public ReadOnlySpan<byte> Packed => _packed.AsSpan(0, _packedLength);

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        Text.Clear();
        Lines.Clear();
        Blocks.Clear();
        _packedLength = 0;
    }

    /// <summary>Compresses the text into BGZF blocks; lines are not split where they fit.</summary>
    public void Compress()
    {
        int begin = 0;
        int end = 0;
        foreach (Line line in Lines)
        {
            if (line.TextEnd - begin > BgzfBlock.MaxContent && end > begin)
            {
                Pack(begin, end);
                begin = end;
            }

            end = line.TextEnd;
            for (; end - begin > BgzfBlock.MaxContent; begin += BgzfBlock.MaxContent) Pack(begin, begin + BgzfBlock.MaxContent);
        }

        if (end > begin) Pack(begin, end);
    }

    private void Pack(int begin, int end)
    {
        if (_packed.Length - _packedLength < BgzfBlock.MaxSize) Array.Resize(ref _packed, (_packed.Length * 2) + BgzfBlock.MaxSize);
        _packedLength += BgzfBlock.Compress(Text.Span[begin..end], _packed.AsSpan(_packedLength), Level);
        Blocks.Add(new Block(end, _packedLength));
    }
}
