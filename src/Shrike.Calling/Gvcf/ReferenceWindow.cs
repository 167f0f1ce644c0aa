using Shrike.Core;
using Shrike.Hts;

namespace Shrike.Calling.Gvcf;

/// <summary>Single bases of the reference, asked for in ascending order; read many at a time. Not safe for several threads.</summary>
internal sealed class ReferenceWindow
{
    private const int WindowBases = 1 << 13;
    private readonly ReferenceReader _reference;
    private readonly byte[] _bases = new byte[WindowBases];
    private int _contig = -1;
    private long _start;
    private int _length;

    /// <param name="reference">The reference; not disposed here.</param>
    public ReferenceWindow(ReferenceReader reference) => _reference = reference;

    /// <summary>The base at a 0-based position, in upper case.</summary>
    public byte At(int contig, long position)
    {
        if (contig != _contig || position < _start || position >= _start + _length)
        {
            Contig known = _reference.Contigs[contig];
            _contig = contig;
            _start = position;
            _length = (int)Math.Min(WindowBases, known.Length - position);
            _reference.Fetch(known.Name, position, _bases.AsSpan(0, _length));
        }

        return _bases[position - _start];
    }
}
