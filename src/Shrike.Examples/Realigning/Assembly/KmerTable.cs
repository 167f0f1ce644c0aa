namespace Shrike.Examples.Realigning.Assembly;

/// <summary>Open-addressing table of the distinct k-mers of a text: k-mer -> number, in order of first insertion.</summary>
/// <param name="text">Where the k-mers live.</param>
internal sealed class KmerTable(KmerText text)
{
    private const int SmallestBits = 10;
    private Slot[] _slots = new Slot[1 << SmallestBits];
    private int[] _place = new int[1 << SmallestBits];
    private int _bits = SmallestBits;

    /// <summary>Number of distinct k-mers.</summary>
    public int Count { get; private set; }

    /// <summary>Where k-mer <paramref name="number"/> stands in the text.</summary>
    public int PlaceOf(int number) => _place[number];

    /// <summary>Empties the table.</summary>
    public void Clear()
    {
        // Shrinks with use: clearing a table that one deep window has blown up would cost every later one.
        if (_bits > SmallestBits && Count * 8 < _slots.Length) _bits--;
        int size = 1 << _bits;
        if (_slots.Length != size) _slots = new Slot[size];
        else Array.Clear(_slots);
        Count = 0;
    }

    /// <summary>Number of the k-mer at <paramref name="at"/>, -1 if it is not in the table.</summary>
    public int Find(int at)
    {
        ulong hash = text.Hash(at);
        int mask = _slots.Length - 1;
        for (int s = (int)(hash >> (64 - _bits)); ; s = (s + 1) & mask)
        {
            Slot slot = _slots[s];
            if (slot.Number == 0) return -1;
            if (slot.Tag == (uint)hash && text.Equal(_place[slot.Number - 1], at)) return slot.Number - 1;
        }
    }

    /// <summary>Number of the k-mer at <paramref name="at"/>, which is added if it is new.</summary>
    /// <param name="at">Place in the text.</param>
    /// <param name="isNew">Whether it was added.</param>
    public int FindOrAdd(int at, out bool isNew)
    {
        ulong hash = text.Hash(at);
        int mask = _slots.Length - 1;
        int s = (int)(hash >> (64 - _bits));
        for (; _slots[s].Number != 0; s = (s + 1) & mask)
        {
            Slot slot = _slots[s];
            if (slot.Tag != (uint)hash || !text.Equal(_place[slot.Number - 1], at)) continue;
            isNew = false;
            return slot.Number - 1;
        }

        isNew = true;
        int number = Count++;
        if (number == _place.Length) Array.Resize(ref _place, number * 2);
        _place[number] = at;
        _slots[s] = new Slot((uint)hash, number + 1);
        if (Count * 2 > _slots.Length) Rehash();
        return number;
    }

    private void Rehash()
    {
        _bits++;
        _slots = new Slot[1 << _bits];
        int mask = _slots.Length - 1;
        for (int number = 0; number < Count; number++)
        {
            ulong hash = text.Hash(_place[number]);
            int s = (int)(hash >> (64 - _bits));
            while (_slots[s].Number != 0) s = (s + 1) & mask;
            _slots[s] = new Slot((uint)hash, number + 1);
        }
    }

    // Number is one more than the k-mer's, so that a cleared slot is empty.
    private readonly record struct Slot(uint Tag, int Number);
}
