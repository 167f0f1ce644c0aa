using System.Diagnostics;
using System.Text.Json;
using Shrike.Cli.Flags;
using Shrike.Core;
using Shrike.Formats.Safetensors;
using Shrike.Inference.Cpu;
using Shrike.Inference.Cuda;
using Shrike.Inference.Models;
using Shrike.Inference.Networks;

namespace Shrike.Cli.Commands;

/// <summary><c>shrike bench-network</c>: how exact and how fast a network is on a device.</summary>
internal static class BenchNetworkCommand
{
    private const int Checked = 64;
    private const long MostBytes = 1L << 30;

    public static void Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        var f = new FlagSet("bench-network", "compares a network on a GPU with FP32 on the CPU and measures images per second; prints JSON");
        Flag<string> folder = f.Text("customized_model", "model folder; else InceptionV3 with random weights");
        Flag<string> save = f.Text("save_model", "folder to keep the random model in, for other programs");
        Flag<int> index = f.Integer("gpu", "number of the GPU", 0, 0);
        Flag<int> batch = f.Integer("batch_size", "images at once", CudaBackend.DefaultBatchSize, 1, 8192);
        Flag<int> count = f.Integer("images", "images to time", 100_000, 1);
        Flag<bool> bfloat = f.Switch("bf16", "BF16 instead of FP16");
        if (!f.Parse(arguments, context.Output)) return;
        (Network network, IReadOnlyDictionary<string, Tensor> weights) = Load(folder.Value, save.Value);
        _ = DeviceChoice.Parse($"cuda:{index.Value}", () => CudaDevices.Inventory);
        CudaDevice device = CudaDevices.Inventory.Devices.First(d => d.Index == index.Value);
        long begin = Stopwatch.GetTimestamp();
        using var gpu = new CudaBackend(device, network, weights, batch.Value, bfloat.Value);
        double start = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        int imageBytes = network.InputShape[0] * network.InputShape[1] * network.InputShape[2];
        byte[] images = Images(network, (int)Math.Min(gpu.BatchSize * 4L, MostBytes / imageBytes));
        (double most, double mean, int flips) = Compare(network, weights, gpu, images.AsSpan(0, Checked * imageBytes));
        var probabilities = new float[images.Length / imageBytes * 3];
        gpu.Run(images, images.Length / imageBytes, probabilities);
        double busyBefore = gpu.BusyMilliseconds;
        long done = 0;
        begin = Stopwatch.GetTimestamp();
        for (; done < count.Value; done += images.Length / imageBytes)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            gpu.Run(images, images.Length / imageBytes, probabilities);
        }

        double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds, busy = (gpu.BusyMilliseconds - busyBefore) / 1000;
        context.Output.WriteLine(JsonSerializer.Serialize(new
        {
            device = device.ToString(),
            network = network.Name,
            precision = bfloat.Value ? "bf16" : "fp16",
            batch = gpu.BatchSize,
            start_seconds = start,
            compared_images = Checked,
            max_difference = most,
            mean_difference = mean,
            argmax_flips_beyond_margin = flips,
            images = done,
            images_per_second = done / seconds,
            kernel_images_per_second = done / busy,
            kernel_busy_fraction = busy / seconds,
            upload_gigabytes_per_second = done * (double)imageBytes / seconds / 1e9,
            convolutions = gpu.Tuning.Select(t => new { layers = t.Layers, kernel = t.Kernel, milliseconds = t.Milliseconds }),
        }));
    }

    /// <summary>Images with pileup-like content: random rows from the top, nothing below.</summary>
    private static byte[] Images(Network network, int count)
    {
        int rowBytes = network.InputShape[1] * network.InputShape[2], imageBytes = network.InputShape[0] * rowBytes;
        var images = new byte[Math.Max(count, Checked) * imageBytes];
        var random = new Random(1);
        for (int i = 0; i < images.Length / imageBytes; i++) random.NextBytes(images.AsSpan(i * imageBytes, rowBytes * random.Next(6, network.InputShape[0] + 1)));
        return images;
    }

    private static (double Most, double Mean, int Flips) Compare(Network network, IReadOnlyDictionary<string, Tensor> weights, CudaBackend gpu, ReadOnlySpan<byte> images)
    {
        const float Margin = 1e-3f;
        float[] expected = new float[Checked * 3], actual = new float[Checked * 3];
        Array.Fill(actual, float.NaN);
        using (var cpu = new OnnxBackend(network, weights, 16, Environment.ProcessorCount)) cpu.Run(images, Checked, expected);
        gpu.Run(images, Checked, actual);
        if (actual.Any(p => !float.IsFinite(p))) throw new ShrikeException(ExitCode.DeviceUnavailable, "the GPU's probabilities are not numbers");
        double[] differences = [.. actual.Select((p, i) => (double)Math.Abs(p - expected[i]))];
        int flips = 0;
        for (int i = 0; i < Checked; i++)
        {
            float[] sorted = [.. expected.Skip(i * 3).Take(3).OrderDescending()];
            int Best(float[] p) => Enumerable.Range(0, 3).MaxBy(c => p[(i * 3) + c]);
            if (sorted[0] - sorted[1] > Margin && Best(expected) != Best(actual)) flips++;
        }

        return (differences.Max(), differences.Average(), flips);
    }

    /// <summary>A model's network, or InceptionV3 with random weights, kept in a folder if one is named.</summary>
    internal static (Network Network, IReadOnlyDictionary<string, Tensor> Weights) Load(string folder, string save)
    {
        if (folder.Length > 0)
        {
            ModelPackage package = ModelPackage.Load(folder);
            if (package.Description.Classes != 3) throw ShrikeException.Usage($"{folder}: bench-network needs a network of three classes");
            return (package.Description.Network, package.Weights);
        }

        Network network = InceptionV3.Build();
        var random = new Random(1);
        Dictionary<string, Tensor> weights = network.Weights().ToDictionary(w => w.Name, w =>
        {
            float scale = w.Shape.Length > 1 ? MathF.Sqrt(6f / w.Shape.Skip(1).Aggregate(1, (n, d) => n * d)) : 0.1f;
            bool variance = w.Name.EndsWith("variance", StringComparison.Ordinal);
            return new Tensor(w.Shape, [.. Enumerable.Range(0, (int)Tensor.Size(w.Shape)).Select(_ => variance ? 0.5f + random.NextSingle() : ((random.NextSingle() * 2) - 1) * scale)]);
        });
        if (save.Length > 0)
        {
            ModelPackage.Save(save, new ModelDescription { Name = "random", Version = Version.Text, Shape = network.InputShape, Channels = [1, 2, 3, 4, 5, 6, 19], Network = network, Provenance = "random weights, for measurements only" }, weights);
        }

        return (network, weights);
    }
}
