using Shrike.Core;

namespace Shrike.Inference.Cuda.Painting;

/// <summary>The paint kernel of kernels.cu on the CPU, byte by byte as a device does it: what the tests compare both painters with.</summary>
public static class PaintTwin
{
    /// <summary>Paints all images.</summary>
    /// <param name="compact">Rows.</param>
    /// <param name="images">Receives count x height x width x channels bytes.</param>
    public static void Paint(CompactImages compact, Span<byte> images)
    {
        int channels = compact.Layout.Channels;
        int rowBytes = compact.Width * channels;
        for (int image = 0; image < compact.Count; image++)
        {
            for (int h = 0; h < compact.Height; h++)
            {
                int r = compact.FirstRow[image] + h;
                bool isDrawn = r < compact.FirstRow[image + 1];
                Span<byte> row = images.Slice(((image * compact.Height) + h) * rowBytes, rowBytes);
                for (int i = 0; i < rowBytes; i++) row[i] = isDrawn ? (byte)PixelByte(compact, r, i / channels, i % channels) : (byte)0;
            }
        }
    }

    private static int PixelByte(CompactImages compact, int r, int column, int lane)
    {
        PixelLayout layout = compact.Layout;
        CompactRow row = compact.Rows[r];
        for (int s = row.FirstSpan + row.Spans - 1; s >= row.FirstSpan; s--)
        {
            RowSpan span = compact.Spans[s];
            bool marks = span.Length == 0;
            if (column < span.Column || column >= span.Column + (marks ? 1 : span.Length)) continue;
            int index = span.Index + column - span.Column;
            int at = row.Sequence + index;
            if (lane == layout.Base) return marks ? 0 : BaseColor(compact.Letters[at]);
            if (lane == layout.Quality && row.IsReference == 0) return Scaled(compact.Qualities[at], 40);
            if (lane == layout.Differs && row.IsReference == 0) return !marks && compact.Letters[at] == compact.Letters[row.Window + column] ? 50 : 254;
            if (lane == layout.InRun) return RunAround(compact.Letters.Slice(row.Sequence, row.Length), index) >= 3 ? 254 : 0;
            if (lane == layout.RunLength) return Scaled(RunAround(compact.Letters.Slice(row.Sequence, row.Length), index), 30);
            return compact.Templates[(r * layout.Channels) + lane];
        }

        return 0;
    }

    private static int Scaled(int value, int most) => 254 * Math.Min(value, most) / most;

    private static int BaseColor(byte letter) => letter switch { (byte)'A' => 250, (byte)'G' => 180, (byte)'T' => 100, (byte)'C' => 30, _ => 0 };

    private static int RunAround(ReadOnlySpan<byte> letters, int i)
    {
        int from = i, to = i + 1;
        while (from > 0 && letters[from - 1] == letters[i]) from--;
        while (to < letters.Length && letters[to] == letters[i]) to++;
        return (to - from) & 255;
    }
}
