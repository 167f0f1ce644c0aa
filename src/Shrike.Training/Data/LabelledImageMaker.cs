using Shrike.Core;
using Shrike.Examples.Candidates;
using Shrike.Examples.Labelling;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Partitioning;
using Shrike.Examples.Pileup;
using Shrike.Examples.Realigning;
using Shrike.Formats;

namespace Shrike.Training.Data;

/// <summary>Draws the candidates of simulated reads with stage 1 and labels them.</summary>
public static class LabelledImageMaker
{
    private const int PartitionSize = 1000;
    private const int TileBases = 20_000;

    /// <summary>Writes a file of labelled images; returns how many there are.</summary>
    /// <param name="reference">Reference FASTA.</param>
    /// <param name="reads">BAM or CRAM.</param>
    /// <param name="truth">VCF of the truth.</param>
    /// <param name="bed">Regions in which it is known.</param>
    /// <param name="output">File to write.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="log">Receives warnings.</param>
    public static long Make(string reference, string reads, string truth, string bed, string output, int threads, Action<string> log)
    {
        var options = new StageOneOptions
        {
            Reference = reference,
            Reads = [reads],
            Realigner = new RealignerOptions(),
            Caller = new CandidateCallerOptions { SampleName = "training" },
            Pileup = new PileupOptions { Channels = ChannelNames.Parse("BASE_CHANNELS,insert_size") },
        };
        InputPreflight inputs = TruthPreflight.CheckTruth(InputPreflight.Check(reference, options.Reads, log), truth, log);
        RegionSet regions = TruthPreflight.ReadRegions(bed, "confident regions", inputs.Reference, log);
        options = options with { Labelling = new LabellingOptions { Truth = truth, Confident = regions } };
        List<Tile> tiles = Tile.Group(CallingRegions.Partition(regions, PartitionSize), inputs.Reference, TileBases);
        int rowBytes = options.Pileup.Width * options.Pileup.Channels.Length;
        long count = 0;
        using var file = new AtomicFile(output);
        using (FileStream stream = file.OpenWrite())
        {
            OrderedPipeline.Run(
                tiles,
                threads,
                threads * 2,
                () => new TileProcessor(options),
                (worker, tile) =>
                {
                    var set = new ExampleSet(options.Pileup.ImageBytes);
                    worker.Process(tile, set);
                    var images = new List<LabelledImage>();
                    for (int i = 0; i < set.Count; i++)
                    {
                        ExampleKey key = set.Keys[i];
                        ReadOnlySpan<byte> image = set.Image(i);
                        int used = (image.LastIndexOfAnyExcept((byte)0) / rowBytes) + 1;
                        images.Add(new LabelledImage((byte)key.Label!.Value, LabelledImage.KindOf(key.Variant, key.AltIndices[0]), image[..(used * rowBytes)].ToArray()));
                    }

                    return images;
                },
                images =>
                {
                    foreach (LabelledImage image in images) image.Write(stream);
                    count += images.Count;
                });
        }

        file.Complete();
        return count;
    }
}
