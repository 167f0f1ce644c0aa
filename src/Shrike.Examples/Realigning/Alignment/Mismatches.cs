using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Shrike.Examples.Realigning.Alignment;

/// <summary>Counts the letters in which two sequences differ; N on either side differs from nothing.</summary>
internal static class Mismatches
{
    /// <summary>Counts until more than <paramref name="limit"/> are found; then the exact number is not told.</summary>
    /// <param name="a">One sequence.</param>
    /// <param name="b">The other; at least as long.</param>
    /// <param name="limit">Largest number of interest.</param>
    public static int Count(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, int limit) =>
        Vector256.IsHardwareAccelerated && a.Length >= 32 ? CountVector256(a, b, limit) : CountScalar(a, b, limit);

    /// <summary>The specification of <see cref="Count"/>.</summary>
    internal static int CountScalar(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, int limit)
    {
        int count = 0;
        for (int i = 0; i < a.Length && count <= limit; i++)
        {
            if (a[i] != b[i] && a[i] != 'N' && b[i] != 'N') count++;
        }

        return count;
    }

    /// <summary>32 letters at once; the last block overlaps the one before.</summary>
    internal static int CountVector256(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, int limit)
    {
        ref byte ra = ref MemoryMarshal.GetReference(a);
        ref byte rb = ref MemoryMarshal.GetReference(b);
        int count = 0;
        int i = 0;
        for (; i + 32 <= a.Length; i += 32)
        {
            count += BitOperations.PopCount(Differing(ref ra, ref rb, i));
            if (count > limit) return count;
        }

        int rest = a.Length - i;
        if (rest > 0) count += BitOperations.PopCount(Differing(ref ra, ref rb, a.Length - 32) >> (32 - rest));
        return count;
    }

    private static uint Differing(ref byte a, ref byte b, int at)
    {
        Vector256<byte> x = Vector256.LoadUnsafe(ref a, (nuint)at);
        Vector256<byte> y = Vector256.LoadUnsafe(ref b, (nuint)at);
        Vector256<byte> n = Vector256.Create((byte)'N');
        return ~(Vector256.Equals(x, y) | Vector256.Equals(x, n) | Vector256.Equals(y, n)).ExtractMostSignificantBits();
    }
}
