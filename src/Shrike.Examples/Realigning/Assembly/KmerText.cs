namespace Shrike.Examples.Realigning.Assembly;

/// <summary>
/// Sequences laid end to end, with prefix hashes: the hash of any k-mer at any place costs one multiplication, for every
/// k. A hash only finds a k-mer; equality is always checked on the letters.
/// </summary>
internal sealed class KmerText
{
    /// <summary>Code of letters other than A, C, G, T.</summary>
    public const byte OtherCode = 4;

    private const ulong Multiplier = 0x9E3779B97F4A7C15;
    private static readonly byte[] CodeTable = MakeCodes();
    private ulong[] _prefix = new ulong[4097];
    private ulong _power = 1;
    private int _k;

    /// <summary>The letters.</summary>
    public byte[] Letters { get; private set; } = new byte[4096];

    /// <summary>Their codes: A 0, C 1, G 2, T 3, others 4.</summary>
    public byte[] Codes { get; private set; } = new byte[4096];

    /// <summary>Number of letters.</summary>
    public int Length { get; private set; }

    /// <summary>Code of a letter.</summary>
    public static byte CodeOf(byte letter) => CodeTable[letter];

    /// <summary>Removes all letters.</summary>
    public void Clear() => Length = 0;

    /// <summary>Appends letters.</summary>
    /// <returns>Where they begin.</returns>
    public int Append(ReadOnlySpan<byte> letters)
    {
        int at = Length;
        int end = at + letters.Length;
        if (end > Letters.Length) Grow(end);
        letters.CopyTo(Letters.AsSpan(at));
        ulong hash = _prefix[at];
        byte[] table = CodeTable;
        Span<byte> codes = Codes.AsSpan(at, letters.Length);
        Span<ulong> prefix = _prefix.AsSpan(at + 1, letters.Length);
        for (int i = 0; i < letters.Length; i++)
        {
            byte letter = letters[i];
            codes[i] = table[letter];
            hash = (hash * Multiplier) + letter;
            prefix[i] = hash;
        }

        Length = end;
        return at;
    }

    /// <summary>Chooses the k of <see cref="Hash"/> and <see cref="Equal"/>.</summary>
    public void Use(int k)
    {
        if (k == _k) return;
        _k = k;
        _power = 1;
        for (int i = 0; i < k; i++) _power *= Multiplier;
    }

    /// <summary>Hash of the k-mer at <paramref name="at"/>; its upper bits are the better ones.</summary>
    public ulong Hash(int at)
    {
        ulong h = _prefix[at + _k] - (_prefix[at] * _power);
        h ^= h >> 32;
        return h * Multiplier;
    }

    /// <summary>Whether the k-mers at two places are the same.</summary>
    public bool Equal(int a, int b) => Letters.AsSpan(a, _k).SequenceEqual(Letters.AsSpan(b, _k));

    private void Grow(int size)
    {
        size = Math.Max(size, Letters.Length * 2);
        byte[] letters = Letters;
        byte[] codes = Codes;
        Array.Resize(ref letters, size);
        Array.Resize(ref codes, size);
        Array.Resize(ref _prefix, size + 1);
        (Letters, Codes) = (letters, codes);
    }

    private static byte[] MakeCodes()
    {
        byte[] codes = new byte[256];
        Array.Fill(codes, OtherCode);
        codes['A'] = 0;
        codes['C'] = 1;
        codes['G'] = 2;
        codes['T'] = 3;
        return codes;
    }
}
