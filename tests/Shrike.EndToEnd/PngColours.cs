using System.Buffers.Binary;
using System.IO.Compression;

namespace Shrike.EndToEnd;

/// <summary>How often each colour stands in a PNG of 8 bits with three or four channels, not interlaced: what a browser takes of its window.</summary>
internal static class PngColours
{
    public static Dictionary<int, int> Count(string path)
    {
        ReadOnlySpan<byte> file = File.ReadAllBytes(path);
        int width = 0, channels = 0;
        using var packed = new MemoryStream();
        for (int at = 8; at < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file[at..]);
            ReadOnlySpan<byte> data = file.Slice(at + 8, length);
            if (file.Slice(at + 4, 4).SequenceEqual("IHDR"u8)) (width, channels) = (BinaryPrimitives.ReadInt32BigEndian(data), data[9] == 6 ? 4 : 3);
            if (file.Slice(at + 4, 4).SequenceEqual("IDAT"u8)) packed.Write(data);
            at += length + 12;
        }

        packed.Position = 0;
        using var pixels = new ZLibStream(packed, CompressionMode.Decompress);
        byte[] above = new byte[width * channels], row = new byte[width * channels];
        var counts = new Dictionary<int, int>();
        for (int filter; (filter = pixels.ReadByte()) >= 0; (above, row) = (row, above))
        {
            pixels.ReadExactly(row);
            for (int i = 0; i < row.Length; i++)
            {
                int left = i < channels ? 0 : row[i - channels], up = above[i], corner = i < channels ? 0 : above[i - channels];
                row[i] += (byte)(filter switch { 1 => left, 2 => up, 3 => (left + up) / 2, 4 => Paeth(left, up, corner), _ => 0 });
            }

            for (int i = 0; i < row.Length; i += channels)
            {
                int colour = (row[i] << 16) | (row[i + 1] << 8) | row[i + 2];
                counts[colour] = counts.GetValueOrDefault(colour) + 1;
            }
        }

        return counts;
    }

    private static int Paeth(int left, int up, int corner)
    {
        int a = Math.Abs(up - corner), b = Math.Abs(left - corner), c = Math.Abs(left + up - (2 * corner));
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }
}
