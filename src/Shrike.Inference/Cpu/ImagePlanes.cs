using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Shrike.Inference.Cpu;

/// <summary>Images as networks read them: one plane a channel, bytes b as (b - 128) / 128, which float32 holds exactly.</summary>
public static class ImagePlanes
{
    private const float Zero = -1;

    private static readonly float[] Values = [.. Enumerable.Range(0, 256).Select(b => (b - 128) / 128f)];

    /// <summary>Converts an image.</summary>
    /// <param name="image">H x W x C bytes.</param>
    /// <param name="shape">H, W, C.</param>
    /// <param name="planes">Receives C x H x W values.</param>
    /// <param name="rows">Receives H values: 1 where a row has any byte above zero, else 0.</param>
    public static void Convert(ReadOnlySpan<byte> image, ReadOnlySpan<int> shape, Span<float> planes, Span<float> rows)
    {
        (int height, int width, int channels) = (shape[0], shape[1], shape[2]);
        FindRows(image, rows);
        for (int h = 0; h < height; h++)
        {
            ReadOnlySpan<byte> row = image.Slice(h * width * channels, width * channels);
            for (int c = 0; c < channels; c++)
            {
                Span<float> line = planes.Slice(((c * height) + h) * width, width);
                if (rows[h] > 0) Spread(row, c, channels, line);
                else line.Fill(Zero);
            }
        }
    }

    /// <summary>Which rows are not empty.</summary>
    /// <param name="image">Bytes, as many for every row.</param>
    /// <param name="rows">Receives 1 where a row has any byte above zero, else 0.</param>
    public static void FindRows(ReadOnlySpan<byte> image, Span<float> rows)
    {
        int rowBytes = image.Length / rows.Length;
        for (int h = 0; h < rows.Length; h++) rows[h] = image.Slice(h * rowBytes, rowBytes).ContainsAnyExcept((byte)0) ? 1 : 0;
    }

    /// <summary>Every <paramref name="step"/>-th byte through the table; the bounds follow from the slices above.</summary>
    private static void Spread(ReadOnlySpan<byte> row, int first, int step, Span<float> line)
    {
        ref byte from = ref MemoryMarshal.GetReference(row);
        ref float to = ref MemoryMarshal.GetReference(line);
        ref float values = ref MemoryMarshal.GetArrayDataReference(Values);
        for (nint w = 0, at = first; w < line.Length; w++, at += step) Unsafe.Add(ref to, w) = Unsafe.Add(ref values, (nint)Unsafe.Add(ref from, at));
    }
}
