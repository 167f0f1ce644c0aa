using System.Runtime.InteropServices;
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

    /// <summary>Hash of a key.</summary>
    public static ulong HashKey(ReadOnlySpan<byte> name, int readNumber)
    {
        const ulong k = 0x9E3779B97F4A7C15;
        ulong h = (ulong)name.Length * k;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(name);
        foreach (ulong word in words) h = ulong.RotateLeft((h ^ word) * k, 29);
        foreach (byte b in name[(words.Length * 8)..]) h = ulong.RotateLeft((h ^ b) * k, 29);
        return ((h ^ (h >> 32)) * 2) + (ulong)readNumber;
    }

    /// <summary>
    /// Appends a part of a read as a read of its own, behind all files: queries of partitions do not find it. Everything but name,
    /// alignment and sequence is that of the whole.
    /// </summary>
    /// <param name="row">The whole read.</param>
    /// <param name="name">QNAME of the part.</param>
    /// <param name="from">First base of the part.</param>
    /// <param name="to">One past its last base.</param>
    /// <param name="start">Its alignment start.</param>
    /// <param name="cigar">Its CIGAR.</param>
    /// <returns>Row of the part.</returns>
    public int AddPart(int row, ReadOnlySpan<byte> name, int from, int to, int start, ReadOnlySpan<uint> cigar) => AddPart(this, row, name, from, to, start, cigar);

    /// <summary>Appends a part of a read of any store.</summary>
    /// <param name="whole">Store of the whole read.</param>
    /// <param name="row">The whole read.</param>
    /// <param name="name">QNAME of the part.</param>
    /// <param name="from">First base of the part.</param>
    /// <param name="to">One past its last base.</param>
    /// <param name="start">Its alignment start.</param>
    /// <param name="cigar">Its CIGAR.</param>
    /// <returns>Row of the part.</returns>
    public int AddPart(ReadStore whole, int row, ReadOnlySpan<byte> name, int from, int to, int start, ReadOnlySpan<uint> cigar)
    {
        EnsureRow();
        int part = Count;
        int source = whole.SequenceOffset[row] + from;
        int sequence = SequenceOffset[part];
        EnsureBases(sequence + to - from);
        whole.Bases.AsSpan(source, to - from).CopyTo(Bases.AsSpan(sequence));
        whole.Qualities.AsSpan(source, to - from).CopyTo(Qualities.AsSpan(sequence));
        int cigarAt = CigarOffset[part];
        EnsureCigars(cigarAt + cigar.Length);
        cigar.CopyTo(Cigars.AsSpan(cigarAt));
        int nameAt = NameOffset[part];
        EnsureNames(nameAt + name.Length);
        name.CopyTo(Names.AsSpan(nameAt));
        File[part] = whole.File[row];
        Start[part] = start;
        End[part] = start + Cigar.ReferenceSpan(cigar);
        Flags[part] = whole.Flags[row];
        MappingQuality[part] = whole.MappingQuality[row];
        TemplateLength[part] = whole.TemplateLength[row];
        Haplotype[part] = whole.Haplotype[row];
        KeyHash[part] = HashKey(name, whole.ReadNumberOf(row));
        SequenceOffset[part + 1] = sequence + to - from;
        CigarOffset[part + 1] = cigarAt + cigar.Length;
        NameOffset[part + 1] = nameAt + name.Length;
        Count = part + 1;
        return part;
    }

    /// <summary>Makes room for one more row.</summary>
    internal void EnsureRow()
    {
        if (Count < Start.Length && Count + 1 < SequenceOffset.Length) return;
        int capacity = Math.Max(1024, Count * 2);
        Array.Resize(ref File, capacity);
        Array.Resize(ref Start, capacity);
        Array.Resize(ref End, capacity);
        Array.Resize(ref Flags, capacity);
        Array.Resize(ref MappingQuality, capacity);
        Array.Resize(ref TemplateLength, capacity);
        Array.Resize(ref Haplotype, capacity);
        Array.Resize(ref KeyHash, capacity);
        Array.Resize(ref ReachedEnd, capacity);
        Array.Resize(ref SequenceOffset, capacity + 1);
        Array.Resize(ref CigarOffset, capacity + 1);
        Array.Resize(ref NameOffset, capacity + 1);
    }

    /// <summary>Makes room for bases and qualities.</summary>
    internal void EnsureBases(int size)
    {
        EnsureSize(ref Bases, size);
        EnsureSize(ref Qualities, size);
    }

    /// <summary>Makes room for CIGAR elements.</summary>
    internal void EnsureCigars(int size) => EnsureSize(ref Cigars, size);

    /// <summary>Makes room for bytes of names.</summary>
    internal void EnsureNames(int size) => EnsureSize(ref Names, size);

    private static void EnsureSize<T>(ref T[] array, int size)
    {
        if (array.Length < size) Array.Resize(ref array, Math.Max(size, array.Length * 2));
    }
}
