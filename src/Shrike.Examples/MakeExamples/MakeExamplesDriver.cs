using Shrike.Core;
using Shrike.Core.Guarding;
using Shrike.Examples.Partitioning;
using Shrike.Examples.Phasing;
using Shrike.Examples.Pileup;
using Shrike.Formats;
using Shrike.Formats.Examples;
using Shrike.Formats.Messages;
using Shrike.Formats.TfRecord;
using Shrike.Hts;

namespace Shrike.Examples.MakeExamples;

/// <summary>Counts of a finished run.</summary>
/// <param name="Partitions">Partitions processed.</param>
/// <param name="Reads">Reads after sampling, summed over partitions.</param>
/// <param name="Candidates">Candidates.</param>
/// <param name="Examples">Images.</param>
/// <param name="SmallModelCalls">ALT sets the small model answered.</param>
/// <param name="SmallModelUnsupported">Sites not offered to it because an ALT of theirs has no read.</param>
/// <param name="SmallModelWithdrawn">Sites of which some answers were dropped because the rest cannot be drawn.</param>
public readonly record struct MakeExamplesSummary(long Partitions, long Reads, long Candidates, long Examples, long SmallModelCalls = 0, long SmallModelUnsupported = 0, long SmallModelWithdrawn = 0)
{
    /// <summary>Counts of the examples by class and kind.</summary>
    public MakeExamplesStats? Stats { get; init; }

    /// <summary>Sites whose alleles were divided among the haplotypes; those between two partitions count in both.</summary>
    public long PhasedSites { get; init; }

    /// <summary>Partitions of too many candidates, whose reads were not phased.</summary>
    public long UnphasedPartitions { get; init; }

    /// <summary>Counts of the haplotype labeler in training.</summary>
    public LabelingMetrics? Labelling { get; init; }
}

/// <summary>
/// Stage 1 with files: partitions of one task on N threads, results in partition order. All outputs get their names
/// together at the end.
/// </summary>
public static class MakeExamplesDriver
{
    private const int TileBases = 25_000;

    /// <summary>Runs.</summary>
    /// <param name="run">What to do; its options are valid.</param>
    /// <param name="inputs">The inputs, checked.</param>
    /// <param name="cancellation">Stops the run; nothing stays behind.</param>
    /// <exception cref="ShrikeException">What went wrong and where; with exit 4 where the examples have no room, and 5 where memory, or its budget, does not suffice.</exception>
    public static MakeExamplesSummary Run(MakeExamplesRun run, InputPreflight inputs, CancellationToken cancellation = default)
    {
        try
        {
            return Make(run, inputs, cancellation);
        }
        catch (OutOfMemoryException e)
        {
            throw run.Guard.OutOfMemory(e);
        }
    }

    private static MakeExamplesSummary Make(MakeExamplesRun run, InputPreflight inputs, CancellationToken cancellation)
    {
        IReadOnlyList<Contig> common = CallingRegions.CommonContigs(inputs.Reference, inputs.ReadContigs, inputs.TruthContigs);
        RegionSet regions = CallingRegions.Select(inputs.Reference, common, run.Regions, run.ExcludeRegions);
        List<Region> partitions = CallingRegions.Partition(regions, run.PartitionSize);
        (string examplesPath, int shards) = Output(run.Examples, run.Task, run.Examples);
        IEnumerable<Tile> tiles = Tiles(partitions, inputs.Reference, run.Task, Math.Max(1, shards), ImportedStarts(run, common));
        ExamplesEstimate.Check(run, tiles, partitions.Count, Math.Max(1, shards), examplesPath, DiskSpace.FreeFor(examplesPath), cancellation);
        var information = new RunInformation(run);
        using var outputs = new Outputs(run, examplesPath, information);
        var ends = regions.Regions.Select(r => (r.Contig, r.End)).ToHashSet();
        var sets = new System.Collections.Concurrent.ConcurrentBag<ExampleSet>();
        int imageBytes = run.Stage.Pileup?.ImageBytes ?? 0;

        // The draws of a downsampled file go on from partition to partition.
        int threads = run.Stage.DownsampleFraction > 0 ? 1 : run.Threads;
        using IDisposable watch = run.Guard.Begin(threads);
        WorkPost writing = run.Guard.Board.Join();
        MakeExamplesSummary summary = default;
        OrderedPipeline.Run(
            tiles,
            threads,
            threads * 2,
            () => new Worker(run),
            (worker, tile) =>
            {
                cancellation.ThrowIfCancellationRequested();
                run.Guard.Memory?.Check();
                ExampleSet set = sets.TryTake(out ExampleSet? used) ? used : new ExampleSet(imageBytes);
                set.Clear();
                return (Tile: tile, Results: worker.Process(tile, set), Set: set);
            },
            done =>
            {
                run.Guard.Memory?.Check();
                writing.Begin(done.Tile.Contig.Name, done.Tile.Start, done.Tile.End, WorkStage.Writing);
                for (int i = 0; i < done.Results.Count; i++)
                {
                    PartitionResult p = done.Results[i];
                    outputs.Write(p, done.Set, done.Tile.Partitions[i], done.Tile.FirstOrdinal + i, ends.Contains((done.Tile.Partitions[i].Contig, done.Tile.Partitions[i].End)));
                    summary = new(
                        summary.Partitions + 1,
                        summary.Reads + p.Reads,
                        summary.Candidates + p.Candidates,
                        summary.Examples + p.Examples.Count,
                        summary.SmallModelCalls + p.SmallModelPredictions.Count,
                        summary.SmallModelUnsupported + p.SmallModelUnsupported,
                        summary.SmallModelWithdrawn + p.SmallModelWithdrawn)
                    {
                        PhasedSites = summary.PhasedSites + (p.Phases?.PhasedSites ?? 0),
                        UnphasedPartitions = summary.UnphasedPartitions + (p.Phases?.IsSkipped == true ? 1 : 0),
                    };
                }

                writing.Finish();
                sets.Add(done.Set);
            },
            run.Guard.Memory is { } memory ? memory.SendsHome : null,
            cancellation);
        writing.Reopen(WorkStage.Writing);
        outputs.Complete();
        if (run.WriteRunInformation && examplesPath != "/dev/null") information.Write(examplesPath, shards);
        return summary with { Stats = information.Stats, Labelling = information.Labelling };
    }

    /// <summary>The file of one task and the number of shards (0 if the name is not sharded).</summary>
    /// <exception cref="ShrikeException">The task does not exist, or two outputs are sharded differently.</exception>
    public static (string Path, int Shards) Output(string spec, int task, string master)
    {
        bool sharded = ShardedName.TryParse(spec, out string stem, out int shards, out string suffix);
        _ = ShardedName.TryParse(master, out _, out int masterShards, out _);
        if (shards != masterShards) throw ShrikeException.Usage($"{master} and {spec} must have the same number of shards (@N)");
        if (!sharded)
        {
            if (task > 0) throw ShrikeException.Usage($"--task {task} needs a sharded output: {spec} has no @N");
            return (spec, 0);
        }

        if (task < 0 || task >= shards) throw ShrikeException.Usage($"--task {task} does not exist: {spec} has tasks 0 to {shards - 1}");
        return (ShardedName.Shard(stem, task, shards, suffix), shards);
    }

    /// <summary>Where the answers of the small model go, beside the examples.</summary>
    public static string SmallModelPath(string examplesPath) => ShardedName.WithTag(examplesPath, "call_variant_outputs");

    /// <summary>Where the labelled rows for a small model go, beside the examples.</summary>
    public static string SmallModelExamplesPath(string examplesPath) => ShardedName.WithTag(examplesPath, "small_model");

    /// <summary>Tiles of the partitions dealt to one task; partitions of a task may have gaps between them.</summary>
    private static IEnumerable<Tile> Tiles(List<Region> partitions, IReadOnlyList<Contig> contigs, int task, int shards, Dictionary<string, int[]>? starts)
    {
        if (shards == 1 && starts is null) return Tile.Group(partitions, contigs, TileBases);
        var byName = contigs.ToDictionary(c => c.Name);
        return Enumerable.Range(0, partitions.Count).Where(i => i % shards == task && (starts is null || HasStart(partitions[i]))).Select((i, n) => new Tile(byName[partitions[i].Contig], [partitions[i]], i) { FirstOrdinal = n + 1 });

        bool HasStart(Region partition)
        {
            if (!starts.TryGetValue(partition.Contig, out int[]? on)) return false;
            int at = Array.BinarySearch(on, partition.Start);
            at = at < 0 ? ~at : at;
            return at < on.Length && on[at] < partition.End;
        }
    }

    /// <summary>Starts of imported sites by contig, where partitions without any need not be looked at; null if all are.</summary>
    private static Dictionary<string, int[]>? ImportedStarts(MakeExamplesRun run, IReadOnlyList<Contig> contigs)
    {
        if (run.Stage.Import is not { } import || run.Stage.Labelling is not null || run.Gvcf.Length > 0) return null;
        using VcfReader reader = VcfReader.Open(import.Path);
        return contigs.Where(c => reader.Header.Contigs.Any(h => h.Name == c.Name)).ToDictionary(c => c.Name, c => reader.Query(c.Name, 0, c.Length).Select(r => r.Start).ToArray());
    }

    /// <summary>One thread, and where it says what it is at.</summary>
    private sealed class Worker : IDisposable
    {
        private readonly WorkPost _post;
        private readonly TileProcessor _processor;

        public Worker(MakeExamplesRun run)
        {
            _post = run.Guard.Board.Join();
            _processor = new TileProcessor(run.Stage, _post);
        }

        public List<PartitionResult> Process(Tile tile, ExampleSet set)
        {
            List<PartitionResult> results = _processor.Process(tile, set);
            _post.Finish();
            return results;
        }

        public void Dispose() => _processor.Dispose();
    }

    private sealed class Outputs : IDisposable
    {
        private readonly MakeExamplesRun _run;
        private readonly string _examplesPath;
        private readonly TfRecordWriter? _examples;
        private readonly TfRecordWriter? _candidates;
        private readonly TfRecordWriter? _gvcf;
        private readonly TfRecordWriter? _smallModel;
        private readonly TfRecordWriter? _rows;
        private readonly PhaseTables? _phases;
        private readonly AtomicFile? _positions;
        private readonly BinaryWriter? _positionWriter;
        private readonly PileupExampleCodec _codec = new();
        private readonly RunInformation _information;

        public Outputs(MakeExamplesRun run, string examplesPath, RunInformation information)
        {
            _information = information;
            _run = run;
            _examplesPath = examplesPath;
            try
            {
                bool discard = examplesPath == "/dev/null";
                if (!discard && !ShardedName.HasExamplesExtension(examplesPath))
                {
                    throw ShrikeException.Usage($"--examples {examplesPath}: the name must end in .tfrecord or .tfrecord.gz (a shard number may follow)");
                }

                if (!discard && Path.GetDirectoryName(examplesPath) is { Length: > 0 } folder) CreateFolder(folder);
                _examples = discard ? null : new TfRecordWriter(examplesPath, run.Gzip);
                _candidates = Open(run.Candidates);
                _gvcf = Open(run.Gvcf);
                if (!discard && run.Stage.SmallModelExamples) _rows = new TfRecordWriter(SmallModelExamplesPath(examplesPath), gzip: true);
                else if (!discard && run.Stage.SmallModel is not null) _smallModel = new TfRecordWriter(SmallModelPath(examplesPath), run.Gzip);
                _phases = new PhaseTables(Name(run.ReadPhases), Name(run.PhasingErrors));
                if (run.CandidatePositions.Length > 0)
                {
                    _positions = new AtomicFile(Output(run.CandidatePositions, run.Task, run.CandidatePositions).Path);
                    _positionWriter = new BinaryWriter(_positions.OpenWrite());
                }
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        public void Write(PartitionResult p, ExampleSet set, Region partition, int ordinal, bool endsRegion)
        {
            if (_examples is not null && _run.Stage.Pileup is not null)
            {
                for (int i = p.Examples.First; i < p.Examples.First + p.Examples.Count; i++) _examples.Write(_run.Encode(_codec, set, i));
            }

            for (int i = p.Examples.First; i < p.Examples.First + p.Examples.Count; i++) _information.Add(set.Keys[i]);
            _information.Add(p.Labelling);

            foreach (Example row in p.SmallModelExamples) _rows?.Write(row);
            foreach (CallVariantsOutput prediction in p.SmallModelPredictions) _smallModel?.Write(prediction);
            foreach (DeepVariantCall candidate in p.CandidateMessages) _candidates?.Write(candidate);
            foreach (Variant record in p.Gvcf) _gvcf?.Write(record);
            _phases?.Write(p.Phases, partition, ordinal);
            if (_positionWriter is null) return;
            foreach (int position in p.Positions) _positionWriter.Write(position);
            _positionWriter.Write(-2);
            if (endsRegion) _positionWriter.Write(-1);
        }

        public void Complete()
        {
            if (_examples is not null)
            {
                _examples.Complete();
                PileupOptions? pileup = _run.Stage.Pileup;
                bool any = _examples.Count > 0 && pileup is not null;
                AtomicFile.WriteAllText(
                    ExampleInfo.PathFor(_examplesPath),
                    new ExampleInfo(any ? [pileup!.ImageHeight, pileup.Width, pileup.Channels.Length] : null, pileup?.Channels ?? []).ToJson());
            }

            _candidates?.Complete();
            _gvcf?.Complete();
            _smallModel?.Complete();
            _rows?.Complete();
            _phases?.Complete();
            _positionWriter?.Dispose();
            _positions?.Complete();
        }

        public void Dispose()
        {
            _examples?.Dispose();
            _candidates?.Dispose();
            _gvcf?.Dispose();
            _smallModel?.Dispose();
            _rows?.Dispose();
            _phases?.Dispose();
            _positionWriter?.Dispose();
            _positions?.Dispose();
        }

        private TfRecordWriter? Open(string spec) => spec.Length == 0 ? null : new TfRecordWriter(Name(spec), _run.Gzip);

        private string Name(string spec) => spec.Length == 0 ? "" : Output(spec, _run.Task, _run.Examples).Path;

        private static void CreateFolder(string folder)
        {
            try
            {
                Directory.CreateDirectory(folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw ShrikeException.InputOutput($"{folder}: cannot be created: {e.Message}", e);
            }
        }
    }
}
