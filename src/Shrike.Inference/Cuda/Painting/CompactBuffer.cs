using System.Runtime.InteropServices;
using Shrike.Core;
using Shrike.Inference.Cuda.Kernels;

namespace Shrike.Inference.Cuda.Painting;

/// <summary>
/// Where what some compact images need lies in one buffer, so that it travels in one copy. Only their own rows, spans and
/// templates are taken, and the stretch of sequences they show. Offsets are multiples of 16.
/// </summary>
internal readonly struct CompactBuffer
{
    private const int Alignment = 16;
    private readonly CompactImages _images;
    private readonly int _firstImage;
    private readonly int _count;
    private readonly Range _rows;
    private readonly Range _spans;
    private readonly Range _sequences;
    private readonly long _letters;
    private readonly long _qualities;
    private readonly long _templates;
    private readonly long _rowBytes;
    private readonly long _spanBytes;
    private readonly long _firstRow;

    private CompactBuffer(CompactImages images, int first, int count, long offset)
    {
        (_images, _firstImage, _count) = (images, first, count);
        _rows = images.FirstRow[first]..images.FirstRow[first + count];
        (int low, int high, int spanFrom, int spanTo) = (int.MaxValue, 0, int.MaxValue, 0);
        foreach (CompactRow row in images.Rows[_rows])
        {
            (low, high) = (Math.Min(low, Math.Min(row.Sequence, row.Window)), Math.Max(high, Math.Max(row.Sequence + row.Length, row.Window + images.Width)));
            (spanFrom, spanTo) = (Math.Min(spanFrom, row.FirstSpan), Math.Max(spanTo, row.FirstSpan + row.Spans));
        }

        _sequences = low < high ? low..high : 0..0;
        _spans = spanFrom < spanTo ? spanFrom..spanTo : 0..0;
        long at = offset;
        long Next(long bytes)
        {
            long begin = at;
            at += (bytes + Alignment - 1) / Alignment * Alignment;
            return begin;
        }

        _letters = Next(images.Letters[_sequences].Length);
        _qualities = Next(images.Qualities[_sequences].Length);
        _templates = Next((long)(_rows.End.Value - _rows.Start.Value) * images.Layout.Channels);
        _rowBytes = Next(MemoryMarshal.AsBytes(images.Rows[_rows]).Length);
        _spanBytes = Next(MemoryMarshal.AsBytes(images.Spans[_spans]).Length);
        _firstRow = Next((count + 1) * sizeof(int));
        End = at;
    }

    /// <summary>One past the last byte.</summary>
    public long End { get; }

    /// <summary>The layout of some images from an offset on.</summary>
    public static CompactBuffer From(ImagePart part, long offset) => new(part.Request.Compact!, part.First, part.Count, offset);

    /// <summary>The layout of all images.</summary>
    public static CompactBuffer From(CompactImages images, int first, int count) => new(images, first, count, 0);

    /// <summary>Copies everything to its place.</summary>
    public unsafe void Fill(nint buffer)
    {
        void Copy(ReadOnlySpan<byte> from, long offset) => from.CopyTo(new Span<byte>((byte*)buffer + offset, from.Length));
        int channels = _images.Layout.Channels;
        Copy(_images.Letters[_sequences], _letters);
        Copy(_images.Qualities[_sequences], _qualities);
        Copy(_images.Templates[(_rows.Start.Value * channels)..(_rows.End.Value * channels)], _templates);
        Copy(MemoryMarshal.AsBytes(_images.Rows[_rows]), _rowBytes);
        Copy(MemoryMarshal.AsBytes(_images.Spans[_spans]), _spanBytes);
        Copy(MemoryMarshal.AsBytes(_images.FirstRow.Slice(_firstImage, _count + 1)), _firstRow);
    }

    /// <summary>Arguments of the paint kernel. Indexes stay those of the whole arrays, so the addresses are moved back by what was left out.</summary>
    /// <param name="buffer">Address of the buffer where the kernel runs.</param>
    /// <param name="to">Address of the first painted image.</param>
    public PaintArguments Arguments(ulong buffer, ulong to)
    {
        PixelLayout layout = _images.Layout;
        ulong At(long offset, long leftOut) => unchecked(buffer + (ulong)(offset - leftOut));
        return new PaintArguments
        {
            Letters = At(_letters, _sequences.Start.Value),
            Qualities = At(_qualities, _sequences.Start.Value),
            Templates = At(_templates, (long)_rows.Start.Value * layout.Channels),
            Rows = At(_rowBytes, (long)_rows.Start.Value * Marshal.SizeOf<CompactRow>()),
            Spans = At(_spanBytes, (long)_spans.Start.Value * Marshal.SizeOf<RowSpan>()),
            FirstRow = At(_firstRow, (long)_firstImage * sizeof(int)),
            Images = to,
            FirstImage = _firstImage,
            Height = _images.Height,
            Width = _images.Width,
            Channels = layout.Channels,
            Base = layout.Base,
            Quality = layout.Quality,
            Differs = layout.Differs,
            InRun = layout.InRun,
            RunLength = layout.RunLength,
        };
    }
}
