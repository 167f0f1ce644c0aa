namespace Shrike.Core;

/// <summary>MT19937, the 32-bit Mersenne Twister, with the classic single-integer initialisation.</summary>
public sealed class MersenneTwister32
{
    private const int Size = 624;
    private readonly uint[] _state = new uint[Size];
    private int _next;

    /// <param name="seed">Seed.</param>
    public MersenneTwister32(uint seed) => Reset(seed);

    /// <summary>Starts again from a seed.</summary>
    public void Reset(uint seed)
    {
        _state[0] = seed;
        for (uint i = 1; i < Size; i++) _state[i] = (1812433253 * (_state[i - 1] ^ (_state[i - 1] >> 30))) + i;
        _next = Size;
    }

    /// <summary>Next output.</summary>
    public uint Next()
    {
        if (_next == Size) Twist();
        uint y = _state[_next++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9D2C5680;
        y ^= (y << 15) & 0xEFC60000;
        return y ^ (y >> 18);
    }

    /// <summary>
    /// Uniform integer in [0, <paramref name="largest"/>]: outputs masked to the smallest 2^k - 1 that reaches it, until
    /// one fits; 0 without drawing if the range has one value.
    /// </summary>
    public uint UpTo(uint largest)
    {
        if (largest == 0) return 0;
        uint mask = uint.MaxValue >> System.Numerics.BitOperations.LeadingZeroCount(largest);
        uint value;
        do value = Next() & mask;
        while (value > largest);
        return value;
    }

    private void Twist()
    {
        for (int i = 0; i < Size; i++)
        {
            uint y = (_state[i] & 0x80000000) | (_state[(i + 1) % Size] & 0x7fffffff);
            _state[i] = _state[(i + 397) % Size] ^ (y >> 1) ^ ((y & 1) != 0 ? 0x9908B0DF : 0);
        }

        _next = 0;
    }
}
