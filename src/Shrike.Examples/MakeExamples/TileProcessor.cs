using Shrike.Core;
using Shrike.Core.Guarding;
using Shrike.Examples.Alleles;
using Shrike.Examples.Candidates;
using Shrike.Examples.Gvcf;
using Shrike.Examples.Labelling;
using Shrike.Examples.Phasing;
using Shrike.Examples.Pileup;
using Shrike.Examples.Reads;
using Shrike.Examples.Realigning;
using Shrike.Examples.SmallModel;
using Shrike.Formats;
using Shrike.Formats.Messages;
using Shrike.Hts;

namespace Shrike.Examples.MakeExamples;

/// <summary>
/// Stage 1 on one thread: reads of a tile in, candidates, reference records and images of its partitions out. Files of
/// results are not its business, so the same object serves the file driver and the one-process run.
/// </summary>
public sealed class TileProcessor : IDisposable
{
    // With a small model so many partitions are counted before the first of them is drawn: enough rows for one matrix product.
    private const int PartitionsAtOnce = 32;

    // Windows and the reads in them reach beyond the tile; whatever reaches further still is fetched singly.
    private const int RealignerMargin = 1200;
    private readonly StageOneOptions _options;
    private readonly WorkPost? _post;
    private readonly TileReader _reader;
    private readonly ReferenceReader _reference;
    private readonly ReferenceWindow _window;
    private readonly PartitionReads _partitionReads;
    private readonly ReadBatch[] _batches;
    private readonly Realigner? _realigner;
    private readonly RealignerDiagnostics.Worker? _diagnostics;
    private readonly AlleleCounter _counter;
    private readonly AlleleCounter? _plainCounter;
    private readonly CandidateCaller _caller;
    private readonly SiteImporter? _importer;
    private readonly ForcedSites? _forced;
    private readonly PopulationFrequencies? _frequencies;
    private readonly PartitionLabels? _labels;
    private readonly GvcfBlocks? _gvcf;
    private readonly PileupEncoder? _pileup;
    private readonly SmallModelCaller? _smallModel;
    private readonly PartitionPhaser? _phaser;
    private List<Example> _rows = [];

    /// <param name="options">What to make.</param>
    /// <param name="post">Where to say which tile is in work; null for nowhere. Whoever takes the results says that it is finished.</param>
    public TileProcessor(StageOneOptions options, WorkPost? post = null)
    {
        _options = options;
        _post = post;
        _reference = ReferenceReader.Open(options.Reference);
        _reader = new TileReader(options.Reads, options.UseReferenceForCram ? options.Reference : null, options.Filter);
        _window = new ReferenceWindow(_reference);
        _partitionReads = new PartitionReads(
            options.MaxReadsPerPartition,
            options.MaxBasesPerPosition,
            options.DownsampleFraction > 0 ? new ReadDownsampler(options.DownsampleFraction, options.Reads.Count) : null);
        _diagnostics = options.Diagnostics?.ForThread();
        if (options.Realigner is { } realigner && !options.PositionsOnly) _realigner = new Realigner(realigner, (IRealignerObserver?)options.Observer ?? _diagnostics);
        _counter = new AlleleCounter(options.Counter);
        if (options.Counter is { TrackReferenceReads: true, NormalizeReads: true }) _plainCounter = new AlleleCounter(options.Counter with { NormalizeReads = false });
        _caller = new CandidateCaller(options.Caller);
        if (options.Import is { } import && !options.PositionsOnly) _importer = new SiteImporter(import, options.Caller);
        if (options.Sites is { } sites && !options.PositionsOnly) _forced = new ForcedSites(sites, options.Caller, _window);
        if (options.Population is { } population && !options.PositionsOnly) _frequencies = new PopulationFrequencies(population);
        if (options.Labelling is { } labelling) _labels = new PartitionLabels(labelling);
        if (options.Gvcf is { } gvcf) _gvcf = new GvcfBlocks(gvcf);
        if (options.Pileup is { } pileup) _pileup = new PileupEncoder(pileup);
        if (options.SmallModel is { } model) _smallModel = new SmallModelCaller(options.SmallModelExamples ? model with { Observer = KeepRow } : model);
        if (options.Phasing is { } phasing && !options.PositionsOnly) _phaser = new PartitionPhaser(phasing);
        _batches = [.. Enumerable.Range(0, _smallModel is null ? 1 : PartitionsAtOnce).Select(_ => new ReadBatch())];
    }

    /// <summary>Processes the partitions of a tile in order; images are appended to <paramref name="examples"/>.</summary>
    public List<PartitionResult> Process(Tile tile, ExampleSet? examples)
    {
        int margin = (_options.Pileup?.Width ?? 0) + 1 + (_realigner is null ? 0 : RealignerMargin);
        int padding = _phaser is null ? 0 : tile.Partitions.Max(p => PaddedRegion.PaddingOf(p));
        _post?.Begin(tile.Contig.Name, tile.Start, tile.End, WorkStage.Reading);
        _window.Move(tile.Contig, tile.Start - margin - padding, tile.End + margin + padding);
        if (_options.UseReferenceForCram) _options.CramReference.Require(tile.Contig.Name, _reference, _reader.Files);
        ReadStore store = _reader.Read(tile.Contig.Name, tile.Start, tile.End);
        _post?.Go(WorkStage.Images);
        _importer?.Move(tile.Contig.Name, Math.Max(0, tile.Start - padding), tile.End + padding);
        _forced?.Move(tile.Start, tile.End);
        _labels?.Move(_window, tile.Start, tile.End);
        var results = new List<PartitionResult>(tile.Partitions.Count);
        var counted = new List<(PartitionResult Result, List<Candidate> Candidates, List<Candidate> Forced, OfferedSites Offered)>();
        for (int first = 0; first < tile.Partitions.Count; first += _batches.Length)
        {
            counted.Clear();
            _smallModel?.Begin();
            for (int i = first; i < Math.Min(first + _batches.Length, tile.Partitions.Count); i++)
            {
                ReadBatch batch = _batches[i - first];
                (PartitionResult result, List<Candidate> candidates, List<Candidate> forced) = Count(tile.Partitions[i], tile.FirstIndex + i, tile.FirstOrdinal + i, store, batch);
                OfferedSites offered = _smallModel?.Offer(candidates, batch) ?? default;
                counted.Add((result with { SmallModelExamples = _rows }, candidates, forced, offered));
                _rows = [];
            }

            _smallModel?.Classify();
            for (int i = 0; i < counted.Count; i++) results.Add(Draw(counted[i].Result, counted[i].Candidates, counted[i].Forced, counted[i].Offered, _batches[i], examples));
        }

        return results;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader.Dispose();
        _reference.Dispose();
        _importer?.Dispose();
        _forced?.Dispose();
        _frequencies?.Dispose();
        _labels?.Dispose();
    }

    /// <summary>From reads to candidates. Reads are those of the partition; alleles are counted where phasing wants them too.</summary>
    private (PartitionResult Result, List<Candidate> Candidates, List<Candidate> Forced) Count(Region partition, int index, int ordinal, ReadStore store, ReadBatch batch)
    {
        Region counted = _phaser is null ? partition : PaddedRegion.Of(partition, _window.Contig);
        _partitionReads.Fill(batch, store, partition.Start, partition.End);
        _options.Observer?.Chosen(partition, batch, _window);
        if (_realigner is not null) Realign(partition, batch);
        List<int>? tracked = _options.Counter.TrackReferenceReads && !_options.PositionsOnly ? TrackedPositions(partition, counted, batch) : null;
        _counter.Count(batch, _window, counted.Start, counted.End, partition.Start, partition.End);
        var result = new PartitionResult { Index = index, Reads = batch.Count };
        if (_options.PositionsOnly) return (result with { Positions = _caller.Positions(_counter) }, [], []);

        if (tracked is null && _options.Counter.TrackReferenceReads) tracked = _importer?.Positions(counted) ?? _caller.Positions(_counter);
        List<Candidate> candidates = _importer?.Call(_counter, batch, counted, tracked) ?? _caller.Call(_counter, batch, partition.Contig, tracked);
        _options.Observer?.Called(partition, _counter, batch, candidates);
        IReadOnlyList<Variant> gvcf = _gvcf?.Make(_counter, partition.Contig, partition.Start, partition.End) ?? [];
        PartitionPhases? phases = _phaser?.Phase(candidates, batch, partition, counted, ordinal);
        if (_options.Select is { } select) candidates.RemoveAll(c => !select(c.Variant));
        _frequencies?.Attach(candidates, _window);

        // Made when all that looks at neighbours is done: the candidates of the reads are what they are without them.
        List<Candidate> forced = _forced?.Of(_counter, batch, partition) ?? [];
        _frequencies?.Attach(forced, _window);
        LabelingMetrics? metrics = _labels?.Label(candidates, partition, index, _window);
        return (result with { Candidates = candidates.Count, Forced = forced.Count, Gvcf = gvcf, Labelling = metrics, Phases = phases }, candidates, forced);
    }

    /// <summary>Images of the candidates, except those the small model answers.</summary>
    private PartitionResult Draw(PartitionResult counted, List<Candidate> candidates, List<Candidate> forced, OfferedSites offered, ReadBatch batch, ExampleSet? examples)
    {
        SmallModelAnswers answers = _smallModel?.Decide(offered, CanDraw) ?? new SmallModelAnswers(candidates, [], 0);
        _options.Observer?.Drawing(candidates, batch, _window);
        int first = examples?.Count ?? 0;
        if (_pileup is not null && examples is not null)
        {
            foreach (Candidate candidate in answers.ToDraw)
            {
                // In training only what has a label can be learned from.
                if (_labels is null || candidate.Label is not null) _pileup.Encode(candidate, batch, _window, examples);
            }
        }

        var unanswered = new List<CallVariantsOutput>();
        foreach (Candidate candidate in forced)
        {
            if (!ForcedSite.IsAnswerable(candidate.Variant) || !CanDraw(candidate)) unanswered.Add(ForcedSites.NoAnswer(candidate));
            else if (_pileup is not null && examples is not null) _pileup.Encode(candidate, batch, _window, examples);
        }

        return counted with
        {
            Unanswered = unanswered,
            Examples = (first, (examples?.Count ?? 0) - first),
            CandidateMessages = _options.KeepCandidates ? [.. candidates.Select(c => CandidateMessage.Build(c, batch, _options.Caller.SampleName))] : [],
            SmallModelPredictions = answers.Predictions,
            SmallModelUnsupported = offered.Unsupported,
            SmallModelWithdrawn = answers.Withdrawn,
        };
    }

    private void KeepRow(Candidate site, IReadOnlyList<int> alts, ReadOnlySpan<float> features)
    {
        if (site.Label is GenotypeLabel label) _rows.Add(SmallModelExample.Make(label, alts, features));
    }

    private bool CanDraw(Candidate candidate) => _pileup is null || _pileup.CanDraw(candidate, _window.Contig);

    private void Realign(Region partition, ReadBatch batch)
    {
        _diagnostics?.Begin(partition.Start);
        _realigner!.Realign(batch, _window, partition.Start, partition.End);
        _diagnostics?.Realigned(_window.Contig, partition.Start, partition.End, _reader.ContigIndex(partition.Contig), batch);
    }

    /// <summary>With normalisation the tracked positions are those found before it; otherwise one pass serves both.</summary>
    private List<int>? TrackedPositions(Region partition, Region counted, ReadBatch batch)
    {
        if (_plainCounter is null) return null;
        _plainCounter.Count(batch, _window, counted.Start, counted.End, partition.Start, partition.End);
        return _caller.Positions(_plainCounter);
    }
}
