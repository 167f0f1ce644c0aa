using BenchmarkDotNet.Attributes;
using Shrike.Core;
using Shrike.Examples;
using Shrike.Examples.Alleles;
using Shrike.Examples.Candidates;
using Shrike.Examples.Gvcf;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Partitioning;
using Shrike.Examples.Pileup;
using Shrike.Examples.Reads;
using Shrike.Examples.Realigning;
using Shrike.Examples.Realigning.Assembly;
using Shrike.Examples.Realigning.Windows;
using Shrike.Hts;

namespace Shrike.Benchmarks;

/// <summary>Stage 1 by step on the NA12878 100 kb slice (52x, about 57,000 reads); every figure is for the whole slice.</summary>
[MemoryDiagnoser]
public class StageOneBenchmarks
{
    private const string Contig = "chr20";
    private const int Start = 9_999_999;
    private const int End = 10_100_000;
    private readonly StageOneOptions _options = Data.Options();
    private TileReader _tileReader = null!;
    private ReadStore _store = null!;
    private ReferenceWindow _window = null!;
    private List<Region> _partitions = null!;
    private List<Tile> _tiles = null!;
    private TileProcessor _processor = null!;
    private ExampleSet _examples = null!;
    private readonly List<(ReadBatch Batch, List<Candidate> Candidates)> _counted = [];
    private readonly WindowSelector _selector = new(new WindowSelectorOptions());
    private readonly WindowAssembler _assembler = new(new DeBruijnGraphOptions());
    private readonly Realigner _realigner = new(new RealignerOptions());
    private readonly HaplotypeSet _haplotypes = new();
    private readonly List<(int Start, int End)> _found = [];
    private readonly List<(ReadBatch Batch, int Start, int End, int[] Reads)> _windows = [];
    private readonly ReadBatch _batch = new();
    private readonly PartitionReads _reads = new(1500, 0);
    private readonly AlleleCounter _counter = new(new AlleleCounterOptions());
    private readonly CandidateCaller _caller = new(new CandidateCallerOptions());
    private readonly GvcfBlocks _blocks = new(new GvcfOptions());
    private PileupEncoder _encoder = null!;

    [GlobalSetup]
    public void SetUp()
    {
        var reference = ReferenceReader.Open(_options.Reference);
        reference.TryGetContig(Contig, out Contig contig);
        _window = new ReferenceWindow(reference);
        _window.Move(contig, Start - 300, End + 300);
        _tileReader = new TileReader(_options.Reads, _options.Reference, _options.Filter);
        _store = new TileReader(_options.Reads, _options.Reference, _options.Filter).Read(Contig, Start, End);
        _partitions = CallingRegions.Partition(new RegionSet([new Region(Contig, Start, End)], reference.Contigs), 1000);
        _tiles = Tile.Group(_partitions, reference.Contigs, 25_000);
        _processor = new TileProcessor(_options);
        _examples = new ExampleSet(_options.Pileup!.ImageBytes);
        _encoder = new PileupEncoder(_options.Pileup);
        foreach (Region p in _partitions)
        {
            var batch = new ReadBatch();
            _reads.Fill(batch, _store, p.Start, p.End);
            FindWindows(batch, p);
            batch = new ReadBatch();
            _reads.Fill(batch, _store, p.Start, p.End);
            _realigner.Realign(batch, _window, p.Start, p.End);
            _counter.Count(batch, _window, p.Start, p.End, p.Start, p.End);
            _counted.Add((batch, _caller.Call(_counter, batch, Contig)));
        }
    }

    [Benchmark(Description = "read + decode")]
    public int Decode() => _tileReader.Read(Contig, Start, End).Count;

    [Benchmark(Description = "window selection")]
    public int SelectWindows()
    {
        _found.Clear();
        foreach (Region p in _partitions)
        {
            _reads.Fill(_batch, _store, p.Start, p.End);
            _selector.Select(_batch, 0, _window, p.Start, p.End, _found);
        }

        return _found.Count;
    }

    [Benchmark(Description = "assembly of the windows")]
    public int Assemble()
    {
        int haplotypes = 0;
        foreach ((ReadBatch batch, int start, int end, int[] reads) in _windows)
        {
            _assembler.Assemble(_window.Bases(start, end), batch, reads, _haplotypes);
            haplotypes += _haplotypes.Count;
        }

        return haplotypes;
    }

    [Benchmark(Description = "realignment in all (windows, assembly, alignment)")]
    public int Realign()
    {
        int reads = 0;
        foreach (Region p in _partitions)
        {
            _reads.Fill(_batch, _store, p.Start, p.End);
            _realigner.Realign(_batch, _window, p.Start, p.End);
            reads += _batch.Count;
        }

        return reads;
    }

    [Benchmark(Description = "allele counting + candidates + gVCF")]
    public int Count()
    {
        int found = 0;
        foreach (Region p in _partitions)
        {
            _reads.Fill(_batch, _store, p.Start, p.End);
            _counter.Count(_batch, _window, p.Start, p.End, p.Start, p.End);
            found += _caller.Call(_counter, _batch, Contig).Count + _blocks.Make(_counter, Contig, p.Start, p.End).Count;
        }

        return found;
    }

    [Benchmark(Description = "pileup images")]
    public int Paint()
    {
        int images = 0;
        foreach ((ReadBatch batch, List<Candidate> candidates) in _counted)
        {
            _examples.Clear();
            foreach (Candidate c in candidates) _encoder.Encode(c, batch, _window, _examples);
            images += _examples.Count;
        }

        return images;
    }

    [Benchmark(Description = "stage 1 in all, no files")]
    public int All()
    {
        int candidates = 0;
        foreach (Tile tile in _tiles)
        {
            _examples.Clear();
            candidates += _processor.Process(tile, _examples).Sum(p => p.Candidates);
        }

        return candidates;
    }

    private void FindWindows(ReadBatch batch, Region partition)
    {
        _found.Clear();
        _selector.Select(batch, 0, _window, partition.Start, partition.End, _found);
        foreach ((int start, int end) in _found)
        {
            if (end - start <= 1000) _windows.Add((batch, start, end, [.. Enumerable.Range(0, batch.Count).Where(i => batch.Start[i] < end && batch.End[i] > start)]));
        }
    }
}
