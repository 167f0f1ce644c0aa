namespace Shrike.Examples.Reads;

/// <summary>Finds the reads of a batch that share a key (QNAME and read number).</summary>
public sealed class ReadKeys
{
    private int[] _slots = new int[1024];

    /// <summary>Sets <see cref="ReadBatch.Key"/> of all reads, which must be their own index, and <see cref="ReadBatch.HasDuplicateKeys"/>.</summary>
    public void Find(ReadBatch batch)
    {
        ReadStore store = batch.Store;
        int size = _slots.Length;
        while (size < batch.Count * 2) size *= 2;
        if (size != _slots.Length) _slots = new int[size];
        else Array.Clear(_slots);
        for (int i = 0; i < batch.Count; i++)
        {
            int row = batch.Row[i];
            int at = (int)(store.KeyHash[row] % (ulong)size);
            for (; _slots[at] != 0; at = (at + 1) % size)
            {
                int other = batch.Row[_slots[at] - 1];
                if (store.KeyHash[other] != store.KeyHash[row] || !store.NameOf(other).SequenceEqual(store.NameOf(row)) || store.ReadNumberOf(other) != store.ReadNumberOf(row)) continue;
                batch.Key[i] = _slots[at] - 1;
                batch.HasDuplicateKeys = true;
                break;
            }

            if (_slots[at] == 0) _slots[at] = i + 1;
        }
    }
}
