using System.Runtime.InteropServices;
using Shrike.Core;
using Shrike.Examples.Candidates;
using Shrike.Examples.Reads;

namespace Shrike.Examples.Pileup;

/// <summary>Paints the images of candidates, or describes them for a device that paints. One object per thread; nothing is allocated per read.</summary>
public sealed class PileupEncoder
{
    private const int QueryMargin = 5;
    private const int MinOverlap = 15;
    private readonly PileupOptions _options;
    private readonly RowPainter _painter;
    private readonly RowSampler _sampler;
    private readonly List<int> _reads = [];
    private readonly List<TrimmedRead> _trimmed = [];
    private readonly List<DrawnRow> _rows = [];
    private readonly List<RowSpan> _spans = [];
    private readonly List<int> _sequences = [];
    private short[] _allele = new short[256];

    /// <param name="options">Size, channels and rules; validated.</param>
    public PileupEncoder(PileupOptions options)
    {
        _options = options;
        _painter = new RowPainter(options);
        _sampler = new RowSampler(options.Shuffle);
    }

    /// <summary>Adds the images of a candidate, one per ALT set; none if the window leaves the contig.</summary>
    /// <param name="candidate">The candidate; its support refers to <paramref name="batch"/>.</param>
    /// <param name="batch">Reads of the partition.</param>
    /// <param name="reference">Reference around the partition.</param>
    /// <param name="examples">Receives the images.</param>
    public void Encode(Candidate candidate, ReadBatch batch, ReferenceWindow reference, ExampleSet examples)
    {
        if (!CanDraw(candidate, reference.Contig)) return;
        int half = (_options.Width - 1) / 2;
        int start = candidate.Start - half;
        long contigLength = reference.Contig.Length;
        ReadOnlySpan<byte> window = reference.Bases(start, start + _options.Width);
        int regionEnd = (int)Math.Min(candidate.End + half, contigLength);
        ChooseReads(candidate, batch, start, regionEnd);
        MarkSupport(candidate, batch);

        // The same rows for every ALT set: neither spans nor the order of reads ask which ALTs are shown.
        ChooseRows(batch, start);
        _sequences.Clear();
        foreach (int[] alts in AltSets(candidate))
        {
            if (examples.Compact is { } compact)
            {
                examples.AddKey(KeyOf(candidate, alts));
                Describe(compact, alts, batch, window);
            }
            else
            {
                Paint(examples.Add(KeyOf(candidate, alts)), alts, batch, window);
            }
        }
    }

    /// <summary>An empty set of images that are left to be painted elsewhere.</summary>
    public static CompactImages NewCompact(PileupOptions options) => new(options.Height, options.Width, new RowPainter(options).Layout);

    /// <summary>Whether the window of a candidate lies inside its contig.</summary>
    public bool CanDraw(Candidate candidate, Contig contig)
    {
        int start = candidate.Start - ((_options.Width - 1) / 2);
        return start >= 0 && start + _options.Width <= contig.Length;
    }

    private static ExampleKey KeyOf(Candidate candidate, int[] alts) => candidate.Label is { } label
        ? new ExampleKey(label.Variant, alts, label.ClassOf(alts), candidate.DeNovo)
        : new ExampleKey(candidate.Variant, alts);

    /// <summary>The ALT sets drawn for a candidate: singles, then pairs, or those it carries.</summary>
    private IEnumerable<int[]> AltSets(Candidate candidate)
    {
        if (candidate.AltSets is { } sets) return _options.HetAltImages ? sets : sets.Where(s => s.Length == 1);
        return AltCombinations(candidate.Variant.AlternateBases.Count, _options.HetAltImages);
    }

    /// <summary>Index sets of n ALTs: all singles, then all pairs in lexicographic order.</summary>
    public static IEnumerable<int[]> AltCombinations(int n, bool pairs)
    {
        for (int i = 0; i < n; i++) yield return [i];
        for (int i = 0; pairs && i < n; i++)
        {
            for (int j = i + 1; j < n; j++) yield return [i, j];
        }
    }

    /// <summary>Reads near the variant with enough left inside the window, in list order.</summary>
    private void ChooseReads(Candidate candidate, ReadBatch batch, int regionStart, int regionEnd)
    {
        _reads.Clear();
        int queryStart = candidate.Start - QueryMargin;
        int queryEnd = candidate.End + QueryMargin;
        for (int i = 0; i < batch.Count; i++)
        {
            if (batch.Start[i] >= queryEnd || batch.End[i] <= queryStart) continue;
            if (_reads.Count == _trimmed.Count) _trimmed.Add(new TrimmedRead());
            TrimmedRead trimmed = _trimmed[_reads.Count];
            trimmed.Trim(batch.Start[i], batch.CigarOf(i), Math.Max(regionStart, 0), regionEnd);
            if (trimmed.ReferenceSpan >= MinOverlap && trimmed.Length > 0) _reads.Add(i);
        }
    }

    /// <summary>For every key of the batch the ALT it supports; reads of one key share it.</summary>
    private void MarkSupport(Candidate candidate, ReadBatch batch)
    {
        if (_allele.Length < batch.Count) _allele = new short[batch.Count * 2];
        _allele.AsSpan(0, batch.Count).Fill(AlleleSupport.Reference);
        foreach (AlleleSupport support in candidate.Support)
        {
            if (support.Allele >= 0) _allele[batch.Key[support.Read]] = support.Allele;
        }
    }

    /// <summary>Rows that are drawn, in the order in which they stand, and their spans.</summary>
    private void ChooseRows(ReadBatch batch, int windowStart)
    {
        int free = _options.Height - PileupOptions.ReferenceRows;
        int[]? order = _reads.Count > free ? _sampler.Permutation(_reads.Count) : null;
        _rows.Clear();
        _spans.Clear();
        for (int i = 0; i < _reads.Count && _rows.Count < free; i++)
        {
            int chosen = order is null ? i : order[i];
            int read = _reads[chosen];
            if (batch.MappingQualityOf(read) < _options.MinMappingQuality) continue;
            TrimmedRead trimmed = _trimmed[chosen];
            int first = _spans.Count;
            if (RowSpans.Append(trimmed, Qualities(batch, read, trimmed), windowStart, _options, _spans)) _rows.Add(new DrawnRow(read, chosen, _rows.Count, first, _spans.Count - first));
        }

        SortRows(batch);
    }

    /// <summary>Rows are painted from top to bottom, straight into the image: what one writes behind its end, the next paints over.</summary>
    private void Paint(Span<byte> image, int[] alts, ReadBatch batch, ReadOnlySpan<byte> window)
    {
        int rowBytes = _options.Width * _options.Channels.Length;
        _painter.BeginReference(window);
        _painter.PaintReference(image, window);
        for (int r = 1; r < PileupOptions.ReferenceRows; r++) image[..rowBytes].CopyTo(image[(r * rowBytes)..]);
        for (int i = 0; i < _rows.Count; i++)
        {
            DrawnRow row = _rows[i];
            TrimmedRead trimmed = _trimmed[row.Chosen];
            ReadOnlySpan<byte> bases = batch.BasesOf(row.Read).Slice(trimmed.Offset, trimmed.Length);
            ReadOnlySpan<byte> qualities = Qualities(batch, row.Read, trimmed);
            _painter.BeginRead(trimmed, bases, qualities, ValuesOf(row.Read, alts, batch));
            _painter.PaintRead(image.Slice((PileupOptions.ReferenceRows + i) * rowBytes, rowBytes + RowPainter.Slack), CollectionsMarshal.AsSpan(_spans).Slice(row.FirstSpan, row.Spans), bases, qualities, window);
        }
    }

    /// <summary>The same image, left to be painted elsewhere. Images of one candidate share their sequences.</summary>
    private void Describe(CompactImages compact, int[] alts, ReadBatch batch, ReadOnlySpan<byte> window)
    {
        if (_sequences.Count == 0)
        {
            _sequences.Add(compact.AddSequence(window, []));
            for (int i = 0; i < _reads.Count; i++) _sequences.Add(-1);
        }

        compact.AddImage();
        _painter.BeginReference(window);
        var whole = new RowSpan(0, 0, window.Length);
        var reference = new CompactRow { Sequence = _sequences[0], Length = window.Length, Window = _sequences[0], IsReference = 1 };
        for (int r = 0; r < PileupOptions.ReferenceRows; r++) compact.AddRow(reference, new ReadOnlySpan<RowSpan>(in whole), _painter.Template);
        foreach (DrawnRow row in _rows)
        {
            TrimmedRead trimmed = _trimmed[row.Chosen];
            ReadOnlySpan<byte> bases = batch.BasesOf(row.Read).Slice(trimmed.Offset, trimmed.Length);
            ReadOnlySpan<byte> qualities = Qualities(batch, row.Read, trimmed);
            if (_sequences[row.Chosen + 1] < 0) _sequences[row.Chosen + 1] = compact.AddSequence(bases, qualities);
            _painter.BeginRead(trimmed, bases, qualities, ValuesOf(row.Read, alts, batch));
            compact.AddRow(
                new CompactRow { Sequence = _sequences[row.Chosen + 1], Length = bases.Length, Window = _sequences[0] },
                CollectionsMarshal.AsSpan(_spans).Slice(row.FirstSpan, row.Spans),
                _painter.Template);
        }
    }

    private RowPainter.ReadValues ValuesOf(int read, int[] alts, ReadBatch batch) =>
        new(batch.MappingQualityOf(read), batch.IsReverse(read), SupportColor(_allele[batch.Key[read]], alts), _options.HaplotypeShown(batch.Haplotype[read]), batch.Store.TemplateLength[batch.Row[read]]);

    private static ReadOnlySpan<byte> Qualities(ReadBatch batch, int read, TrimmedRead trimmed) => batch.QualitiesOf(read).Slice(trimmed.Offset, trimmed.Length);

    private byte SupportColor(short allele, int[] alts)
    {
        if (allele < 0) return Colors.Unsupporting;
        if (alts.Contains(allele)) return Colors.Full;
        return _options.MarkOtherAlternates ? Colors.OtherSupporting : Colors.Unsupporting;
    }

    /// <summary>By haplotype (if asked for), alignment start, name, read number; stable.</summary>
    private void SortRows(ReadBatch batch) => _rows.Sort((a, b) =>
    {
        int order = 0;
        if (_options.SortByHaplotypes) order = _options.HaplotypeOrder(batch.Haplotype[a.Read]).CompareTo(_options.HaplotypeOrder(batch.Haplotype[b.Read]));
        if (order == 0) order = batch.Start[a.Read].CompareTo(batch.Start[b.Read]);
        if (order == 0) order = batch.NameOf(a.Read).SequenceCompareTo(batch.NameOf(b.Read));
        if (order == 0) order = batch.ReadNumberOf(a.Read).CompareTo(batch.ReadNumberOf(b.Read));
        return order != 0 ? order : a.Order.CompareTo(b.Order);
    });

    /// <summary>A read that gets a row: its place among those chosen, when it was drawn, and its spans.</summary>
    private readonly record struct DrawnRow(int Read, int Chosen, int Order, int FirstSpan, int Spans);
}
