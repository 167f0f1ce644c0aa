using Shrike.Core;
using Shrike.Examples.Candidates;
using Shrike.Examples.Reads;

namespace Shrike.Examples.Pileup;

/// <summary>Paints the images of candidates. One object per thread; nothing is allocated per read.</summary>
public sealed class PileupEncoder
{
    private const int QueryMargin = 5;
    private const int MinOverlap = 15;
    private readonly PileupOptions _options;
    private readonly RowPainter _painter;
    private readonly RowSampler _sampler;
    private readonly List<int> _reads = [];
    private readonly List<TrimmedRead> _trimmed = [];
    private readonly int _stride;
    private readonly byte[] _rows;
    private readonly List<(int Read, int Row)> _painted = [];
    private short[] _allele = new short[256];

    /// <param name="options">Size, channels and rules; validated.</param>
    public PileupEncoder(PileupOptions options)
    {
        _options = options;
        _painter = new RowPainter(options);
        _sampler = new RowSampler(options.Shuffle);
        _stride = (options.Width * options.Channels.Length) + RowPainter.Slack;
        _rows = new byte[(options.Height - PileupOptions.ReferenceRows + 1) * _stride];
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
        foreach (int[] alts in AltSets(candidate)) Paint(examples.Add(KeyOf(candidate, alts)), alts, batch, window, start);
    }

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

    private void Paint(Span<byte> image, int[] alts, ReadBatch batch, ReadOnlySpan<byte> window, int windowStart)
    {
        int rowBytes = _options.Width * _options.Channels.Length;
        Span<byte> scratch = _rows.AsSpan(0, _stride);
        scratch.Clear();
        _painter.PaintReference(scratch, window);
        for (int r = 0; r < PileupOptions.ReferenceRows; r++) scratch[..rowBytes].CopyTo(image[(r * rowBytes)..]);

        int free = _options.Height - PileupOptions.ReferenceRows;
        int[]? order = _reads.Count > free ? _sampler.Permutation(_reads.Count) : null;
        _painted.Clear();
        for (int i = 0; i < _reads.Count && _painted.Count < free; i++)
        {
            int chosen = order is null ? i : order[i];
            int read = _reads[chosen];
            byte mappingQuality = batch.MappingQualityOf(read);
            if (mappingQuality < _options.MinMappingQuality) continue;
            TrimmedRead trimmed = _trimmed[chosen];
            Span<byte> row = _rows.AsSpan(_painted.Count * _stride, _stride);
            row.Clear();
            var values = new RowPainter.ReadValues(mappingQuality, batch.IsReverse(read), SupportColor(_allele[batch.Key[read]], alts), batch.Haplotype[read], batch.Store.TemplateLength[batch.Row[read]]);
            ReadOnlySpan<byte> bases = batch.BasesOf(read).Slice(trimmed.Offset, trimmed.Length);
            ReadOnlySpan<byte> qualities = batch.QualitiesOf(read).Slice(trimmed.Offset, trimmed.Length);
            if (_painter.PaintRead(row, trimmed, bases, qualities, values, window, windowStart)) _painted.Add((read, _painted.Count));
        }

        SortRows(batch);
        for (int i = 0; i < _painted.Count; i++)
        {
            _rows.AsSpan(_painted[i].Row * _stride, rowBytes).CopyTo(image[((PileupOptions.ReferenceRows + i) * rowBytes)..]);
        }
    }

    private byte SupportColor(short allele, int[] alts)
    {
        if (allele < 0) return Colors.Unsupporting;
        if (alts.Contains(allele)) return Colors.Full;
        return _options.MarkOtherAlternates ? Colors.OtherSupporting : Colors.Unsupporting;
    }

    /// <summary>By haplotype (if asked for), alignment start, name, read number; stable.</summary>
    private void SortRows(ReadBatch batch) => _painted.Sort((a, b) =>
    {
        int order = 0;
        if (_options.SortByHaplotypes) order = Math.Max(0, batch.Haplotype[a.Read]).CompareTo(Math.Max(0, batch.Haplotype[b.Read]));
        if (order == 0) order = batch.Start[a.Read].CompareTo(batch.Start[b.Read]);
        if (order == 0) order = batch.NameOf(a.Read).SequenceCompareTo(batch.NameOf(b.Read));
        if (order == 0) order = batch.ReadNumberOf(a.Read).CompareTo(batch.ReadNumberOf(b.Read));
        return order != 0 ? order : a.Row.CompareTo(b.Row);
    });
}
