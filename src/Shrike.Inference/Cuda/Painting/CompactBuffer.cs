using System.Runtime.InteropServices;
using Shrike.Core;
using Shrike.Inference.Cuda.Kernels;

namespace Shrike.Inference.Cuda.Painting;

/// <summary>Where the arrays of compact images lie in one buffer, so that they travel in one copy. Offsets are multiples of 16.</summary>
/// <param name="Letters">Offset of the bases.</param>
/// <param name="Qualities">Offset of their qualities.</param>
/// <param name="Templates">Offset of the pixel templates.</param>
/// <param name="Rows">Offset of the rows.</param>
/// <param name="Spans">Offset of the spans.</param>
/// <param name="FirstRow">Offset of the images' first rows.</param>
/// <param name="End">One past the last byte.</param>
internal readonly record struct CompactBuffer(long Letters, long Qualities, long Templates, long Rows, long Spans, long FirstRow, long End)
{
    private const int Alignment = 16;

    /// <summary>The layout of images from an offset on.</summary>
    public static CompactBuffer From(CompactImages images, long offset)
    {
        long at = offset;
        long Next(long bytes)
        {
            long begin = at;
            at += (bytes + Alignment - 1) / Alignment * Alignment;
            return begin;
        }

        long letters = Next(images.Letters.Length), qualities = Next(images.Qualities.Length), templates = Next(images.Templates.Length);
        long rows = Next(MemoryMarshal.AsBytes(images.Rows).Length), spans = Next(MemoryMarshal.AsBytes(images.Spans).Length), first = Next(images.FirstRow.Length * sizeof(int));
        return new CompactBuffer(letters, qualities, templates, rows, spans, first, at);
    }

    /// <summary>Copies the arrays to their places.</summary>
    public unsafe void Fill(CompactImages images, nint buffer)
    {
        void Copy(ReadOnlySpan<byte> from, long offset) => from.CopyTo(new Span<byte>((byte*)buffer + offset, from.Length));
        Copy(images.Letters, Letters);
        Copy(images.Qualities, Qualities);
        Copy(images.Templates, Templates);
        Copy(MemoryMarshal.AsBytes(images.Rows), Rows);
        Copy(MemoryMarshal.AsBytes(images.Spans), Spans);
        Copy(MemoryMarshal.AsBytes(images.FirstRow), FirstRow);
    }

    /// <summary>Arguments of the paint kernel.</summary>
    /// <param name="images">The images in the buffer.</param>
    /// <param name="buffer">Address of the buffer in the device's memory.</param>
    /// <param name="first">First image to paint.</param>
    /// <param name="to">Address of its painted form.</param>
    public PaintArguments Arguments(CompactImages images, ulong buffer, int first, ulong to)
    {
        PixelLayout layout = images.Layout;
        return new PaintArguments
        {
            Letters = buffer + (ulong)Letters,
            Qualities = buffer + (ulong)Qualities,
            Templates = buffer + (ulong)Templates,
            Rows = buffer + (ulong)Rows,
            Spans = buffer + (ulong)Spans,
            FirstRow = buffer + (ulong)FirstRow,
            Images = to,
            FirstImage = first,
            Height = images.Height,
            Width = images.Width,
            Channels = layout.Channels,
            Base = layout.Base,
            Quality = layout.Quality,
            Differs = layout.Differs,
            InRun = layout.InRun,
            RunLength = layout.RunLength,
        };
    }
}
