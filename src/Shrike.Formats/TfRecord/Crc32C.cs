using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using ArmCrc = System.Runtime.Intrinsics.Arm.Crc32;

namespace Shrike.Formats.TfRecord;

/// <summary>CRC-32C (Castagnoli, reflected polynomial 0x82F63B78) and the mask TFRecord puts on it.</summary>
public static class Crc32C
{
    private static readonly uint[] Table = MakeTable();

    /// <summary>CRC of the bytes, continuing <paramref name="crc"/> (0 to begin).</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes, uint crc = 0)
    {
        if (Sse42.X64.IsSupported) return ComputeSse42(bytes, crc);
        return ArmCrc.Arm64.IsSupported ? ComputeArm(bytes, crc) : ComputeScalar(bytes, crc);
    }

    /// <summary>The CRC as TFRecord stores it: rotated right by 15 bits plus a constant.</summary>
    public static uint Mask(uint crc) => uint.RotateRight(crc, 15) + 0xA282EAD8;

    internal static uint ComputeScalar(ReadOnlySpan<byte> bytes, uint crc)
    {
        crc = ~crc;
        foreach (byte b in bytes) crc = Table[(byte)(crc ^ b)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint ComputeSse42(ReadOnlySpan<byte> bytes, uint crc)
    {
        ulong state = ~crc;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words) state = Sse42.X64.Crc32(state, word);
        uint rest = (uint)state;
        foreach (byte b in bytes[(words.Length * 8)..]) rest = Sse42.Crc32(rest, b);
        return ~rest;
    }

    private static uint ComputeArm(ReadOnlySpan<byte> bytes, uint crc)
    {
        uint state = ~crc;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words) state = ArmCrc.Arm64.ComputeCrc32C(state, word);
        foreach (byte b in bytes[(words.Length * 8)..]) state = ArmCrc.ComputeCrc32C(state, b);
        return ~state;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            uint c = i;
            for (int bit = 0; bit < 8; bit++) c = (c & 1) != 0 ? (c >> 1) ^ 0x82F63B78 : c >> 1;
            table[i] = c;
        }

        return table;
    }
}
