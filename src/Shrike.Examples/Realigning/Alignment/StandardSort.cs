namespace Shrike.Examples.Realigning.Alignment;

/// <summary>
/// Sorts items by score, ascending, into the very order in which GNU libstdc++'s introsort leaves them: it is not stable, and
/// its order decides which of several equally good haplotypes a read is given to.
/// </summary>
internal static class StandardSort
{
    private const int Threshold = 16;

    /// <summary>Sorts <paramref name="items"/> by the score each has.</summary>
    /// <param name="items">Indexes into <paramref name="scores"/>.</param>
    /// <param name="scores">Scores.</param>
    public static void Sort(Span<int> items, ReadOnlySpan<int> scores)
    {
        if (items.Length < 2) return;
        Partition(items, scores, 2 * System.Numerics.BitOperations.Log2((uint)items.Length));
        for (int i = 1; i < items.Length; i++)
        {
            int item = items[i];
            int at = i;

            // The first sixteen compare with the front first; a smaller one moves there at once.
            if (i < Threshold && scores[item] < scores[items[0]])
            {
                items[..i].CopyTo(items[1..]);
                at = 0;
            }
            else
            {
                for (; at > 0 && scores[item] < scores[items[at - 1]]; at--) items[at] = items[at - 1];
            }

            items[at] = item;
        }
    }

    private static void Partition(Span<int> x, ReadOnlySpan<int> scores, int depth)
    {
        while (x.Length > Threshold)
        {
            if (depth-- == 0)
            {
                HeapSort(x, scores);
                return;
            }

            int middle = x.Length / 2;
            int last = x.Length - 1;
            int a = scores[x[1]];
            int b = scores[x[middle]];
            int c = scores[x[last]];
            int pivotAt = a < b
                ? b < c ? middle : a < c ? last : 1
                : a < c ? 1 : b < c ? last : middle;
            (x[0], x[pivotAt]) = (x[pivotAt], x[0]);
            int pivot = scores[x[0]];
            int i = 1;
            int j = x.Length;
            while (true)
            {
                while (scores[x[i]] < pivot) i++;
                j--;
                while (pivot < scores[x[j]]) j--;
                if (i >= j) break;
                (x[i], x[j]) = (x[j], x[i]);
                i++;
            }

            Partition(x[i..], scores, depth);
            x = x[..i];
        }
    }

    /// <summary>Where introsort gives up partitioning; never seen with medians of three and at most 256 haplotypes.</summary>
    private static void HeapSort(Span<int> x, ReadOnlySpan<int> scores)
    {
        for (int parent = (x.Length - 2) / 2; parent >= 0; parent--) Adjust(x, parent, x.Length, x[parent], scores);
        for (int end = x.Length - 1; end > 0; end--)
        {
            int item = x[end];
            x[end] = x[0];
            Adjust(x, 0, end, item, scores);
        }
    }

    private static void Adjust(Span<int> x, int hole, int length, int item, ReadOnlySpan<int> scores)
    {
        int top = hole;
        int child = hole;
        while (child < (length - 1) / 2)
        {
            child = 2 * (child + 1);
            if (scores[x[child]] < scores[x[child - 1]]) child--;
            x[hole] = x[child];
            hole = child;
        }

        if ((length & 1) == 0 && child == (length - 2) / 2)
        {
            child = 2 * (child + 1);
            x[hole] = x[child - 1];
            hole = child - 1;
        }

        for (int parent = (hole - 1) / 2; hole > top && scores[x[parent]] < scores[item]; parent = (hole - 1) / 2)
        {
            x[hole] = x[parent];
            hole = parent;
        }

        x[hole] = item;
    }
}
