using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Shrike.Examples.Realigning.Assembly;

/// <summary>Finds the stretches of a read that may enter the graph: letters A, C, G, T of enough quality.</summary>
internal static class GoodStretches
{
    /// <summary>Appends the maximal good stretches of at least <paramref name="minLength"/> bases to the text.</summary>
    /// <param name="bases">Read bases.</param>
    /// <param name="qualities">Their qualities.</param>
    /// <param name="minQuality">Smallest good quality.</param>
    /// <param name="minLength">Shorter stretches are left out.</param>
    /// <param name="text">Receives the letters.</param>
    /// <param name="stretches">Receives place and length in the text.</param>
    public static void Append(ReadOnlySpan<byte> bases, ReadOnlySpan<byte> qualities, byte minQuality, int minLength, KmerText text, List<(int At, int Length)> stretches)
    {
        int start = 0;
        for (int block = 0; block < bases.Length; block += 32)
        {
            uint bad = BadBases(bases[block..], qualities[block..], minQuality);
            while (bad != 0)
            {
                int at = block + BitOperations.TrailingZeroCount(bad);
                bad &= bad - 1;
                Add(bases, start, at, minLength, text, stretches);
                start = at + 1;
            }
        }

        Add(bases, start, bases.Length, minLength, text, stretches);
    }

    /// <summary>Bit i is set if base i of the next 32 (or fewer) is not good.</summary>
    internal static uint BadBases(ReadOnlySpan<byte> bases, ReadOnlySpan<byte> qualities, byte minQuality) =>
        Vector256.IsHardwareAccelerated && bases.Length >= 32
            ? BadBasesVector256(bases, qualities, minQuality)
            : BadBasesScalar(bases[..Math.Min(32, bases.Length)], qualities, minQuality);

    /// <summary>The specification of <see cref="BadBases"/>; at most 32 bases.</summary>
    internal static uint BadBasesScalar(ReadOnlySpan<byte> bases, ReadOnlySpan<byte> qualities, byte minQuality)
    {
        uint bad = 0;
        for (int i = 0; i < bases.Length; i++)
        {
            if (qualities[i] < minQuality || KmerText.CodeOf(bases[i]) == KmerText.OtherCode) bad |= 1u << i;
        }

        return bad;
    }

    /// <summary>The first 32 bases at once.</summary>
    internal static uint BadBasesVector256(ReadOnlySpan<byte> bases, ReadOnlySpan<byte> qualities, byte minQuality)
    {
        Vector256<byte> b = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(bases));
        Vector256<byte> q = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(qualities));
        Vector256<byte> good = Vector256.GreaterThanOrEqual(q, Vector256.Create(minQuality))
            & (Vector256.Equals(b, Vector256.Create((byte)'A')) | Vector256.Equals(b, Vector256.Create((byte)'C'))
               | Vector256.Equals(b, Vector256.Create((byte)'G')) | Vector256.Equals(b, Vector256.Create((byte)'T')));
        return ~good.ExtractMostSignificantBits();
    }

    private static void Add(ReadOnlySpan<byte> bases, int start, int end, int minLength, KmerText text, List<(int At, int Length)> stretches)
    {
        if (end - start < minLength) return;
        stretches.Add((text.Append(bases[start..end]), end - start));
    }
}
