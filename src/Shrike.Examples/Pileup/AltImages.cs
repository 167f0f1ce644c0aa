using Shrike.Examples.Candidates;
using Shrike.Examples.Reads;
using Shrike.Examples.Realigning.Assembly;

namespace Shrike.Examples.Pileup;

/// <summary>
/// The rows of a candidate's reads on its ALT haplotypes, made when first asked for and kept while the candidate is drawn:
/// every ALT set that contains an ALT shows the same ones. One object per thread.
/// </summary>
internal sealed class AltImages
{
    private readonly PileupOptions _options;
    private readonly RowSampler _sampler;
    private readonly AltReadAligner _aligner;
    private readonly List<AltImage> _images = [];
    private Candidate? _candidate;
    private bool _hasReads;

    /// <param name="options">Size and rules; validated.</param>
    /// <param name="sampler">Chooses rows where there are too many reads.</param>
    public AltImages(PileupOptions options, RowSampler sampler)
    {
        _options = options;
        _sampler = sampler;
        _aligner = new AltReadAligner(options.AltAligner);
    }

    /// <summary>Goes on to a candidate.</summary>
    public void Move(Candidate candidate)
    {
        _candidate = candidate;
        _hasReads = false;
        foreach (AltImage image in _images) image.IsMade = false;
    }

    /// <summary>
    /// The ALTs of a set that have an image, from the first up to one whose haplotype is shorter than an image. Spec 50 section 11.2.
    /// </summary>
    /// <param name="alts">The ALT set.</param>
    /// <param name="batch">Reads of the partition.</param>
    /// <param name="reads">Those of the candidate, trimmed.</param>
    /// <param name="reference">Reference around it.</param>
    /// <param name="first">Rows on the haplotype of the first ALT, null if there is no image.</param>
    /// <param name="second">Those of the second.</param>
    public void Of(int[] alts, ReadBatch batch, RowSet reads, ReferenceWindow reference, out AltImage? first, out AltImage? second)
    {
        first = Make(alts[0], batch, reads, reference);
        second = first is not null && alts.Length > 1 ? Make(alts[1], batch, reads, reference) : null;
    }

    private AltImage? Make(int alt, ReadBatch batch, RowSet reads, ReferenceWindow reference)
    {
        while (_images.Count <= alt) _images.Add(new AltImage(new RowSet(_options, _sampler)));
        AltImage image = _images[alt];
        if (!image.IsMade)
        {
            image.IsMade = true;
            int half = (_options.Width - 1) / 2;
            image.Haplotype.Clear();
            AltHaplotype.Append(_candidate!.Variant, alt, reference, half, image.Haplotype);
            if (image.Haplotype.LengthOf(0) < _options.Width) return null;
            if (!_hasReads) _aligner.SetReads(batch, reads);
            _hasReads = true;
            _aligner.Align(image.Haplotype, AltHaplotype.Start(_candidate.Variant, half), reads, image.Rows);
            image.Rows.Choose(batch, _candidate.Start - half);
        }

        return image.Haplotype.LengthOf(0) < _options.Width ? null : image;
    }

    /// <summary>Rows on one haplotype.</summary>
    /// <param name="rows">Reads, alignments and rows.</param>
    internal sealed class AltImage(RowSet rows)
    {
        /// <summary>Reads, alignments and rows.</summary>
        public RowSet Rows { get; } = rows;

        /// <summary>The haplotype; its first letters take the place of the reference.</summary>
        public HaplotypeSet Haplotype { get; } = new();

        /// <summary>Whether it belongs to the candidate at hand.</summary>
        public bool IsMade { get; set; }
    }
}
