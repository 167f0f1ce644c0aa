using Shrike.Examples.Realigning.Alignment;

namespace Shrike.Examples.Tests.Realigning;

public sealed class StandardSortTests
{
    [Fact]
    public void OrdersLikeTheStandardLibraryOfGcc()
    {
        // The sum over these permutations was made by std::sort of GCC 12. The last inputs defeat the median of three, so that
        // the heap takes over.
        ulong state = 12345;
        uint Next()
        {
            state = (state * 6364136223846793005UL) + 1442695040888963407UL;
            return (uint)(state >> 33);
        }

        ulong hash = 14695981039346656037UL;
        for (int round = 0; round < 20000; round++)
        {
            int n = 1 + (int)(Next() % 256);
            uint distinct = 1 + (Next() % 40);
            hash = Sorted([.. Enumerable.Range(0, n).Select(_ => (int)(Next() % distinct))], hash);
        }

        for (int n = 20; n <= 256; n += 4)
        {
            int[] scores = new int[n];
            int k = n / 2;
            for (int i = 1; i <= k; i++)
            {
                if (i % 2 == 1) (scores[i - 1], scores[i]) = (i, k + i);
                scores[k + i - 1] = 2 * i;
            }

            hash = Sorted(scores, hash);
        }

        Assert.Equal(0xf37535adccbcba95UL, hash);
    }

    private static ulong Sorted(int[] scores, ulong hash)
    {
        int[] items = [.. Enumerable.Range(0, scores.Length)];
        StandardSort.Sort(items, scores);
        foreach (int item in items) hash = (hash ^ (ulong)item) * 1099511628211UL;
        return hash;
    }
}
