using System.Runtime.InteropServices;
using Shrike.Core;
using Shrike.Examples.Candidates;
using Shrike.Examples.Labelling;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Partitioning;
using Shrike.Examples.SmallModel;
using Shrike.Formats.TfRecord;

namespace Shrike.Training.Data;

/// <summary>One row of small-model features with its label.</summary>
/// <param name="Label">Copies of the ALTs of the set, 0..2.</param>
/// <param name="Kind">Kind of the first ALT.</param>
/// <param name="Values">The features, as the model takes them.</param>
public sealed record LabelledFeatures(byte Label, VariantKind Kind, float[] Values)
{
    private const int PartitionSize = 1000;
    private const int TileBases = 20_000;

    /// <summary>
    /// Writes the features of all candidates of some reads, labelled by comparing haplotypes with a known truth: per row label and kind as single
    /// bytes, then float32 values. Returns the number of rows.
    /// </summary>
    /// <param name="stage">Stage 1; its small model is replaced by one that only listens.</param>
    /// <param name="layout">Which features.</param>
    /// <param name="truth">VCF of the truth.</param>
    /// <param name="bed">Regions in which it is known.</param>
    /// <param name="output">File to write.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="log">Receives warnings.</param>
    public static long Make(StageOneOptions stage, FeatureLayout layout, string truth, string bed, string output, int threads, Action<string> log)
    {
        InputPreflight inputs = TruthPreflight.CheckTruth(InputPreflight.Check(stage.Reference, stage.Reads, log), truth, log);
        RegionSet regions = TruthPreflight.ReadRegions(bed, "confident regions", inputs.Reference, log);
        stage = stage with { Labelling = new LabellingOptions { Truth = truth, Confident = regions } };
        List<Tile> tiles = Tile.Group(CallingRegions.Partition(regions, PartitionSize), inputs.Reference, TileBases);
        long count = 0;
        using var file = new AtomicFile(output);
        using (FileStream stream = file.OpenWrite())
        {
            OrderedPipeline.Run(
                tiles,
                threads,
                threads * 2,
                () => new Listener(stage, layout),
                (worker, tile) => worker.Process(tile),
                rows =>
                {
                    foreach (LabelledFeatures row in rows) row.Write(stream);
                    count += rows.Count;
                });
        }

        file.Complete();
        return count;
    }

    /// <summary>
    /// Reads all rows of a file: of <see cref="Make"/>, or (<c>.tfrecord</c>, <c>.tfrecord.gz</c>) of make-examples with
    /// <c>--write_small_model_examples</c>.
    /// </summary>
    /// <exception cref="ShrikeException">It is not a file of such rows.</exception>
    public static IEnumerable<LabelledFeatures> ReadAll(string path, int features) =>
        !File.Exists(path) ? throw ShrikeException.InputOutput($"{path}: no such file")
        : Path.GetFileName(path).Contains(".tfrecord", StringComparison.Ordinal) ? ReadExamples(path, features) : ReadRows(path, features);

    private static IEnumerable<LabelledFeatures> ReadExamples(string path, int features)
    {
        using var reader = new TfRecordReader(path, DamagedRecords.Fail);
        while (reader.Read())
        {
            string source = $"{path}: record {reader.Count}";
            (int label, float[] values, string reference, string alternate) = SmallModelExample.Read(reader.Current, source);
            if (values.Length != features) throw ShrikeException.InvalidData($"{source}: has {values.Length} features, the model takes {features}");
            yield return new LabelledFeatures((byte)label, LabelledImage.KindOf(reference, alternate), values);
        }
    }

    private static IEnumerable<LabelledFeatures> ReadRows(string path, int features)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20);
        int size = 2 + (features * sizeof(float));
        if (file.Length % size != 0) throw ShrikeException.InvalidData($"{path}: is damaged or not a file of {features} labelled features a row");
        var row = new byte[size];
        while (file.ReadAtLeast(row, size, throwOnEndOfStream: false) == size)
        {
            if (row[0] > 2 || row[1] > (byte)VariantKind.Deletion) throw ShrikeException.InvalidData($"{path}: is damaged or not a file of {features} labelled features a row");
            yield return new LabelledFeatures(row[0], (VariantKind)row[1], MemoryMarshal.Cast<byte, float>(row.AsSpan(2)).ToArray());
        }
    }

    private void Write(Stream stream)
    {
        stream.WriteByte(Label);
        stream.WriteByte((byte)Kind);
        stream.Write(MemoryMarshal.AsBytes(Values.AsSpan()));
    }

    /// <summary>Stage 1 with a small model that answers nothing: what it is shown is kept.</summary>
    private sealed class Listener : IDisposable
    {
        private readonly TileProcessor _processor;
        private List<LabelledFeatures> _rows = [];

        public Listener(StageOneOptions stage, FeatureLayout layout) => _processor = new TileProcessor(stage with
        {
            Pileup = null,
            Counter = stage.Counter with { TrackReferenceReads = true },
            Caller = stage.Caller with { ContextWindowSize = layout.ContextWindow },
            SmallModel = new SmallModelOptions
            {
                Layout = layout,
                CreateClassifier = () => (_, rows, probabilities) => probabilities[..(rows * 3)].Clear(),
                SnpThreshold = int.MaxValue,
                IndelThreshold = int.MaxValue,
                Observer = Keep,
            },
        });

        public List<LabelledFeatures> Process(Tile tile)
        {
            _rows = [];
            _processor.Process(tile, null);
            return _rows;
        }

        public void Dispose() => _processor.Dispose();

        private void Keep(Candidate site, IReadOnlyList<int> alts, ReadOnlySpan<float> features)
        {
            if (site.Label is { } label) _rows.Add(new LabelledFeatures((byte)label.ClassOf(alts), LabelledImage.KindOf(site.Variant, alts[0]), features.ToArray()));
        }
    }
}
