using System.Text;
using Shrike.Calling.Genotyping;
using Shrike.Calling.Gvcf;
using Shrike.Calling.Haplotypes;
using Shrike.Calling.Merging;
using Shrike.Calling.Records;
using Shrike.Calling.Somatic;
using Shrike.Calling.Streaming;
using Shrike.Calling.Vcf;
using Shrike.Core;
using Shrike.Hts;

namespace Shrike.Calling;

/// <summary>
/// Calls one stretch at a time: predictions of a site to one call, overlapping calls made compatible, blocks cut around
/// them, all as text. Every thread has its own.
/// </summary>
internal sealed class StretchCaller : IDisposable
{
    private readonly CallingOptions _options;
    private readonly bool _hasModelId;
    private readonly ContigTable _contigs;
    private readonly SiteMerger _merger;
    private readonly Genotyper _genotyper;
    private readonly OverlapResolver _resolver = new();
    private readonly GvcfMerger _gvcfMerger;
    private readonly PanelOfNormals? _normals;
    private readonly CallPool _pool = new();
    private readonly List<Prediction> _predictions = [];
    private readonly List<Prediction> _site = [];
    private readonly List<Call> _overlapping = [];
    private readonly List<Call> _calls = [];
    private readonly List<Call> _forced = [];
    private readonly ICallObserver? _observer;

    /// <param name="options">How predictions become calls.</param>
    /// <param name="reference">The reference; not disposed here.</param>
    /// <param name="contigs">Its contigs.</param>
    /// <param name="sample">Sample name.</param>
    /// <param name="hasModelId">Whether the header declares MID; elsewhere it is left out.</param>
    /// <param name="parts">Parts of the genome that are kept apart; null for none.</param>
    /// <param name="observer">Is told of every step; null for nobody.</param>
    public StretchCaller(CallingOptions options, ReferenceReader reference, ContigTable contigs, string sample, bool hasModelId, GenomeParts? parts = null, ICallObserver? observer = null)
    {
        _observer = observer;
        _options = options;
        _contigs = contigs;
        _hasModelId = hasModelId;
        _merger = new SiteMerger(options, contigs);
        _genotyper = new Genotyper(options);
        _gvcfMerger = new GvcfMerger(contigs, new ReferenceWindow(reference), Encoding.UTF8.GetBytes(sample), parts);
        _normals = options.PanelOfNormals is { } path ? new PanelOfNormals(path, contigs) : null;
    }

    /// <summary>Calls of given sites that are among the output, so far.</summary>
    public long ForcedCount { get; private set; }

    /// <summary>Calls a stretch.</summary>
    /// <param name="stretch">Its records.</param>
    /// <param name="vcf">Receives the calls.</param>
    /// <param name="gvcf">Receives calls and blocks; null for no gVCF.</param>
    public void Process(Stretch stretch, VcfPart vcf, VcfPart? gvcf)
    {
        _pool.Reset();
        _calls.Clear();
        vcf.Contig = stretch.Contig;
        long overlapEnd = 0;
        int next = 0;
        while (next < stretch.Predictions.Count)
        {
            Call call = _pool.Take();
            TakeSite(stretch, ref next);
            ReadOnlySpan<double> probabilities = _merger.Merge(_site, call);
            _genotyper.Fill(call, probabilities);
            _observer?.Genotyped(call, probabilities);
            if (call.IsForced)
            {
                _forced.Add(call);
                continue;
            }

            if (call.Start >= overlapEnd) CloseOverlap();
            _overlapping.Add(call);
            overlapEnd = Math.Max(overlapEnd, call.End);
        }

        CloseOverlap();
        if (_forced.Count > 0) ForcedCount += ForcedCalls.Insert(_calls, _forced);
        foreach (Call call in _calls)
        {
            if (!_hasModelId) call[CallField.Mid].Values.Clear();
            if (_normals is not null && call.Filter == CallFilter.Pass && _normals.Contains(call)) call.Filter = CallFilter.PanelOfNormals;
            bool isKept = !_options.OnlyKeepPass || call.Filter == CallFilter.Pass;
            if (_options.Somatic) MarkGermline(call);
            if (isKept) Append(vcf, call, withAnyAllele: false);
        }

        if (gvcf is null) return;
        gvcf.Contig = stretch.Contig;
        _gvcfMerger.Merge(stretch, _calls, call => Append(gvcf, call, withAnyAllele: true));
    }

    /// <inheritdoc/>
    public void Dispose() => _normals?.Dispose();

    /// <summary>The predictions of the next site.</summary>
    private void TakeSite(Stretch stretch, ref int next)
    {
        _site.Clear();
        RecordKey key = stretch.Predictions[next].Key;
        do
        {
            StretchRecord record = stretch.Predictions[next];
            if (_predictions.Count == _site.Count) _predictions.Add(new Prediction());
            Prediction prediction = _predictions[_site.Count];
            try
            {
                prediction.Read(stretch.Bytes(record), record);
            }
            catch (MalformedRecordException)
            {
                throw ShrikeException.InvalidData($"{record.Where}is not a prediction: is this the right file?");
            }

            _site.Add(prediction);
            next++;
        }
        while (_options.GroupVariants && next < stretch.Predictions.Count && stretch.Predictions[next] is var following && following.Key == key && !following.IsForced && !stretch.Predictions[next - 1].IsForced);
        if (_options.GroupVariants || next == stretch.Predictions.Count || stretch.Predictions[next].Key != key) return;
        StretchRecord same = stretch.Predictions[next];
        if (stretch.Bytes(same).Span.SequenceEqual(stretch.Bytes(stretch.Predictions[next - 1]).Span))
        {
            throw ShrikeException.InvalidData($"{same.Where}is the same as the record before it ({stretch.Predictions[next - 1].Where.TrimEnd(' ', ':')}): is a file of predictions given twice?");
        }
    }

    private void CloseOverlap()
    {
        if (!_options.DisableHaplotypeResolution) _resolver.Resolve(_overlapping);
        _observer?.Resolved(_overlapping);
        _calls.AddRange(_overlapping);
        _overlapping.Clear();
    }

    /// <summary>In a tumour alone, what is not homozygous for the first ALT, or for the reference, comes from the patient.</summary>
    private static void MarkGermline(Call call)
    {
        if (call.First == call.Second && call.First is -1 or 0 or 1) return;
        call.SetGenotype(0, 0);
        call.Filter = CallFilter.Germline;
    }

    private void Append(VcfPart part, Call call, bool withAnyAllele)
    {
        int begin = part.Text.Length;
        VcfRecordText.Append(part.Text, call, _contigs.Name(call.Contig), withAnyAllele);

        // What tabix takes for the end: END where it is written, else the length of REF.
        part.Lines.Add(new VcfPart.Line(call.Start, call.End, part.Text.Length));
        _observer?.Written(call, part.Text.Span[begin..]);
    }
}
