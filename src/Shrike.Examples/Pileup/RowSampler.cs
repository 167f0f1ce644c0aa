using System.Numerics;
using Shrike.Core;

namespace Shrike.Examples.Pileup;

/// <summary>
/// The order in which reads compete for rows when there are too many. The generator is seeded anew for every image, so
/// the permutation depends on the number of reads alone; permutations are remembered.
/// </summary>
public sealed class RowSampler
{
    private const ulong Seed = 2101079370;
    private const int Remembered = 4096;
    private readonly RowShuffle _shuffle;
    private readonly Dictionary<int, int[]> _permutations = [];

    /// <param name="shuffle">Which library's algorithm.</param>
    public RowSampler(RowShuffle shuffle) => _shuffle = shuffle;

    /// <summary>Permutation of 0..n-1.</summary>
    public int[] Permutation(int n)
    {
        if (_permutations.TryGetValue(n, out int[]? known)) return known;
        int[] a = [.. Enumerable.Range(0, n)];
        var random = new MersenneTwister64(Seed);
        if (_shuffle == RowShuffle.LibStdCxx) ShuffleLibStdCxx(a, random);
        else ShuffleLibCxx(a, random);
        if (n <= Remembered) _permutations[n] = a;
        return a;
    }

    /// <summary>Two positions per draw, from left to right.</summary>
    private static void ShuffleLibStdCxx(int[] a, MersenneTwister64 random)
    {
        int i = 1;
        if (a.Length % 2 == 0 && a.Length > 0)
        {
            if (a.Length > 1) Swap(a, 1, (int)Below(2, random));
            i = 2;
        }

        for (; i + 1 < a.Length; i += 2)
        {
            ulong x = Below((ulong)(i + 1) * (ulong)(i + 2), random);
            Swap(a, i, (int)(x / (ulong)(i + 2)));
            Swap(a, i + 1, (int)(x % (ulong)(i + 2)));
        }
    }

    /// <summary>One position per accepted draw of just enough bits.</summary>
    private static void ShuffleLibCxx(int[] a, MersenneTwister64 random)
    {
        for (int first = 0; first < a.Length - 1; first++)
        {
            ulong left = (ulong)(a.Length - first);
            ulong mask = (1UL << (64 - BitOperations.LeadingZeroCount(left - 1))) - 1;
            ulong value;
            do value = random.Next() & mask;
            while (value >= left);
            Swap(a, first, first + (int)value);
        }
    }

    /// <summary>Uniform integer below r by multiplication and rejection.</summary>
    private static ulong Below(ulong r, MersenneTwister64 random)
    {
        ulong threshold = (0 - r) % r;
        while (true)
        {
            ulong high = Math.BigMul(random.Next(), r, out ulong low);
            if (low >= threshold) return high;
        }
    }

    private static void Swap(int[] a, int i, int j) => (a[i], a[j]) = (a[j], a[i]);
}
