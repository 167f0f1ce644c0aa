using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Shrike.Core;

namespace Shrike.Examples.Pileup;

/// <summary>
/// Paints one read, or the reference, into a row of W x C bytes, once it has been begun. What is the same along the row stands in a pixel
/// template; only base, quality, difference and homopolymer channels change from column to column. Up to eight
/// channels a pixel is one 64-bit store.
/// </summary>
internal sealed class RowPainter
{
    /// <summary>Bytes a row may be overwritten by behind its end.</summary>
    public const int Slack = 8;

    private readonly PileupOptions _options;
    private readonly int _channels;
    private readonly byte[] _template;
    private readonly int _base;
    private readonly int _quality;
    private readonly int _differs;
    private readonly int _inRun;
    private readonly int _runLength;
    private byte[] _runs = new byte[512];

    public RowPainter(PileupOptions options)
    {
        _options = options;
        _channels = options.Channels.Length;
        _template = new byte[Math.Max(8, _channels)];

        // A channel listed twice is painted only at its last place.
        (_base, _quality, _differs) = (LastIndex(1), LastIndex(2), LastIndex(6));
        (_inRun, _runLength) = (LastIndex(16), LastIndex(17));
    }

    /// <summary>What of a read goes into its row besides bases and qualities.</summary>
    public readonly record struct ReadValues(byte MappingQuality, bool IsReverse, byte Support, int Haplotype, int TemplateLength, byte Frequency);

    /// <summary>Bytes that are the same along the row that was begun last; at least eight.</summary>
    public ReadOnlySpan<byte> Template => _template;

    /// <summary>Where the bytes lie that change along a row.</summary>
    public PixelLayout Layout => new(_channels, _base, _quality, _differs, _inRun, _runLength);

    /// <summary>Sets the template of a reference row.</summary>
    public void BeginReference(ReadOnlySpan<byte> reference)
    {
        Array.Clear(_template);
        foreach (int channel in _options.Channels)
        {
            _template[LastIndex(channel)] = channel switch
            {
                2 or 3 or 11 or 12 or 13 or 14 or 19 => Colors.Full,
                4 => Colors.Forward,
                5 => Colors.Unsupporting,
                6 => Colors.Matching,
                15 => ReadChannels.GcContent(reference),
                22 => 255,
                _ => 0,
            };
        }
    }

    /// <summary>Sets the template of a read's row.</summary>
    public void BeginRead(TrimmedRead read, ReadOnlySpan<byte> bases, ReadOnlySpan<byte> qualities, in ReadValues values)
    {
        Array.Clear(_template);
        foreach (int channel in _options.Channels)
        {
            _template[LastIndex(channel)] = channel switch
            {
                3 => Colors.Scale(values.MappingQuality, 60),
                4 => values.IsReverse ? Colors.Reverse : Colors.Forward,
                5 => values.Support,
                7 => values.Haplotype == -1 ? (byte)0 : Colors.Scale(values.Haplotype, 2),
                8 => values.Frequency,
                11 or 13 => ReadChannels.Identity(read.Cigar, bases.Length),
                12 => ReadChannels.AverageQuality(qualities),
                14 => ReadChannels.GapCompressedIdentity(read.Cigar),
                15 => ReadChannels.GcContent(bases),
                19 => Colors.Scale(Math.Abs(Math.Max(values.TemplateLength, -int.MaxValue)) is var size && size > 1000 ? 1000 : size, 1000),
                _ => 0,
            };
        }
    }

    /// <summary>Paints the reference row that was begun.</summary>
    public void PaintReference(Span<byte> row, ReadOnlySpan<byte> reference)
    {
        FillRuns(reference);
        for (int c = 0; c < reference.Length; c++)
        {
            _template.AsSpan(0, _channels).CopyTo(row[(c * _channels)..]);
            if (_base >= 0) row[(c * _channels) + _base] = Colors.Base[reference[c]];
            PaintRun(row, c, c);
        }
    }

    /// <summary>Paints the row of the read that was begun.</summary>
    /// <param name="row">W x C + <see cref="Slack"/> bytes, zero.</param>
    /// <param name="spans">What is shown.</param>
    /// <param name="bases">Bases of the trimmed read.</param>
    /// <param name="qualities">Qualities of the trimmed read.</param>
    /// <param name="reference">Reference bases of the window.</param>
    public void PaintRead(Span<byte> row, ReadOnlySpan<RowSpan> spans, ReadOnlySpan<byte> bases, ReadOnlySpan<byte> qualities, ReadOnlySpan<byte> reference)
    {
        FillRuns(bases);
        foreach (RowSpan span in spans)
        {
            if (span.Length == 0)
            {
                PaintPixel(row, span.Column, span.Index, Colors.Base[Colors.Anchor], Colors.Quality[qualities[span.Index]], Colors.Full);
                continue;
            }

            ReadOnlySpan<byte> letters = bases.Slice(span.Index, span.Length);
            ReadOnlySpan<byte> quality = qualities.Slice(span.Index, span.Length);
            ReadOnlySpan<byte> expected = reference.Slice(span.Column, span.Length);
            for (int i = 0; i < letters.Length; i++)
            {
                byte b = letters[i];
                PaintPixel(row, span.Column + i, span.Index + i, Colors.Base[b], Colors.Quality[quality[i]], b == expected[i] ? Colors.Matching : Colors.Full);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PaintPixel(Span<byte> row, int column, int index, byte letter, byte quality, byte differs)
    {
        if (_channels <= 8)
        {
            // Bytes behind the pixel are overwritten with zeros; columns are painted from left to right.
            ulong pixel = MemoryMarshal.Read<ulong>(_template);
            if (_base >= 0) pixel |= (ulong)letter << (_base * 8);
            if (_quality >= 0) pixel |= (ulong)quality << (_quality * 8);
            if (_differs >= 0) pixel |= (ulong)differs << (_differs * 8);
            MemoryMarshal.Write(row[(column * _channels)..], pixel);
        }
        else
        {
            Span<byte> pixel = row.Slice(column * _channels, _channels);
            _template.AsSpan(0, _channels).CopyTo(pixel);
            if (_base >= 0) pixel[_base] = letter;
            if (_quality >= 0) pixel[_quality] = quality;
            if (_differs >= 0) pixel[_differs] = differs;
        }

        if (_inRun >= 0 || _runLength >= 0) PaintRun(row, column, index);
    }

    private void PaintRun(Span<byte> row, int column, int index)
    {
        if (_inRun >= 0) row[(column * _channels) + _inRun] = _runs[index] >= 3 ? Colors.Full : (byte)0;
        if (_runLength >= 0) row[(column * _channels) + _runLength] = Colors.Scale(_runs[index], 30);
    }

    private void FillRuns(ReadOnlySpan<byte> bases)
    {
        if (_inRun < 0 && _runLength < 0) return;
        if (_runs.Length < bases.Length) _runs = new byte[bases.Length];
        ReadChannels.Runs(bases, _runs);
    }

    private int LastIndex(int channel) => Array.LastIndexOf(_options.Channels, channel);
}
