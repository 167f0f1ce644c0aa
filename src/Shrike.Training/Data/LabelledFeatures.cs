using System.Runtime.InteropServices;
using Shrike.Core;
using Shrike.Examples.Candidates;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Partitioning;
using Shrike.Examples.SmallModel;
using Shrike.Formats.Messages;
using Shrike.Hts;
using Shrike.Training.Labelling;

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
    /// Writes the features of all candidates of some reads, labelled by a known truth: per row label and kind as single
    /// bytes, then float32 values. Returns the number of rows.
    /// </summary>
    /// <param name="stage">Stage 1; its small model is replaced by one that only listens.</param>
    /// <param name="layout">Which features.</param>
    /// <param name="truth">VCF of the truth.</param>
    /// <param name="bed">Regions in which it is known.</param>
    /// <param name="output">File to write.</param>
    /// <param name="threads">Threads.</param>
    public static long Make(StageOneOptions stage, FeatureLayout layout, string truth, string bed, string output, int threads)
    {
        InputPreflight inputs = TruthPreflight.CheckTruth(InputPreflight.Check(stage.Reference, stage.Reads, _ => { }), truth, _ => { });
        using ReferenceReader bases = ReferenceReader.Open(stage.Reference);
        var labeler = new CandidateLabeler(bases, truth);
        RegionSet regions = TruthPreflight.ReadRegions(bed, "confident regions", inputs.Reference, _ => { });
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
                (worker, tile) => worker.Process(tile, labeler),
                rows =>
                {
                    foreach (LabelledFeatures row in rows) row.Write(stream);
                    count += rows.Count;
                });
        }

        file.Complete();
        return count;
    }

    /// <summary>Reads all rows of a file.</summary>
    /// <exception cref="ShrikeException">It is not a file of such rows.</exception>
    public static IEnumerable<LabelledFeatures> ReadAll(string path, int features)
    {
        if (!File.Exists(path)) throw ShrikeException.InputOutput($"{path}: no such file");
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

    /// <summary>Stage 1 with a small model that keeps what it is shown and accepts everything, so that rows and answers run in step.</summary>
    private sealed class Listener : IDisposable
    {
        private readonly TileProcessor _processor;
        private readonly List<float[]> _rows = [];

        public Listener(StageOneOptions stage, FeatureLayout layout) => _processor = new TileProcessor(stage with
        {
            Pileup = null,
            Counter = stage.Counter with { TrackReferenceReads = true },
            Caller = stage.Caller with { ContextWindowSize = layout.ContextWindow },
            SmallModel = new SmallModelOptions
            {
                Layout = layout,
                CreateClassifier = () => (features, rows, probabilities) =>
                {
                    for (int r = 0; r < rows; r++) _rows.Add(features.Slice(r * layout.Count, layout.Count).ToArray());
                    probabilities[..(rows * 3)].Fill(1);
                },
            },
        });

        public List<LabelledFeatures> Process(Tile tile, CandidateLabeler labeler)
        {
            _rows.Clear();
            var labelled = new List<LabelledFeatures>();
            CallVariantsOutput[] answers = [.. _processor.Process(tile, null).SelectMany(p => p.SmallModelPredictions)];
            for (int i = 0; i < answers.Length; i++)
            {
                int[] alts = [.. answers[i].AltAlleleIndices.Indices];
                if (labeler.Label(answers[i].Variant) is not { } copies) continue;
                labelled.Add(new LabelledFeatures((byte)CandidateLabeler.OfSet(copies, alts), LabelledImage.KindOf(answers[i].Variant, alts[0]), _rows[i]));
            }

            return labelled;
        }

        public void Dispose() => _processor.Dispose();
    }
}
