namespace Shrike.Examples.Realigning.Assembly;

/// <summary>Haplotypes of a window, laid end to end in one array that is reused from window to window.</summary>
public sealed class HaplotypeSet
{
    private byte[] _letters = new byte[8192];
    private readonly List<int> _ends = [];

    /// <summary>Number of haplotypes.</summary>
    public int Count => _ends.Count;

    /// <summary>Letters of one haplotype.</summary>
    public ReadOnlySpan<byte> this[int i] => _letters.AsSpan(i == 0 ? 0 : _ends[i - 1], LengthOf(i));

    /// <summary>Number of letters of one haplotype.</summary>
    public int LengthOf(int i) => _ends[i] - (i == 0 ? 0 : _ends[i - 1]);

    /// <summary>Removes all.</summary>
    public void Clear() => _ends.Clear();

    /// <summary>Appends a haplotype.</summary>
    public void Add(ReadOnlySpan<byte> letters) => Add(default, letters, default);

    /// <summary>Appends a haplotype made of three pieces.</summary>
    public void Add(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> middle, ReadOnlySpan<byte> suffix)
    {
        int at = Count == 0 ? 0 : _ends[^1];
        int end = at + prefix.Length + middle.Length + suffix.Length;
        if (end > _letters.Length) Array.Resize(ref _letters, Math.Max(end, _letters.Length * 2));
        prefix.CopyTo(_letters.AsSpan(at));
        middle.CopyTo(_letters.AsSpan(at + prefix.Length));
        suffix.CopyTo(_letters.AsSpan(end - suffix.Length));
        _ends.Add(end);
    }
}
