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
    private readonly RowSet _rows;
    private readonly SupportColors _colors;
    private readonly AltImages? _altImages;
    private readonly RowPainter? _altPainter;
    private readonly List<int> _sequences = [];
    private readonly byte[] _altChannel = [];

    /// <param name="options">Size, channels and rules; validated.</param>
    public PileupEncoder(PileupOptions options)
    {
        _options = options;
        _painter = new RowPainter(options);
        var sampler = new RowSampler(options.Shuffle);
        _rows = new RowSet(options, sampler);
        _colors = new SupportColors(options);
        if (options.AltAligned == AltAlignedPileup.None) return;
        _altImages = new AltImages(options, sampler);
        if (options.AltAligned == AltAlignedPileup.Rows) return;
        _altPainter = new RowPainter(options with { Channels = [options.AltShownChannel] });
        _altChannel = new byte[(options.Height * options.Width) + RowPainter.Slack];
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
        _colors.Move(candidate, batch);

        // The same rows for every ALT set: neither spans nor the order of reads ask which ALTs are shown.
        _rows.Choose(batch, start);
        bool isAltAligned = AltHaplotype.IsWanted(candidate.Variant, _options);
        if (isAltAligned) _altImages!.Move(candidate);
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
                Span<byte> image = examples.Add(KeyOf(candidate, alts));
                Paint(_painter, image, _rows, alts, batch, window);
                if (isAltAligned) AddAltImages(image, alts, batch, reference);
            }
        }
    }

    /// <summary>An empty set of images that are left to be painted elsewhere.</summary>
    /// <exception cref="ShrikeException">They show reads on ALT haplotypes, which only <see cref="Encode"/> can draw.</exception>
    public static CompactImages NewCompact(PileupOptions options) => options.AltAligned == AltAlignedPileup.None
        ? new(options.Height, options.Width, new RowPainter(options).Layout)
        : throw ShrikeException.Usage("--painter gpu cannot draw images with --alt_aligned_pileup: leave it out");

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
        _rows.Clear();
        int queryStart = candidate.Start - QueryMargin;
        int queryEnd = candidate.End + QueryMargin;
        for (int i = 0; i < batch.Count; i++)
        {
            if (batch.Start[i] >= queryEnd || batch.End[i] <= queryStart) continue;
            TrimmedRead trimmed = _rows.Next;
            trimmed.Trim(batch.Start[i], batch.CigarOf(i), Math.Max(regionStart, 0), regionEnd);
            if (trimmed.ReferenceSpan >= MinOverlap && trimmed.Length > 0) _rows.Add(i);
        }
    }

    /// <summary>Rows are painted from top to bottom, straight into the image: what one writes behind its end, the next paints over.</summary>
    private void Paint(RowPainter painter, Span<byte> image, RowSet rows, int[] alts, ReadBatch batch, ReadOnlySpan<byte> window)
    {
        int rowBytes = _options.Width * painter.Layout.Channels;
        painter.BeginReference(window);
        painter.PaintReference(image, window);
        for (int r = 1; r < PileupOptions.ReferenceRows; r++) image[..rowBytes].CopyTo(image[(r * rowBytes)..]);
        for (int i = 0; i < rows.Rows.Count; i++)
        {
            RowSet.DrawnRow row = rows.Rows[i];
            TrimmedRead trimmed = rows.AlignmentOf(row.Chosen);
            ReadOnlySpan<byte> bases = trimmed.Of(batch.BasesOf(row.Read));
            ReadOnlySpan<byte> qualities = trimmed.Of(batch.QualitiesOf(row.Read));
            painter.BeginRead(trimmed, bases, qualities, _colors.ValuesOf(row.Read, alts, batch));
            painter.PaintRead(image.Slice((PileupOptions.ReferenceRows + i) * rowBytes, rowBytes + RowPainter.Slack), rows.SpansOf(row), bases, qualities, window);
        }
    }

    /// <summary>Adds what the reads look like on the ALT haplotypes, below the image or in its last two channels. Spec 50 section 11.4.</summary>
    private void AddAltImages(Span<byte> image, int[] alts, ReadBatch batch, ReferenceWindow reference)
    {
        _altImages!.Of(alts, batch, _rows, reference, out AltImages.AltImage? first, out AltImages.AltImage? second);
        if (first is null) return;
        if (_altPainter is null)
        {
            int imageBytes = _options.Height * _options.Width * _options.Channels.Length;
            Paint(_painter, image[imageBytes..], first.Rows, alts, batch, first.Haplotype[0][.._options.Width]);
            if (second is not null) Paint(_painter, image[(2 * imageBytes)..], second.Rows, alts, batch, second.Haplotype[0][.._options.Width]);
            return;
        }

        // An ALT set without a second image shows the first one twice.
        int last = _options.Channels.Length - 1;
        PaintAltChannel(image, last - 1, first, alts, batch);
        if (second is null) CopyAltChannel(image, last);
        else PaintAltChannel(image, last, second, alts, batch);
    }

    private void PaintAltChannel(Span<byte> image, int channel, AltImages.AltImage alt, int[] alts, ReadBatch batch)
    {
        _altChannel.AsSpan().Clear();
        Paint(_altPainter!, _altChannel, alt.Rows, alts, batch, alt.Haplotype[0][.._options.Width]);
        CopyAltChannel(image, channel);
    }

    private void CopyAltChannel(Span<byte> image, int channel)
    {
        int channels = _options.Channels.Length;
        ReadOnlySpan<byte> pixels = _altChannel.AsSpan(0, _options.Height * _options.Width);
        for (int i = 0; i < pixels.Length; i++) image[(i * channels) + channel] = pixels[i];
    }

    /// <summary>The same image, left to be painted elsewhere. Images of one candidate share their sequences.</summary>
    private void Describe(CompactImages compact, int[] alts, ReadBatch batch, ReadOnlySpan<byte> window)
    {
        if (_sequences.Count == 0)
        {
            _sequences.Add(compact.AddSequence(window, []));
            for (int i = 0; i < _rows.Count; i++) _sequences.Add(-1);
        }

        compact.AddImage();
        _painter.BeginReference(window);
        var whole = new RowSpan(0, 0, window.Length);
        var reference = new CompactRow { Sequence = _sequences[0], Length = window.Length, Window = _sequences[0], IsReference = 1 };
        for (int r = 0; r < PileupOptions.ReferenceRows; r++) compact.AddRow(reference, new ReadOnlySpan<RowSpan>(in whole), _painter.Template);
        foreach (RowSet.DrawnRow row in _rows.Rows)
        {
            TrimmedRead trimmed = _rows.AlignmentOf(row.Chosen);
            ReadOnlySpan<byte> bases = trimmed.Of(batch.BasesOf(row.Read));
            ReadOnlySpan<byte> qualities = trimmed.Of(batch.QualitiesOf(row.Read));
            if (_sequences[row.Chosen + 1] < 0) _sequences[row.Chosen + 1] = compact.AddSequence(bases, qualities);
            _painter.BeginRead(trimmed, bases, qualities, _colors.ValuesOf(row.Read, alts, batch));
            compact.AddRow(
                new CompactRow { Sequence = _sequences[row.Chosen + 1], Length = bases.Length, Window = _sequences[0] },
                _rows.SpansOf(row),
                _painter.Template);
        }
    }
}
