using System.Globalization;
using System.IO.Compression;
using Shrike.Core;
using Shrike.Core.Guarding;
using Shrike.Examples.Pileup;
using Shrike.Formats.Examples;

namespace Shrike.Examples.MakeExamples;

/// <summary>
/// How many bytes the examples of a task will take, from a sample: partitions spread evenly over the task are made and
/// compressed as the run would, and thrown away. So depth, noise, channels, small model and compression of this very input
/// are in it, and no table of what is usual.
/// </summary>
/// <param name="Sampled">Partitions of the sample.</param>
/// <param name="Partitions">Partitions of the task.</param>
/// <param name="Bytes">What the task will write, to be expected.</param>
/// <param name="Error">Standard error of that.</param>
public readonly record struct ExamplesEstimate(int Sampled, int Partitions, double Bytes, double Error)
{
    // Nobody has seen so many images to a kilobase over a whole task: where they fit, uncompressed, no sample is needed.
    private const int ImagesOfPartition = 8;
    private const int SampleSize = 64;

    // A refusal wants to be right: even this far below what is expected there must be no room.
    private const double Confidence = 2;

    /// <summary>The least that the sample is compatible with.</summary>
    public double Least => Math.Max(0, Bytes - (Confidence * Error));

    /// <summary>Ends a run whose examples have no room, before its work begins; warns where they may have none.</summary>
    /// <param name="run">The run.</param>
    /// <param name="tiles">The task's tiles.</param>
    /// <param name="partitions">Number of partitions of all tasks.</param>
    /// <param name="shards">Number of tasks, at least 1.</param>
    /// <param name="path">File of the examples.</param>
    /// <param name="free">Bytes free there; null if it is not known, and then nothing is said.</param>
    /// <param name="cancellation">Stops the sample.</param>
    /// <exception cref="ShrikeException">The disk has no room (exit 4).</exception>
    public static void Check(MakeExamplesRun run, IEnumerable<Tile> tiles, int partitions, int shards, string path, long? free, CancellationToken cancellation)
    {
        if (free is not { } room || run.Stage.Pileup is not { } pileup) return;
        if ((double)partitions * ImagesOfPartition * pileup.ImageBytes <= room) return;
        if (Sample(run, tiles, cancellation) is not { } estimate) return;
        string folder = DiskSpace.FolderOf(path);
        string measured = string.Create(CultureInfo.InvariantCulture, $"by a sample of {estimate.Sampled} of {estimate.Partitions} partitions");
        const string cure = "free some space, write elsewhere, or let shrike run call, which writes no examples";
        if (estimate.Least > room) throw ShrikeException.InputOutput($"{path}: the examples need about {ByteSize.Words(estimate.Bytes)} ({measured}), and {ByteSize.Words(room)} are free in {folder}: {cure}");
        string tasks = shards > 1 ? $" of all {shards} tasks" : "";
        double all = estimate.Bytes * shards;
        if (all > room) run.Log($"warning: {path}: the examples{tasks} need about {ByteSize.Words(all)} ({measured}), and {ByteSize.Words(room)} are free in {folder}: {cure}");
    }

    /// <summary>Takes the sample; null if there is nothing to be made.</summary>
    internal static ExamplesEstimate? Sample(MakeExamplesRun run, IEnumerable<Tile> tiles, CancellationToken cancellation = default)
    {
        int count = tiles.Sum(t => t.Partitions.Count);
        int sampled = Math.Min(SampleSize, count);
        if (sampled == 0) return null;
        double sum = 0, squares = 0;
        int imageBytes = run.Stage.Pileup!.ImageBytes;
        var codec = new PileupExampleCodec();
        OrderedPipeline.Run(
            Spread(tiles, count, sampled),
            run.Threads,
            run.Threads * 2,
            () => new TileProcessor(run.Stage with { Diagnostics = null }),
            (worker, tile) =>
            {
                cancellation.ThrowIfCancellationRequested();
                var set = new ExampleSet(imageBytes);
                return (Set: set, Predictions: worker.Process(tile, set).SelectMany(p => p.SmallModelPredictions).ToList());
            },
            made =>
            {
                var counter = new CountingStream();
                using (Stream stream = run.Gzip ? new GZipStream(counter, CompressionLevel.Fastest, leaveOpen: true) : new BufferedStream(counter))
                {
                    for (int i = 0; i < made.Set.Count; i++) stream.Write(run.Encode(codec, made.Set, i));
                    foreach (Formats.Messages.CallVariantsOutput prediction in made.Predictions) Google.Protobuf.MessageExtensions.WriteTo(prediction, stream);
                }

                // A member of nothing has a header too, which the file has once.
                double bytes = made.Set.Count + made.Predictions.Count == 0 ? 0 : counter.Bytes;
                sum += bytes;
                squares += bytes * bytes;
            },
            cancellation: cancellation);
        double mean = sum / sampled;
        double variance = sampled > 1 ? Math.Max(0, squares - (sampled * mean * mean)) / (sampled - 1) : mean * mean;
        return new ExamplesEstimate(sampled, count, mean * count, sampled == count ? 0 : count * Math.Sqrt(variance / sampled));
    }

    /// <summary>Single partitions, from the middle of each of so many equal parts of the task.</summary>
    private static IEnumerable<Tile> Spread(IEnumerable<Tile> tiles, int count, int sampled)
    {
        int k = 0, before = 0;
        foreach (Tile tile in tiles)
        {
            for (; k < sampled && At(k) < before + tile.Partitions.Count; k++)
            {
                int i = At(k) - before;
                yield return new Tile(tile.Contig, [tile.Partitions[i]], tile.FirstIndex + i) { FirstOrdinal = tile.FirstOrdinal + i };
            }

            before += tile.Partitions.Count;
        }

        int At(int part) => (int)((((2L * part) + 1) * count) / (2L * sampled));
    }

    /// <summary>Counts what is written and keeps nothing.</summary>
    private sealed class CountingStream : Stream
    {
        public long Bytes { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer) => Bytes += buffer.Length;

        public override void Write(byte[] buffer, int offset, int count) => Bytes += count;

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
