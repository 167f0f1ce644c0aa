using System.Runtime.Intrinsics;

namespace Shrike.Examples.Alleles;

/// <summary>
/// Finds the exceptional bases of an aligned run: those that differ from the reference, are not A, C, G or T, or lie
/// below the quality floor. All others support the reference and need no single treatment.
/// </summary>
public static class MatchRun
{
    /// <summary>Bit i is set if base i is exceptional; at most 32 bases.</summary>
    /// <param name="read">Read bases; their number is the number looked at.</param>
    /// <param name="reference">Reference bases, at least as many.</param>
    /// <param name="qualities">Base qualities, at least as many.</param>
    /// <param name="minQuality">Quality floor, 0..255.</param>
    public static uint Exceptions(ReadOnlySpan<byte> read, ReadOnlySpan<byte> reference, ReadOnlySpan<byte> qualities, byte minQuality) =>
        Vector256.IsHardwareAccelerated && read.Length == 32
            ? ExceptionsVector256(read, reference, qualities, minQuality)
            : ExceptionsScalar(read, reference, qualities, minQuality);

    /// <summary>The specification of <see cref="Exceptions"/>.</summary>
    internal static uint ExceptionsScalar(ReadOnlySpan<byte> read, ReadOnlySpan<byte> reference, ReadOnlySpan<byte> qualities, byte minQuality)
    {
        uint mask = 0;
        for (int i = 0; i < read.Length; i++)
        {
            byte b = read[i];
            if (b != reference[i] || qualities[i] < minQuality || !IsCanonical(b)) mask |= 1u << i;
        }

        return mask;
    }

    /// <summary>Exactly 32 bases at once.</summary>
    internal static uint ExceptionsVector256(ReadOnlySpan<byte> read, ReadOnlySpan<byte> reference, ReadOnlySpan<byte> qualities, byte minQuality)
    {
        Vector256<byte> b = Vector256.Create(read);
        Vector256<byte> good = Vector256.Equals(b, Vector256.Create(reference))
            & Vector256.GreaterThanOrEqual(Vector256.Create(qualities), Vector256.Create(minQuality))
            & (Vector256.Equals(b, Vector256.Create((byte)'A')) | Vector256.Equals(b, Vector256.Create((byte)'C'))
               | Vector256.Equals(b, Vector256.Create((byte)'G')) | Vector256.Equals(b, Vector256.Create((byte)'T')));
        return ~good.ExtractMostSignificantBits();
    }

    /// <summary>Whether a base is A, C, G or T.</summary>
    public static bool IsCanonical(byte b) => b is (byte)'A' or (byte)'C' or (byte)'G' or (byte)'T';
}
