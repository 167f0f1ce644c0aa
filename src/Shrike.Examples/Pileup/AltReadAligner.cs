using Shrike.Examples.Reads;
using Shrike.Examples.Realigning.Alignment;
using Shrike.Examples.Realigning.Assembly;

namespace Shrike.Examples.Pileup;

/// <summary>Aligns the trimmed reads of a candidate to one ALT haplotype after the other. Spec 50 section 11.3. One object per thread; nothing is allocated per read.</summary>
internal sealed class AltReadAligner
{
    private readonly HaplotypeAligner _aligner;
    private readonly ReadStore _store = new();
    private readonly ReadBatch _batch = new();
    private bool[] _isAligned = [];
    private int[] _indexes = [];

    /// <param name="options">Scores, seeds and mismatches; indels must always lie as far left as they can.</param>
    public AltReadAligner(HaplotypeAlignerOptions options) => _aligner = new HaplotypeAligner(options with { NormalizeReads = false });

    /// <summary>Takes the reads of a candidate: what trimming has left of them, clipped bases included.</summary>
    /// <param name="batch">Where the whole reads are.</param>
    /// <param name="reads">The trimmed reads.</param>
    public void SetReads(ReadBatch batch, RowSet reads)
    {
        _store.Count = 0;
        for (int i = 0; i < reads.Count; i++)
        {
            TrimmedRead read = reads.AlignmentOf(i);
            _store.AddPart(batch.Store, batch.Row[reads.ReadOf(i)], default, read.Offset, read.Offset + read.Length, read.Start, read.Cigar);
        }

        if (_indexes.Length >= reads.Count) return;
        _indexes = new int[reads.Count * 2];
        _isAligned = new bool[reads.Count * 2];
        for (int i = 0; i < _indexes.Length; i++) _indexes[i] = i;
    }

    /// <summary>Aligns the reads to a haplotype.</summary>
    /// <param name="haplotype">The haplotype, alone in its set.</param>
    /// <param name="start">Position of its first letter.</param>
    /// <param name="reads">The reads of <see cref="SetReads"/>.</param>
    /// <param name="aligned">Receives them with their new alignments, in the same order; reads that fit nowhere are left out.</param>
    public void Align(HaplotypeSet haplotype, int start, RowSet reads, RowSet aligned)
    {
        int n = reads.Count;
        _batch.Reset(_store);
        for (int i = 0; i < n; i++) _batch.Add(i);
        _aligner.AlignToOne(_batch, _indexes.AsSpan(0, n), haplotype, start, _isAligned.AsSpan(0, n));
        aligned.Clear();
        for (int i = 0; i < n; i++)
        {
            if (!_isAligned[i]) continue;
            aligned.Next.Replace(reads.AlignmentOf(i), _batch.Start[i], _batch.CigarOf(i));
            aligned.Add(reads.ReadOf(i));
        }
    }
}
