using BenchmarkDotNet.Attributes;
using Shrike.Core;
using Shrike.Examples;
using Shrike.Examples.Alleles;
using Shrike.Examples.Candidates;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Partitioning;
using Shrike.Examples.Pileup;
using Shrike.Examples.Reads;
using Shrike.Examples.Realigning;
using Shrike.Examples.SmallModel;
using Shrike.Formats.Safetensors;
using Shrike.Hts;
using Shrike.Inference.SmallModels;

namespace Shrike.Benchmarks;

/// <summary>
/// What the small model costs on the NA12878 100 kb slice (304 rows), step by step, beside stage 1 without it. Stage 1 with
/// it answers nothing here, so that the same images are drawn and the difference is its cost.
/// </summary>
[MemoryDiagnoser]
public class SmallModelBenchmarks
{
    private const string Contig = "chr20";
    private static readonly FeatureLayout Layout = new(51, Haplotypes: false);
    private readonly StageOneOptions _options = Data.Options();
    private readonly CandidateCaller _caller = new(new CandidateCallerOptions());
    private readonly List<(ReadBatch Batch, AlleleCounter Counter, List<int> Positions, List<Candidate> Candidates)> _counted = [];
    private readonly List<float> _rows = [];
    private List<Tile> _tiles = null!;
    private TileProcessor _without = null!;
    private TileProcessor _with = null!;
    private ExampleSet _examples = null!;
    private SmallModelCaller _model = null!;
    private Perceptron.Evaluator _compact = null!;
    private Perceptron.Evaluator _released = null!;
    private float[] _features = null!;
    private float[] _probabilities = null!;

    [GlobalSetup]
    public void SetUp()
    {
        var reference = ReferenceReader.Open(_options.Reference);
        reference.TryGetContig(Contig, out Contig contig);
        List<Region> partitions = CallingRegions.Partition(new RegionSet([new Region(Contig, 9_999_999, 10_100_000)], reference.Contigs), 1000);
        _tiles = Tile.Group(partitions, reference.Contigs, 25_000);
        var window = new ReferenceWindow(reference);
        window.Move(contig, 9_998_000, 10_102_000);
        ReadStore store = new TileReader(_options.Reads, _options.Reference, _options.Filter).Read(Contig, 9_999_999, 10_100_000);
        var reads = new PartitionReads(1500, 0);
        var realigner = new Realigner(new RealignerOptions());
        foreach (Region p in partitions)
        {
            var batch = new ReadBatch();
            var counter = new AlleleCounter(new AlleleCounterOptions());
            reads.Fill(batch, store, p.Start, p.End);
            realigner.Realign(batch, window, p.Start, p.End);
            counter.Count(batch, window, p.Start, p.End, p.Start, p.End);
            List<int> positions = _caller.Positions(counter);
            _counted.Add((batch, counter, positions, _caller.Call(counter, batch, Contig, positions)));
        }

        _compact = Network(128, 64).CreateEvaluator();
        _released = Network(750, 750).CreateEvaluator();
        SmallModelOptions options = new()
        {
            Layout = Layout,
            CreateClassifier = () => (features, rows, probabilities) =>
            {
                _rows.AddRange(features);
                probabilities[..(rows * 3)].Clear();
            },
            SnpThreshold = 20,
            IndelThreshold = 28,
        };
        _model = new SmallModelCaller(options);
        Features();
        _model.Classify();
        _features = [.. _rows];
        _rows.Clear();
        _probabilities = new float[_features.Length / Layout.Count * 3];
        Perceptron.Evaluator evaluator = Network(128, 64).CreateEvaluator();
        _without = new TileProcessor(_options);
        _with = new TileProcessor(_options with
        {
            Counter = _options.Counter with { TrackReferenceReads = true },
            SmallModel = options with { SnpThreshold = 71, IndelThreshold = 71, CreateClassifier = () => evaluator.Run },
        });
        _examples = new ExampleSet(_options.Pileup!.ImageBytes);
    }

    [Benchmark(Description = "candidates")]
    public int Candidates() => _counted.Sum(c => _caller.Call(c.Counter, c.Batch, Contig).Count);

    [Benchmark(Description = "positions, candidates with reference reads")]
    public int Tracked() => _counted.Sum(c => _caller.Call(c.Counter, c.Batch, Contig, _caller.Positions(c.Counter)).Count);

    [Benchmark(Description = "features of all candidates")]
    public int Features()
    {
        _model.Begin();
        int skipped = 0;
        foreach (var c in _counted) skipped += _model.Offer(c.Candidates, c.Batch).Skipped.Count;
        return skipped;
    }

    [Benchmark(Description = "network 70-128-64-3, all rows")]
    public float Compact() => Run(_compact);

    [Benchmark(Description = "network 70-750-750-3, all rows")]
    public float Released() => Run(_released);

    [Benchmark(Description = "stage 1 without small model", Baseline = true)]
    public int Without() => Process(_without);

    [Benchmark(Description = "stage 1 with small model, nothing accepted")]
    public int With() => Process(_with);

    private float Run(Perceptron.Evaluator evaluator)
    {
        evaluator.Run(_features, _probabilities.Length / 3, _probabilities);
        return _probabilities[0];
    }

    private int Process(TileProcessor processor)
    {
        int candidates = 0;
        foreach (Tile tile in _tiles)
        {
            _examples.Clear();
            candidates += processor.Process(tile, _examples).Sum(p => p.Candidates);
        }

        return candidates;
    }

    private static Perceptron Network(params int[] hidden)
    {
        var random = new Random(1);
        int[] sizes = [Layout.Count, .. hidden, 3];
        Tensor Draw(params int[] shape) => new(shape, [.. Enumerable.Range(0, (int)Tensor.Size(shape)).Select(_ => (random.NextSingle() - 0.5f) / 20)]);
        return new Perceptron([.. Enumerable.Range(0, sizes.Length - 1).Select(l => (Draw(sizes[l], sizes[l + 1]), Draw(sizes[l + 1])))]);
    }
}
