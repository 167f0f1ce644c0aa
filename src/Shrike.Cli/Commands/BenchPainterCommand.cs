using System.Diagnostics;
using System.Text.Json;
using Shrike.Cli.Flags;
using Shrike.Core;
using Shrike.Examples.Candidates;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Partitioning;
using Shrike.Examples.Pileup;
using Shrike.Examples.Realigning;
using Shrike.Formats;
using Shrike.Inference.Cuda;
using Shrike.Inference.Cuda.Painting;
using Shrike.Inference.Networks;

namespace Shrike.Cli.Commands;

/// <summary><c>shrike bench-painter</c>: whether a GPU paints the bytes the CPU paints, and which of the two is faster.</summary>
internal static class BenchPainterCommand
{
    private const int LeastImages = 2048;

    public static void Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        var f = new FlagSet("bench-painter", "compares images painted on the CPU with images painted from compact rows, byte for byte, and times both; prints JSON");
        Flag<string> reference = f.Text("ref", "reference FASTA with .fai", required: true);
        Flag<string> reads = f.Text("reads", "BAM or CRAM file with index", required: true);
        Flag<string> regions = f.Text("regions", "regions to draw candidates of: literals or BED files, separated by blanks");
        Flag<string> folder = f.Text("customized_model", "model folder; else InceptionV3 with random weights");
        Flag<int> count = f.Integer("images", "images to time on a GPU", 100_000, 1);
        Flag<int> batch = f.Integer("batch_size", "images at once on a GPU", CudaBackend.DefaultBatchSize, 1, 8192);
        var device = new DeviceFlag(f);
        if (!f.Parse(arguments, context.Output)) return;
        DeviceChoice where = device.Choose(context.Log);
        (Network network, var weights) = BenchNetworkCommand.Load(folder.Value, "");
        var pileup = new PileupOptions { Channels = ChannelNames.Parse("BASE_CHANNELS,insert_size") };
        var painted = new ExampleSet(pileup.ImageBytes);
        var described = new ExampleSet(pileup.ImageBytes, PileupEncoder.NewCompact(pileup));
        InputPreflight inputs = InputPreflight.Check(reference.Value, [reads.Value], context.Log);
        var options = new StageOneOptions { Reference = reference.Value, Reads = [reads.Value], Realigner = new RealignerOptions(), Caller = new CandidateCallerOptions { SampleName = inputs.SampleName }, Pileup = pileup };
        RegionSet region = CallingRegions.Select(inputs.Reference, CallingRegions.CommonContigs(inputs.Reference, inputs.ReadContigs), regions.Value, "");
        List<Tile> tiles = Tile.Group(CallingRegions.Partition(region, 1000), inputs.Reference, 20_000);
        var seconds = new Dictionary<ExampleSet, double> { [painted] = 0, [described] = 0 };
        using (var processor = new TileProcessor(options))
        {
            // In turn, so that both see the same machine; the first round warms up.
            for (int round = 0; round == 0 || (painted.Count > 0 && painted.Count < LeastImages); round++)
            {
                foreach (Tile tile in tiles)
                {
                    if (painted.Count >= LeastImages) break;
                    foreach (ExampleSet set in new[] { painted, described })
                    {
                        context.Cancellation.ThrowIfCancellationRequested();
                        long begin = Stopwatch.GetTimestamp();
                        processor.Process(tile, set);
                        if (round > 0) seconds[set] += Stopwatch.GetElapsedTime(begin).TotalSeconds;
                    }
                }
            }
        }

        CompactImages compact = described.Compact!;
        if (compact.Count == 0) throw ShrikeException.InvalidData($"{reads.Value}: no candidate in the regions: name others with --regions");
        var other = new byte[compact.Count * pileup.ImageBytes];
        CudaBackend? gpu = where.Gpus.Count == 0 ? null : new CudaBackend(CudaDevices.Inventory.Devices.First(d => d.Index == where.Gpus[0]), network, weights, batch.Value);
        using (gpu)
        {
            if (gpu is null) PaintTwin.Paint(compact, other);
            else gpu.Paint(compact, other);
            bool isEqual = painted.Images.Span.SequenceEqual(other);
            double withImages = 0, withRows = 0;
            if (gpu is not null)
            {
                var probabilities = new float[compact.Count * 3];
                withImages = Rate(() => gpu.Run(painted.Images.Span, painted.Count, probabilities), painted.Count, count.Value, context.Cancellation);
                withRows = Rate(() => gpu.Run(compact, probabilities), compact.Count, count.Value, context.Cancellation);
            }

            context.Output.WriteLine(JsonSerializer.Serialize(new
            {
                device = gpu?.Device.ToString() ?? "cpu",
                network = network.Name,
                images = compact.Count,
                painter_equal = isEqual,
                bytes_per_image = pileup.ImageBytes,
                compact_bytes_per_image = (double)compact.Bytes / compact.Count,
                stage_one_seconds_painting = seconds[painted],
                stage_one_seconds_describing = seconds[described],
                images_per_second = withImages,
                images_per_second_painted_on_device = withRows,
            }));
            if (!isEqual) throw new ShrikeException(ExitCode.DeviceUnavailable, "the painters do not agree: use --painter cpu, and please report this with the output of shrike doctor");
        }
    }

    private static double Rate(Action run, int images, int least, CancellationToken cancellation)
    {
        run();
        long begin = Stopwatch.GetTimestamp(), done = 0;
        for (; done < least; done += images)
        {
            cancellation.ThrowIfCancellationRequested();
            run();
        }

        return done / Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }
}
