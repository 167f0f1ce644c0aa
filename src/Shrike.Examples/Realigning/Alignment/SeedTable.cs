using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Shrike.Examples.Realigning.Alignment;

/// <summary>Open-addressing table of seeds: up to 32 letters, compared and hashed as one 256-bit value.</summary>
internal sealed class SeedTable
{
    private const int SmallestBits = 11;
    private Slot[] _slots = new Slot[1 << SmallestBits];
    private Vector256<byte>[] _seeds = new Vector256<byte>[1 << (SmallestBits - 1)];
    private int _bits = SmallestBits;

    /// <summary>Number of distinct seeds.</summary>
    public int Count { get; private set; }

    /// <summary>Empties the table.</summary>
    public void Clear()
    {
        if (_bits > SmallestBits && Count * 8 < _slots.Length) _bits--;
        int size = 1 << _bits;
        if (_slots.Length != size) _slots = new Slot[size];
        else Array.Clear(_slots);
        Count = 0;
    }

    /// <summary>The seed of <paramref name="k"/> letters at a place; what lies behind counts as zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Load(ReadOnlySpan<byte> letters, int at, int k)
    {
        if (k == 32) return Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(letters), (nuint)at);
        Vector256<byte> seed = default;
        letters.Slice(at, k).CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.As<Vector256<byte>, byte>(ref seed), 32));
        return seed;
    }

    /// <summary>Number of a seed, -1 if it is not in the table.</summary>
    public int Find(Vector256<byte> seed)
    {
        ulong hash = Hash(seed);
        int mask = _slots.Length - 1;
        for (int s = (int)(hash >> (64 - _bits)); ; s = (s + 1) & mask)
        {
            Slot slot = _slots[s];
            if (slot.Number == 0) return -1;
            if (slot.Tag == (uint)hash && _seeds[slot.Number - 1] == seed) return slot.Number - 1;
        }
    }

    /// <summary>Number of a seed, which is added if it is new.</summary>
    public int FindOrAdd(Vector256<byte> seed, out bool isNew)
    {
        ulong hash = Hash(seed);
        int mask = _slots.Length - 1;
        int s = (int)(hash >> (64 - _bits));
        for (; _slots[s].Number != 0; s = (s + 1) & mask)
        {
            Slot slot = _slots[s];
            if (slot.Tag != (uint)hash || _seeds[slot.Number - 1] != seed) continue;
            isNew = false;
            return slot.Number - 1;
        }

        isNew = true;
        int number = Count++;
        if (number == _seeds.Length) Array.Resize(ref _seeds, number * 2);
        _seeds[number] = seed;
        _slots[s] = new Slot((uint)hash, number + 1);
        if (Count * 2 > _slots.Length) Rehash();
        return number;
    }

    private static ulong Hash(Vector256<byte> seed)
    {
        Vector256<ulong> words = seed.AsUInt64();
        ulong low = Math.BigMul(words[0] ^ 0xA0761D6478BD642F, words[1] ^ 0xE7037ED1A0B428DB, out ulong a);
        ulong high = Math.BigMul(words[2] ^ 0x8EBC6AF09C88C6E3, words[3] ^ 0x589965CC75374CC3, out ulong b);
        return (low ^ a ^ ulong.RotateLeft(high ^ b, 29)) * 0x9E3779B97F4A7C15;
    }

    private void Rehash()
    {
        _bits++;
        _slots = new Slot[1 << _bits];
        int mask = _slots.Length - 1;
        for (int number = 0; number < Count; number++)
        {
            ulong hash = Hash(_seeds[number]);
            int s = (int)(hash >> (64 - _bits));
            while (_slots[s].Number != 0) s = (s + 1) & mask;
            _slots[s] = new Slot((uint)hash, number + 1);
        }
    }

    // Number is one more than the seed's, so that a cleared slot is empty.
    private readonly record struct Slot(uint Tag, int Number);
}
