using Shrike.Core;

namespace Shrike.Examples.Reads;

/// <summary>
/// The reads of one tile of the genome, decoded once: struct of arrays over shared arenas.
/// Rows are in file order (several files: all of file 1, then all of file 2, ...). Nothing here changes
/// after decoding; partitions put their own alignments on top (<see cref="ReadBatch"/>).
/// </summary>
public sealed class ReadStore
{
    /// <summary>Number of reads.</summary>
    public int Count;

    /// <summary>Index of the input file each read came from.</summary>
    public short[] File = [];

    /// <summary>0-based leftmost aligned base.</summary>
    public int[] Start = [];

    /// <summary>Start plus the reference span (M, D, N, =, X); equals Start for an empty CIGAR.</summary>
    public int[] End = [];

    /// <summary>SAM flags.</summary>
    public ushort[] Flags = [];

    /// <summary>MAPQ.</summary>
    public byte[] MappingQuality = [];

    /// <summary>TLEN, signed.</summary>
    public int[] TemplateLength = [];

    /// <summary>HP aux tag: -1 if absent or not parsed.</summary>
    public int[] Haplotype = [];

    /// <summary>First base and quality of each read in <see cref="Bases"/> and <see cref="Qualities"/>; Count + 1 entries.</summary>
    public int[] SequenceOffset = [0];

    /// <summary>First element of each read in <see cref="Cigars"/>; Count + 1 entries.</summary>
    public int[] CigarOffset = [0];

    /// <summary>First byte of each read in <see cref="Names"/>; Count + 1 entries.</summary>
    public int[] NameOffset = [0];

    /// <summary>SEQ as upper-case ASCII (<c>=ACMGRSVTWYHKDBN</c>).</summary>
    public byte[] Bases = [];

    /// <summary>QUAL (or OQ) without offset, parallel to <see cref="Bases"/>.</summary>
    public byte[] Qualities = [];

    /// <summary>Packed CIGAR elements.</summary>
    public uint[] Cigars = [];

    /// <summary>QNAME bytes without terminator.</summary>
    public byte[] Names = [];

    /// <summary>Hash of QNAME and read number.</summary>
    public ulong[] KeyHash = [];

    /// <summary>First row of each input file; one more entry than files.</summary>
    public int[] FileOffset = [0];

    /// <summary>Largest <see cref="End"/> (at least Start + 1) of the rows of the same file up to and including this one.</summary>
    public int[] ReachedEnd = [];

    /// <summary>Bases of read <paramref name="row"/>.</summary>
    public ReadOnlySpan<byte> BasesOf(int row) => Bases.AsSpan(SequenceOffset[row]..SequenceOffset[row + 1]);

    /// <summary>Qualities of read <paramref name="row"/>.</summary>
    public ReadOnlySpan<byte> QualitiesOf(int row) => Qualities.AsSpan(SequenceOffset[row]..SequenceOffset[row + 1]);

    /// <summary>Original CIGAR of read <paramref name="row"/>.</summary>
    public ReadOnlySpan<uint> CigarOf(int row) => Cigars.AsSpan(CigarOffset[row]..CigarOffset[row + 1]);

    /// <summary>QNAME of read <paramref name="row"/>.</summary>
    public ReadOnlySpan<byte> NameOf(int row) => Names.AsSpan(NameOffset[row]..NameOffset[row + 1]);

    /// <summary>0 for unpaired reads and the first of a pair, else 1.</summary>
    public int ReadNumberOf(int row) => (Flags[row] & 0x1) == 0 || (Flags[row] & 0x40) != 0 ? 0 : 1;

    /// <summary>Whether the read is aligned to the reverse strand.</summary>
    public bool IsReverse(int row) => (Flags[row] & 0x10) != 0;
}
