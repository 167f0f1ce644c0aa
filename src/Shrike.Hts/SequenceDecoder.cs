using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Shrike.Hts;

/// <summary>BAM's 4-bit bases to ASCII.</summary>
public static class SequenceDecoder
{
    private static ReadOnlySpan<byte> Letters => "=ACMGRSVTWYHKDBN"u8;

    /// <summary>Decodes <paramref name="bases"/>.Length bases; the first base of a byte is in its high half.</summary>
    /// <param name="packed">At least (length + 1) / 2 bytes.</param>
    /// <param name="bases">Receives upper-case IUPAC letters or '='.</param>
    public static void Decode(ReadOnlySpan<byte> packed, Span<byte> bases)
    {
        int done = Ssse3.IsSupported ? DecodeSsse3(packed, bases) : 0;
        DecodeScalar(packed[(done / 2)..], bases[done..]);
    }

    /// <summary>The specification of <see cref="Decode"/>, base by base.</summary>
    internal static void DecodeScalar(ReadOnlySpan<byte> packed, Span<byte> bases)
    {
        ReadOnlySpan<byte> letters = Letters;
        for (int i = 0; i < bases.Length; i++)
        {
            int two = packed[i >> 1];
            bases[i] = letters[(i & 1) == 0 ? two >> 4 : two & 15];
        }
    }

    /// <summary>32 bases a step; returns how many were decoded, a multiple of 32.</summary>
    internal static int DecodeSsse3(ReadOnlySpan<byte> packed, Span<byte> bases)
    {
        Vector128<byte> letters = Vector128.Create(Letters);
        Vector128<byte> low = Vector128.Create((byte)15);
        int done = 0;
        for (; done + 32 <= bases.Length; done += 32)
        {
            Vector128<byte> two = Vector128.Create(packed.Slice(done / 2, 16));
            Vector128<byte> first = Ssse3.Shuffle(letters, Sse2.ShiftRightLogical(two.AsUInt16(), 4).AsByte() & low);
            Vector128<byte> second = Ssse3.Shuffle(letters, two & low);
            Sse2.UnpackLow(first, second).CopyTo(bases[done..]);
            Sse2.UnpackHigh(first, second).CopyTo(bases[(done + 16)..]);
        }

        return done;
    }
}
