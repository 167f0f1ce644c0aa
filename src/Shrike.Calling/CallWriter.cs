using Shrike.Calling.Genotyping;
using Shrike.Calling.Gvcf;
using Shrike.Calling.Haplotypes;
using Shrike.Calling.Merging;
using Shrike.Calling.Vcf;
using Shrike.Core;
using Shrike.Formats.Messages;
using Shrike.Hts;

namespace Shrike.Calling;

/// <summary>
/// Stage 3 as a stream: predictions and reference blocks in, in genome order; VCF and gVCF out. Only what overlaps the
/// current position is held.
/// </summary>
public sealed class CallWriter : IDisposable
{
    private readonly CallingOptions _options;
    private readonly SiteMerger _merger;
    private readonly Genotyper _genotyper;
    private readonly Dictionary<string, int> _contigs;
    private readonly ReferenceReader _reference;
    private readonly VcfOutput _vcf;
    private readonly VcfOutput? _gvcf;
    private readonly GvcfMerger? _gvcfMerger;
    private readonly List<CallVariantsOutput> _site = [];
    private readonly List<Variant> _overlapping = [];
    private long _overlapEnd;

    /// <param name="options">How predictions become calls.</param>
    /// <param name="reference">The reference; its contigs give order and header. Not disposed here.</param>
    /// <param name="sample">Sample name.</param>
    /// <param name="vcfPath">Calls.</param>
    /// <param name="gvcfPath">Calls and reference blocks; null for none.</param>
    /// <param name="withModelId">Declare MID in the headers.</param>
    /// <param name="headerLines">Further header lines.</param>
    public CallWriter(CallingOptions options, ReferenceReader reference, string sample, string vcfPath, string? gvcfPath, bool withModelId, IReadOnlyList<string> headerLines)
    {
        _options = options;
        _reference = reference;
        _merger = new SiteMerger(options);
        _genotyper = new Genotyper(options, sample);
        _contigs = reference.Contigs.ToDictionary(c => c.Name, c => c.Index);
        string header = VcfText.Header(reference.Contigs, sample, withModelId, headerLines);
        long longest = reference.Contigs.Count == 0 ? 0 : reference.Contigs.Max(c => c.Length);
        _vcf = new VcfOutput(vcfPath, header, longest);
        if (gvcfPath is null) return;
        try
        {
            _gvcf = new VcfOutput(gvcfPath, header, longest);
        }
        catch
        {
            _vcf.Dispose();
            throw;
        }

        _gvcfMerger = new GvcfMerger(_contigs, (contig, position) => (char)reference.Fetch(contig, position, position + 1)[0], _gvcf.Write);
    }

    /// <summary>Records written to the VCF.</summary>
    public long Count => _vcf.Count;

    /// <summary>Order of a contig.</summary>
    /// <exception cref="ShrikeException">The reference does not have it.</exception>
    public int ContigIndex(string contig) => _contigs.TryGetValue(contig, out int index)
        ? index
        : throw ShrikeException.InvalidData($"contig {contig} of the predictions is not in {_reference.Path}: use the reference the examples were made with");

    /// <summary>
    /// Adds predictions and blocks of the next stretch of the genome, each sorted by contig, start and end, behind all that
    /// came before.
    /// </summary>
    /// <param name="predictions">Predictions.</param>
    /// <param name="blocks">Reference blocks.</param>
    /// <param name="reached">Nothing that starts before this position will follow.</param>
    public void Add(IEnumerable<CallVariantsOutput> predictions, IEnumerable<Variant> blocks, (int Contig, long Position) reached)
    {
        foreach (CallVariantsOutput prediction in predictions) AddPrediction(prediction);

        // Predictions of one site never lie on both sides of the mark.
        CloseSite();
        if (_overlapping.Count > 0 && Compare(reached, (ContigIndex(_overlapping[0].ReferenceName), _overlapEnd)) >= 0) CloseOverlap();
        if (_gvcfMerger is null) return;
        foreach (Variant block in blocks) _gvcfMerger.AddBlock(block);
        (int, long) nextCall = _overlapping.Count > 0 ? (ContigIndex(_overlapping[0].ReferenceName), _overlapping[0].Start) : reached;
        _gvcfMerger.Advance(nextCall, reached);
    }

    /// <summary>Ends the stream and gives the files their names.</summary>
    public void Complete()
    {
        CloseSite();
        CloseOverlap();
        _gvcfMerger?.Advance((int.MaxValue, 0), (int.MaxValue, 0));
        _gvcf?.Complete();
        _vcf.Complete();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _vcf.Dispose();
        _gvcf?.Dispose();
    }

    private void AddPrediction(CallVariantsOutput prediction)
    {
        if (prediction.Variant is not { Calls.Count: 1 }) throw ShrikeException.InvalidData("a prediction has no variant with exactly one call: is this a file of predictions?");
        _ = ContigIndex(prediction.Variant.ReferenceName);
        if (_site.Count > 0 && !SameSite(_site[0], prediction)) CloseSite();
        _site.Add(prediction);
    }

    private bool SameSite(CallVariantsOutput a, CallVariantsOutput b) => _options.GroupVariants
        ? a.Variant.Start == b.Variant.Start && a.Variant.End == b.Variant.End && a.Variant.ReferenceName == b.Variant.ReferenceName
        : a.Equals(b);

    private void CloseSite()
    {
        if (_site.Count == 0) return;
        (Variant variant, double[] probabilities) = _merger.Merge(_site);
        _site.Clear();
        _genotyper.Fill(variant, probabilities);
        if (_options.DisableHaplotypeResolution)
        {
            Emit(variant);
            return;
        }

        if (_overlapping.Count > 0 && (_overlapping[0].ReferenceName != variant.ReferenceName || variant.Start >= _overlapEnd)) CloseOverlap();
        _overlapping.Add(variant);
        _overlapEnd = Math.Max(_overlapEnd, variant.End);
    }

    private void CloseOverlap()
    {
        foreach (Variant v in OverlapResolver.Resolve(_overlapping)) Emit(v);
        _overlapping.Clear();
        _overlapEnd = 0;
    }

    private void Emit(Variant v)
    {
        if (!_options.OnlyKeepPass || (v.Filter.Count == 1 && v.Filter[0] == "PASS")) _vcf.Write(v);
        _gvcfMerger?.AddCall(v);
    }

    private static int Compare((int Contig, long Position) a, (int Contig, long Position) b) =>
        a.Contig != b.Contig ? a.Contig.CompareTo(b.Contig) : a.Position.CompareTo(b.Position);
}
