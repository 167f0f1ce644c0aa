using Shrike.Core;

namespace Shrike.Examples.Reads;

/// <summary>
/// Chooses the reads of one partition from a tile: those overlapping it, in file order, sampled where there are too
/// many. The generator is seeded anew for every partition, so the choice depends on nothing else.
/// </summary>
public sealed class PartitionReads
{
    private const uint SamplingSeed = 609314161;
    private readonly int _maxReads;
    private readonly long _maxBasesPerPosition;
    private readonly ReadDownsampler? _downsampler;
    private readonly MersenneTwister32 _random = new(SamplingSeed);
    private readonly List<int> _chosen = [];
    private readonly ReadKeys _keys = new();

    /// <param name="maxReads">Most reads of a partition; 0 = no limit.</param>
    /// <param name="maxBasesPerPosition">Most read bases per partition base; 0 = no limit.</param>
    /// <param name="downsampler">Leaves out reads before anything else; null for none.</param>
    public PartitionReads(int maxReads, long maxBasesPerPosition, ReadDownsampler? downsampler = null)
    {
        _downsampler = downsampler;
        _maxReads = maxReads;
        _maxBasesPerPosition = maxBasesPerPosition;
    }

    /// <summary>Fills <paramref name="batch"/> with the reads of [start, end).</summary>
    public void Fill(ReadBatch batch, ReadStore store, int start, int end)
    {
        batch.Reset(store);
        _chosen.Clear();
        long baseLimit = _maxBasesPerPosition * (end - start);
        bool sampling = _maxReads > 0 || baseLimit > 0;
        int limit = _maxReads > 0 ? _maxReads : int.MaxValue;
        if (sampling) _random.Reset(SamplingSeed);
        long bases = 0;
        uint seen = 0;
        for (int f = 0; f + 1 < store.FileOffset.Length; f++)
        {
            (int first, int last) = (store.FileOffset[f], store.FileOffset[f + 1]);
            for (int row = FirstReaching(store, first, last, start); row < last && store.Start[row] < end; row++)
            {
                if (Math.Max(store.End[row], store.Start[row] + 1) <= start) continue;
                if (_downsampler?.Keeps(f) == false) continue;
                int overlap = Math.Min(store.End[row], end) - Math.Max(store.Start[row], start);
                if (_chosen.Count < limit && (baseLimit == 0 || bases < baseLimit))
                {
                    _chosen.Add(row);
                    bases += overlap;
                }
                else
                {
                    int slot = (int)_random.UpTo(seen);
                    if (slot < _chosen.Count)
                    {
                        int old = _chosen[slot];
                        bases += overlap - (Math.Min(store.End[old], end) - Math.Max(store.Start[old], start));
                        _chosen[slot] = row;
                    }
                }

                seen++;
            }
        }

        if (baseLimit > 0 && bases >= baseLimit) CutBehind(store, start, end, baseLimit);
        foreach (int row in _chosen) batch.Add(row);
        _keys.Find(batch);
    }

    private void CutBehind(ReadStore store, int start, int end, long baseLimit)
    {
        long sum = 0;
        for (int i = 0; i < _chosen.Count; i++)
        {
            sum += Math.Min(store.End[_chosen[i]], end) - Math.Max(store.Start[_chosen[i]], start);
            if (sum <= baseLimit) continue;
            _chosen.RemoveRange(i + 1, _chosen.Count - i - 1);
            return;
        }
    }

    /// <summary>First row of a file whose alignments, or those before it, reach beyond <paramref name="start"/>.</summary>
    private static int FirstReaching(ReadStore store, int first, int last, int start)
    {
        while (first < last)
        {
            int middle = (first + last) / 2;
            if (store.ReachedEnd[middle] <= start) first = middle + 1;
            else last = middle;
        }

        return first;
    }
}
