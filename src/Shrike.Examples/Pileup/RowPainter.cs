using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Shrike.Core;

namespace Shrike.Examples.Pileup;

/// <summary>
/// Paints one read, or the reference, into a row of W x C bytes. What is the same along the row stands in a pixel
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
    public readonly record struct ReadValues(byte MappingQuality, bool IsReverse, byte Support, int Haplotype, int TemplateLength);

    /// <summary>Paints the reference row.</summary>
    public void PaintReference(Span<byte> row, ReadOnlySpan<byte> reference)
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

        FillRuns(reference);
        for (int c = 0; c < reference.Length; c++)
        {
            _template.AsSpan(0, _channels).CopyTo(row[(c * _channels)..]);
            if (_base >= 0) row[(c * _channels) + _base] = Colors.Base[reference[c]];
            PaintRun(row, c, c);
        }
    }

    /// <summary>Paints a read; false if it must not be drawn (a bad base at the variant's first position).</summary>
    /// <param name="row">W x C + <see cref="Slack"/> bytes, zero.</param>
    /// <param name="read">The trimmed alignment.</param>
    /// <param name="bases">Bases of the trimmed read.</param>
    /// <param name="qualities">Qualities of the trimmed read.</param>
    /// <param name="values">Values of the whole row.</param>
    /// <param name="reference">Reference bases of the window.</param>
    /// <param name="windowStart">Position of column 0.</param>
    public bool PaintRead(Span<byte> row, TrimmedRead read, ReadOnlySpan<byte> bases, ReadOnlySpan<byte> qualities, in ReadValues values, ReadOnlySpan<byte> reference, int windowStart)
    {
        SetTemplate(read.Cigar, bases, qualities, values);
        FillRuns(bases);
        int center = (_options.Width - 1) / 2;
        int column = read.Start - windowStart;
        int q = 0;
        foreach (uint element in read.Cigar)
        {
            int length = Cigar.Length(element);
            switch (Cigar.Op(element))
            {
                case CigarOp.Match or CigarOp.SequenceMatch or CigarOp.SequenceMismatch:
                    int from = Math.Max(0, -column);
                    int to = Math.Min(length, _options.Width - column);
                    if (column + from <= center && center < column + to && qualities[q + center - column] < _options.MinBaseQuality) return false;
                    for (int i = from; i < to; i++)
                    {
                        byte b = bases[q + i];
                        PaintPixel(row, column + i, q + i, Colors.Base[b], Colors.Quality[qualities[q + i]], b == reference[column + i] ? Colors.Matching : Colors.Full);
                    }

                    q += length;
                    column += length;
                    break;
                case CigarOp.Insertion:
                    if (windowStart + column > 0 && !PaintAnchor(row, column - 1, q, qualities, center)) return false;
                    q += length;
                    break;
                case CigarOp.SoftClip:
                    q += length;
                    break;
                case CigarOp.Deletion:
                    if (q > 0 && !PaintAnchor(row, column - 1, q - 1, qualities, center)) return false;
                    column += length;
                    break;
                case CigarOp.Skip:
                    column += length;
                    break;
            }
        }

        return true;
    }

    private bool PaintAnchor(Span<byte> row, int column, int index, ReadOnlySpan<byte> qualities, int center)
    {
        if (column < 0 || column >= _options.Width || index >= qualities.Length) return true;
        if (column == center && qualities[index] < _options.MinBaseQuality) return false;
        PaintPixel(row, column, index, Colors.Base[Colors.Anchor], Colors.Quality[qualities[index]], Colors.Full);
        return true;
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

    private void SetTemplate(ReadOnlySpan<uint> cigar, ReadOnlySpan<byte> bases, ReadOnlySpan<byte> qualities, in ReadValues values)
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
                11 or 13 => ReadChannels.Identity(cigar, bases.Length),
                12 => ReadChannels.AverageQuality(qualities),
                14 => ReadChannels.GapCompressedIdentity(cigar),
                15 => ReadChannels.GcContent(bases),
                19 => Colors.Scale(Math.Abs(Math.Max(values.TemplateLength, -int.MaxValue)) is var size && size > 1000 ? 1000 : size, 1000),
                _ => 0,
            };
        }
    }

    private void FillRuns(ReadOnlySpan<byte> bases)
    {
        if (_inRun < 0 && _runLength < 0) return;
        if (_runs.Length < bases.Length) _runs = new byte[bases.Length];
        ReadChannels.Runs(bases, _runs);
    }

    private int LastIndex(int channel) => Array.LastIndexOf(_options.Channels, channel);
}
