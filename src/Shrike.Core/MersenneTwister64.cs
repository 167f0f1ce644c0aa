namespace Shrike.Core;

/// <summary>MT19937-64, the 64-bit Mersenne Twister.</summary>
public sealed class MersenneTwister64
{
    private const int Size = 312;
    private readonly ulong[] _state = new ulong[Size];
    private int _next;

    /// <param name="seed">Seed.</param>
    public MersenneTwister64(ulong seed)
    {
        _state[0] = seed;
        for (uint i = 1; i < Size; i++) _state[i] = (6364136223846793005 * (_state[i - 1] ^ (_state[i - 1] >> 62))) + i;
        _next = Size;
    }

    /// <summary>Next output.</summary>
    public ulong Next()
    {
        if (_next == Size) Twist();
        ulong x = _state[_next++];
        x ^= (x >> 29) & 0x5555555555555555;
        x ^= (x << 17) & 0x71D67FFFEDA60000;
        x ^= (x << 37) & 0xFFF7EEE000000000;
        return x ^ (x >> 43);
    }

    /// <summary>Uniform number in [0, 1): the output divided by 2^64, kept below 1.</summary>
    public double NextDouble()
    {
        double u = Next() / 18446744073709551616.0;
        return u < 1 ? u : Math.BitDecrement(1.0);
    }

    private void Twist()
    {
        for (int i = 0; i < Size; i++)
        {
            ulong x = (_state[i] & 0xFFFFFFFF80000000) | (_state[(i + 1) % Size] & 0x7FFFFFFF);
            _state[i] = _state[(i + 156) % Size] ^ (x >> 1) ^ ((x & 1) != 0 ? 0xB5026F5AA96619E9 : 0);
        }

        _next = 0;
    }
}
