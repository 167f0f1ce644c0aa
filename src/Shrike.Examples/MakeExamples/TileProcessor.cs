using Shrike.Core;
using Shrike.Examples.Alleles;
using Shrike.Examples.Candidates;
using Shrike.Examples.Gvcf;
using Shrike.Examples.Pileup;
using Shrike.Examples.Reads;
using Shrike.Examples.Realigning;
using Shrike.Formats.Messages;
using Shrike.Hts;

namespace Shrike.Examples.MakeExamples;

/// <summary>
/// Stage 1 on one thread: reads of a tile in, candidates, reference records and images of its partitions out. Files of
/// results are not its business, so the same object serves the file driver and the one-process run.
/// </summary>
public sealed class TileProcessor : IDisposable
{
    // Windows and the reads in them reach beyond the tile; whatever reaches further still is fetched singly.
    private const int RealignerMargin = 1200;
    private readonly StageOneOptions _options;
    private readonly TileReader _reader;
    private readonly ReferenceReader _reference;
    private readonly ReferenceWindow _window;
    private readonly PartitionReads _partitionReads;
    private readonly ReadBatch _batch = new();
    private readonly Realigner? _realigner;
    private readonly RealignerDiagnostics.Worker? _diagnostics;
    private readonly AlleleCounter _counter;
    private readonly AlleleCounter? _plainCounter;
    private readonly CandidateCaller _caller;
    private readonly GvcfBlocks? _gvcf;
    private readonly PileupEncoder? _pileup;

    /// <param name="options">What to make.</param>
    public TileProcessor(StageOneOptions options)
    {
        _options = options;
        _reference = ReferenceReader.Open(options.Reference);
        _reader = new TileReader(options.Reads, options.UseReferenceForCram ? options.Reference : null, options.Filter);
        _window = new ReferenceWindow(_reference);
        _partitionReads = new PartitionReads(options.MaxReadsPerPartition, options.MaxBasesPerPosition);
        _diagnostics = options.Diagnostics?.ForThread();
        if (options.Realigner is { } realigner && !options.PositionsOnly) _realigner = new Realigner(realigner, _diagnostics);
        _counter = new AlleleCounter(options.Counter);
        if (options.Counter is { TrackReferenceReads: true, NormalizeReads: true }) _plainCounter = new AlleleCounter(options.Counter with { NormalizeReads = false });
        _caller = new CandidateCaller(options.Caller);
        if (options.Gvcf is { } gvcf) _gvcf = new GvcfBlocks(gvcf);
        if (options.Pileup is { } pileup) _pileup = new PileupEncoder(pileup);
    }

    /// <summary>Processes the partitions of a tile in order; images are appended to <paramref name="examples"/>.</summary>
    public List<PartitionResult> Process(Tile tile, ExampleSet? examples)
    {
        int margin = (_options.Pileup?.Width ?? 0) + 1 + (_realigner is null ? 0 : RealignerMargin);
        _window.Move(tile.Contig, tile.Start - margin, tile.End + margin);
        ReadStore store = _reader.Read(tile.Contig.Name, tile.Start, tile.End);
        var results = new List<PartitionResult>(tile.Partitions.Count);
        for (int i = 0; i < tile.Partitions.Count; i++) results.Add(ProcessPartition(tile.Partitions[i], tile.FirstIndex + i, store, examples));
        return results;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader.Dispose();
        _reference.Dispose();
    }

    private PartitionResult ProcessPartition(Region partition, int index, ReadStore store, ExampleSet? examples)
    {
        _partitionReads.Fill(_batch, store, partition.Start, partition.End);
        if (_realigner is not null) Realign(partition);
        List<int>? tracked = _options.Counter.TrackReferenceReads && !_options.PositionsOnly ? TrackedPositions(partition) : null;
        _counter.Count(_batch, _window, partition.Start, partition.End, partition.Start, partition.End);
        if (_options.PositionsOnly) return new PartitionResult { Index = index, Reads = _batch.Count, Positions = _caller.Positions(_counter) };

        if (tracked is null && _options.Counter.TrackReferenceReads) tracked = _caller.Positions(_counter);
        List<Candidate> candidates = _caller.Call(_counter, _batch, partition.Contig, tracked);
        IReadOnlyList<Variant> gvcf = _gvcf?.Make(_counter, partition.Contig, partition.Start, partition.End) ?? [];
        if (_options.Select is { } select) candidates.RemoveAll(c => !select(c.Variant));

        int first = examples?.Count ?? 0;
        if (_pileup is not null && examples is not null)
        {
            foreach (Candidate candidate in candidates) _pileup.Encode(candidate, _batch, _window, examples);
        }

        return new PartitionResult
        {
            Index = index,
            Reads = _batch.Count,
            Candidates = candidates.Count,
            Examples = (first, (examples?.Count ?? 0) - first),
            Gvcf = gvcf,
            CandidateMessages = _options.KeepCandidates ? [.. candidates.Select(c => CandidateMessage.Build(c, _batch, _options.Caller.SampleName))] : [],
        };
    }

    private void Realign(Region partition)
    {
        _diagnostics?.Begin(partition.Start);
        _realigner!.Realign(_batch, _window, partition.Start, partition.End);
        _diagnostics?.Realigned(_window.Contig, partition.Start, partition.End, _reader.ContigIndex(partition.Contig), _batch);
    }

    /// <summary>With normalisation the tracked positions are those found before it; otherwise one pass serves both.</summary>
    private List<int>? TrackedPositions(Region partition)
    {
        if (_plainCounter is null) return null;
        _plainCounter.Count(_batch, _window, partition.Start, partition.End, partition.Start, partition.End);
        return _caller.Positions(_plainCounter);
    }
}
