using Shrike.Core;
using Shrike.Hts;

namespace Shrike.Examples;

/// <summary>
/// The reference bases around a tile, fetched once. Whatever lies outside is fetched when asked for. Belongs to one
/// thread.
/// </summary>
public sealed class ReferenceWindow
{
    private readonly ReferenceReader _reference;
    private byte[] _bases = [];
    private int _length;

    /// <param name="reference">Where bases come from.</param>
    public ReferenceWindow(ReferenceReader reference) => _reference = reference;

    /// <summary>Contig of the window.</summary>
    public Contig Contig { get; private set; }

    /// <summary>First base held.</summary>
    public int Start { get; private set; }

    /// <summary>One past the last base held.</summary>
    public int End => Start + _length;

    /// <summary>Moves to [start, end), clipped to the contig.</summary>
    public void Move(Contig contig, int start, int end)
    {
        start = Math.Max(0, start);
        end = (int)Math.Min(contig.Length, end);
        Contig = contig;
        Start = start;
        _length = Math.Max(0, end - start);
        if (_bases.Length < _length) _bases = new byte[_length];
        _reference.Fetch(contig.Name, start, _bases.AsSpan(0, _length));
    }

    /// <summary>Bases [start, end), which must lie inside the contig.</summary>
    public ReadOnlySpan<byte> Bases(int start, int end)
    {
        if (start >= Start && end <= End) return _bases.AsSpan(start - Start, end - start);
        return _reference.Fetch(Contig.Name, start, end);
    }
}
