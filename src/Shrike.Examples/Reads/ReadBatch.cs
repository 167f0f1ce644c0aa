using System.Runtime.InteropServices;

namespace Shrike.Examples.Reads;

/// <summary>
/// The reads of one partition in list order (the order decides ties downstream). Sequences are borrowed from the
/// <see cref="ReadStore"/>; the alignment (start, CIGAR) and the haplotype are the partition's own, because
/// realignment, normalisation and phasing change them. Reused from partition to partition: nothing is allocated
/// once the arrays have grown.
/// </summary>
public sealed class ReadBatch
{
    private uint[] _cigars = new uint[1024];
    private int _cigarsUsed;
    private int[] _scratch = [];
    private int[] _firstOfKey = [];

    /// <summary>Where sequences, qualities and names live.</summary>
    public ReadStore Store { get; private set; } = new();

    /// <summary>Number of reads.</summary>
    public int Count { get; private set; }

    /// <summary>Row of each read in <see cref="Store"/>.</summary>
    public int[] Row = new int[256];

    /// <summary>Current 0-based alignment start.</summary>
    public int[] Start = new int[256];

    /// <summary>Current alignment end: start plus reference span.</summary>
    public int[] End = new int[256];

    /// <summary>First element of the current CIGAR in this batch's arena.</summary>
    public int[] CigarOffset = new int[256];

    /// <summary>Number of elements of the current CIGAR.</summary>
    public int[] CigarLength = new int[256];

    /// <summary>HP value used by the pileup: -1 unknown, else the value.</summary>
    public int[] Haplotype = new int[256];

    /// <summary>
    /// Index of the first read of this batch with the same key (QNAME/read number). Equals the read's own index
    /// unless a key occurs twice; the last record with a key wins where alleles are stored by key.
    /// </summary>
    public int[] Key = new int[256];

    /// <summary>Whether some key occurs more than once.</summary>
    public bool HasDuplicateKeys { get; set; }

    /// <summary>Empties the batch and points it at <paramref name="store"/>.</summary>
    public void Reset(ReadStore store)
    {
        Store = store;
        Count = 0;
        _cigarsUsed = 0;
        HasDuplicateKeys = false;
    }

    /// <summary>Appends read <paramref name="row"/> of the store with its original alignment.</summary>
    public void Add(int row)
    {
        int i = Count;
        if (i == Row.Length) Grow();
        Count = i + 1;
        Row[i] = row;
        Haplotype[i] = Store.Haplotype[row];
        Key[i] = i;
        SetAlignment(i, Store.Start[row], Store.CigarOf(row));
    }

    /// <summary>Replaces the alignment of read <paramref name="i"/>; the CIGAR is copied into this batch's arena.</summary>
    public void SetAlignment(int i, int start, ReadOnlySpan<uint> cigar)
    {
        if (_cigarsUsed + cigar.Length > _cigars.Length) Array.Resize(ref _cigars, Math.Max(_cigars.Length * 2, _cigarsUsed + cigar.Length));
        cigar.CopyTo(_cigars.AsSpan(_cigarsUsed));
        CigarOffset[i] = _cigarsUsed;
        CigarLength[i] = cigar.Length;
        _cigarsUsed += cigar.Length;
        Start[i] = start;
        End[i] = start + Core.Cigar.ReferenceSpan(cigar);
    }

    /// <summary>Puts the reads into another order; reads left out are dropped.</summary>
    /// <param name="order">Present indexes, in the new order.</param>
    public void Reorder(ReadOnlySpan<int> order)
    {
        if (_scratch.Length < Row.Length) _scratch = new int[Row.Length];
        foreach (int[] column in (ReadOnlySpan<int[]>)[Row, Start, End, CigarOffset, CigarLength, Haplotype, Key])
        {
            for (int i = 0; i < order.Length; i++) _scratch[i] = column[order[i]];
            _scratch.AsSpan(0, order.Length).CopyTo(column);
        }

        // Keys name the first read of a group; the first has changed.
        if (_firstOfKey.Length < Count) _firstOfKey = new int[Row.Length];
        Array.Fill(_firstOfKey, -1, 0, Count);
        for (int i = 0; i < order.Length; i++)
        {
            ref int first = ref _firstOfKey[Key[i]];
            if (first < 0) first = i;
            Key[i] = first;
        }

        Count = order.Length;
    }

    /// <summary>Current CIGAR of read <paramref name="i"/>; valid until the next <see cref="SetAlignment"/>.</summary>
    public ReadOnlySpan<uint> CigarOf(int i) => MemoryMarshal.CreateReadOnlySpan(ref _cigars[CigarOffset[i]], CigarLength[i]);

    /// <summary>Bases of read <paramref name="i"/>, upper-case ASCII.</summary>
    public ReadOnlySpan<byte> BasesOf(int i) => Store.BasesOf(Row[i]);

    /// <summary>Base qualities of read <paramref name="i"/>.</summary>
    public ReadOnlySpan<byte> QualitiesOf(int i) => Store.QualitiesOf(Row[i]);

    /// <summary>QNAME of read <paramref name="i"/>.</summary>
    public ReadOnlySpan<byte> NameOf(int i) => Store.NameOf(Row[i]);

    /// <summary>Read number (0 or 1) of read <paramref name="i"/>.</summary>
    public int ReadNumberOf(int i) => Store.ReadNumberOf(Row[i]);

    /// <summary>MAPQ of read <paramref name="i"/>.</summary>
    public byte MappingQualityOf(int i) => Store.MappingQuality[Row[i]];

    /// <summary>Whether read <paramref name="i"/> is on the reverse strand.</summary>
    public bool IsReverse(int i) => Store.IsReverse(Row[i]);

    /// <summary>Read key as it stands in files: <c>QNAME/number</c>. Allocates; not for hot loops.</summary>
    public string KeyText(int i) => System.Text.Encoding.UTF8.GetString(NameOf(i)) + (ReadNumberOf(i) == 0 ? "/0" : "/1");

    private void Grow()
    {
        int size = Row.Length * 2;
        Array.Resize(ref Row, size);
        Array.Resize(ref Start, size);
        Array.Resize(ref End, size);
        Array.Resize(ref CigarOffset, size);
        Array.Resize(ref CigarLength, size);
        Array.Resize(ref Haplotype, size);
        Array.Resize(ref Key, size);
    }
}
