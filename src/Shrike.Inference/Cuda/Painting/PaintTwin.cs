using System.Runtime.InteropServices;
using Shrike.Core;
using Shrike.Inference.Cuda.Kernels;

namespace Shrike.Inference.Cuda.Painting;

/// <summary>
/// The paint kernel of kernels.cu on the CPU, byte by byte and from the same buffer as a device does it: what the tests
/// compare both painters with.
/// </summary>
public static unsafe class PaintTwin
{
    /// <summary>Paints all images.</summary>
    /// <param name="compact">Rows.</param>
    /// <param name="images">Receives count x height x width x channels bytes.</param>
    public static void Paint(CompactImages compact, Span<byte> images) => Paint(compact, 0, compact.Count, images);

    /// <summary>Paints some images.</summary>
    /// <param name="compact">Rows.</param>
    /// <param name="first">First image.</param>
    /// <param name="count">Images.</param>
    /// <param name="images">Receives count x height x width x channels bytes.</param>
    public static void Paint(CompactImages compact, int first, int count, Span<byte> images)
    {
        if (count == 0) return;
        CompactBuffer layout = CompactBuffer.From(compact, first, count);
        void* buffer = NativeMemory.AlignedAlloc((nuint)layout.End, 16);
        try
        {
            layout.Fill((nint)buffer);
            fixed (byte* to = images[..(count * compact.Height * compact.Width * compact.Layout.Channels)])
            {
                PaintArguments a = layout.Arguments((ulong)buffer, (ulong)to);
                for (int block = 0; block < count * compact.Height; block++) PaintRow(a, block);
            }
        }
        finally
        {
            NativeMemory.AlignedFree(buffer);
        }
    }

    private static void PaintRow(in PaintArguments a, int block)
    {
        int image = block / a.Height, h = block - (image * a.Height);
        int* firstRow = (int*)a.FirstRow;
        int r = firstRow[a.FirstImage + image] + h, rowBytes = a.Width * a.Channels;
        bool isDrawn = r < firstRow[a.FirstImage + image + 1];
        byte* to = (byte*)a.Images + ((long)block * rowBytes);
        for (int i = 0; i < rowBytes; i++)
        {
            int column = i / a.Channels;
            to[i] = isDrawn ? (byte)PixelByte(a, r, column, i - (column * a.Channels)) : (byte)0;
        }
    }

    private static int PixelByte(in PaintArguments a, int r, int column, int lane)
    {
        byte* letters = (byte*)a.Letters;
        CompactRow row = ((CompactRow*)a.Rows)[r];
        for (int s = row.FirstSpan + row.Spans - 1; s >= row.FirstSpan; s--)
        {
            RowSpan span = ((RowSpan*)a.Spans)[s];
            bool marks = span.Length == 0;
            if (column < span.Column || column >= span.Column + (marks ? 1 : span.Length)) continue;
            int index = span.Index + column - span.Column, at = row.Sequence + index;
            if (lane == a.Base) return marks ? 0 : BaseColor(letters[at]);
            if (lane == a.Quality && row.IsReference == 0) return Scaled(((byte*)a.Qualities)[at], 40);
            if (lane == a.Differs && row.IsReference == 0) return !marks && letters[at] == letters[row.Window + column] ? 50 : 254;
            if (lane == a.InRun) return RunAround(letters + row.Sequence, row.Length, index) >= 3 ? 254 : 0;
            if (lane == a.RunLength) return Scaled(RunAround(letters + row.Sequence, row.Length, index), 30);
            return ((byte*)a.Templates)[(r * a.Channels) + lane];
        }

        return 0;
    }

    private static int Scaled(int value, int most) => 254 * Math.Min(value, most) / most;

    private static int BaseColor(byte letter) => letter switch { (byte)'A' => 250, (byte)'G' => 180, (byte)'T' => 100, (byte)'C' => 30, _ => 0 };

    private static int RunAround(byte* letters, int length, int i)
    {
        int from = i, to = i + 1;
        while (from > 0 && letters[from - 1] == letters[i]) from--;
        while (to < length && letters[to] == letters[i]) to++;
        return (to - from) & 255;
    }
}
