using System.Runtime.InteropServices;
using Shrike.Core;
using Shrike.Examples.Reads;

namespace Shrike.Examples.Pileup;

/// <summary>The reads of one image, cut to size, and its rows: which reads are drawn, in which order, and what each shows. Reused; nothing is allocated per read.</summary>
/// <param name="options">Size and rules.</param>
/// <param name="sampler">Chooses rows where there are too many reads.</param>
internal sealed class RowSet(PileupOptions options, RowSampler sampler)
{
    private readonly List<int> _reads = [];
    private readonly List<TrimmedRead> _trimmed = [];
    private readonly List<DrawnRow> _rows = [];
    private readonly List<RowSpan> _spans = [];

    /// <summary>Number of reads.</summary>
    public int Count => _reads.Count;

    /// <summary>Rows that are drawn, from top to bottom.</summary>
    public List<DrawnRow> Rows => _rows;

    /// <summary>Where the next read is cut to size, before <see cref="Add"/>.</summary>
    public TrimmedRead Next
    {
        get
        {
            if (_reads.Count == _trimmed.Count) _trimmed.Add(new TrimmedRead());
            return _trimmed[_reads.Count];
        }
    }

    /// <summary>Index of a read in its batch.</summary>
    public int ReadOf(int i) => _reads[i];

    /// <summary>A read, cut to size.</summary>
    public TrimmedRead AlignmentOf(int i) => _trimmed[i];

    /// <summary>What a row shows, in the order in which it is painted.</summary>
    public ReadOnlySpan<RowSpan> SpansOf(in DrawnRow row) => CollectionsMarshal.AsSpan(_spans).Slice(row.FirstSpan, row.Spans);

    /// <summary>Removes all reads and rows.</summary>
    public void Clear()
    {
        _reads.Clear();
        _rows.Clear();
        _spans.Clear();
    }

    /// <summary>Takes the read that stands in <see cref="Next"/>.</summary>
    /// <param name="read">Its index in the batch.</param>
    public void Add(int read) => _reads.Add(read);

    /// <summary>Chooses the rows that are drawn and puts them in order. Spec 50 sections 7 to 9.</summary>
    /// <param name="batch">Where the reads are.</param>
    /// <param name="windowStart">Position of column 0.</param>
    public void Choose(ReadBatch batch, int windowStart)
    {
        int free = options.Height - PileupOptions.ReferenceRows;
        int[]? order = _reads.Count > free ? sampler.Permutation(_reads.Count) : null;
        _rows.Clear();
        _spans.Clear();
        for (int i = 0; i < _reads.Count && _rows.Count < free; i++)
        {
            int chosen = order is null ? i : order[i];
            int read = _reads[chosen];
            if (batch.MappingQualityOf(read) < options.MinMappingQuality) continue;
            TrimmedRead trimmed = _trimmed[chosen];
            int first = _spans.Count;
            if (RowSpans.Append(trimmed, trimmed.Of(batch.QualitiesOf(read)), windowStart, options, _spans)) _rows.Add(new DrawnRow(read, chosen, _rows.Count, first, _spans.Count - first));
        }

        Sort(batch);
    }

    /// <summary>By haplotype (if asked for), alignment start, name, read number; stable.</summary>
    private void Sort(ReadBatch batch) => _rows.Sort((a, b) =>
    {
        int order = 0;
        if (options.SortByHaplotypes) order = options.HaplotypeOrder(batch.Haplotype[a.Read]).CompareTo(options.HaplotypeOrder(batch.Haplotype[b.Read]));
        if (order == 0) order = batch.Start[a.Read].CompareTo(batch.Start[b.Read]);
        if (order == 0) order = batch.NameOf(a.Read).SequenceCompareTo(batch.NameOf(b.Read));
        if (order == 0) order = batch.ReadNumberOf(a.Read).CompareTo(batch.ReadNumberOf(b.Read));
        return order != 0 ? order : a.Order.CompareTo(b.Order);
    });

    /// <summary>A read that gets a row: its place among those chosen, when it was drawn, and its spans.</summary>
    internal readonly record struct DrawnRow(int Read, int Chosen, int Order, int FirstSpan, int Spans);
}
