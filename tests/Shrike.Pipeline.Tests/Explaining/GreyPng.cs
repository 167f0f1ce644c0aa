using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Shrike.Pipeline.Tests.Explaining;

/// <summary>Reads back the simplest of PNG files, with all its checks.</summary>
internal static class GreyPng
{
    public static byte[] Read(byte[] file, int width, int height)
    {
        Assert.Equal([137, 80, 78, 71, 13, 10, 26, 10], file[..8]);
        using var packed = new MemoryStream();
        var names = new List<string>();
        for (int at = 8; at < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            string name = Encoding.ASCII.GetString(file, at + 4, 4);
            names.Add(name);
            ReadOnlySpan<byte> data = file.AsSpan(at + 8, length);
            Assert.Equal(Crc(file.AsSpan(at + 4, length + 4)), BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length)));
            if (name == "IHDR") Assert.Equal((width, height, 8, 0), (BinaryPrimitives.ReadInt32BigEndian(data), BinaryPrimitives.ReadInt32BigEndian(data[4..]), data[8], data[9]));
            if (name == "IDAT") packed.Write(data);
            at += length + 12;
        }

        Assert.Equal(["IHDR", "IDAT", "IEND"], names);
        packed.Position = 0;
        using var zlib = new ZLibStream(packed, CompressionMode.Decompress);
        var pixels = new byte[width * height];
        for (int row = 0; row < height; row++)
        {
            Assert.Equal(0, zlib.ReadByte());
            zlib.ReadExactly(pixels.AsSpan(row * width, width));
        }

        return pixels;
    }

    // Bit by bit from the polynomial, without a reflected table.
    private static uint Crc(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in data)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                uint top = (crc ^ (uint)(b >> bit)) & 1;
                crc >>= 1;
                if (top != 0) crc ^= 0xEDB88320;
            }
        }

        return ~crc;
    }
}
