using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Shrike.Formats.Safetensors;
using Shrike.Inference.Cpu;
using Shrike.Inference.Models;
using Shrike.Inference.Networks;
using Shrike.Inference.Quantization;

namespace Shrike.Benchmarks;

/// <summary>
/// Images a second and core of both networks in both precisions, what two workers give, and the rate of a large matrix product
/// on one core in the same run. Rates count CPU time, so other programs on the machine disturb them little; the best of several rounds counts.
/// </summary>
public static class ImagesPerSecond
{
    private const int Batch = 8;
    private const int Rounds = 5;
    private const int MatrixSize = 1024;

    public static void Run()
    {
        var images = new byte[Batch * 100 * 221 * 7];
        var random = new Random(1);

        // Rows as reads fill them: some images shallow, some full.
        for (int i = 0; i < Batch; i++) random.NextBytes(images.AsSpan(i * 154_700, 221 * 7 * (30 + (i * 10))));
        double peak = Peak();
        Print($"matrix product {MatrixSize}^3, FP32, one core: {peak:F0} GFLOP/s");
        Print($"{"network",-12} {"precision",-9} {"images/s/core",13} {"ms/image",9} {"GFLOP/s",8} {"of peak",8} {"two workers",12}");
        ModelPackage compact = ModelPackage.Load(ModelFolders.Find("wgs"));
        Measure("RowNet", compact.Description.Network, compact.Weights, images, peak);
        Network inception = InceptionV3.Build();
        Measure("InceptionV3", inception, RandomWeights(inception), images, peak);
    }

    private static void Measure(string name, Network network, IReadOnlyDictionary<string, Tensor> weights, byte[] images, double peak)
    {
        (Network folded, IReadOnlyDictionary<string, Tensor> foldedWeights) = BatchNormFolding.Fold(network, weights);
        var int8 = new QuantizationParameters { ActivationScales = ActivationCalibrator.Measure(folded, foldedWeights, images) };
        foreach ((string precision, QuantizationParameters? parameters) in new[] { ("FP32", null), ("INT8", int8) })
        {
            OnnxBackend Backend() => new(folded, foldedWeights, Batch, quantization: parameters);
            using OnnxBackend backend = Backend(), second = Backend();
            int runs = name == "RowNet" ? 40 : 4;
            double rate = 0, gain = 0;
            for (int r = 0; r <= Rounds; r++)
            {
                double begin = CpuSeconds();
                long wall = Stopwatch.GetTimestamp();
                Repeat(backend, images, runs);
                double one = Stopwatch.GetElapsedTime(wall).TotalSeconds;
                double cpu = CpuSeconds() - begin;
                wall = Stopwatch.GetTimestamp();
                var other = new Thread(() => Repeat(second, images, runs));
                other.Start();
                Repeat(backend, images, runs);
                other.Join();
                double two = Stopwatch.GetElapsedTime(wall).TotalSeconds;
                if (r == 0) continue;
                rate = Math.Max(rate, runs * Batch / cpu);
                gain = Math.Max(gain, 2 * one / two);
            }

            double flops = 2 * network.MultiplyAccumulates() * rate / 1e9;
            Print($"{name,-12} {precision,-9} {rate,13:F1} {1000 / rate,9:F2} {flops,8:F0} {flops / peak,8:P0} {gain,10:F2} x");
        }
    }

    private static void Repeat(OnnxBackend backend, byte[] images, int runs)
    {
        var probabilities = new float[Batch * 3];
        for (int i = 0; i < runs; i++) backend.Run(images, Batch, probabilities);
    }

    /// <summary>Billions of operations a second of the runtime's own matrix product.</summary>
    private static double Peak()
    {
        var graph = new OnnxGraph("matrices");
        float[] a = new float[MatrixSize * MatrixSize], b = new float[MatrixSize * MatrixSize];
        var random = new Random(2);
        for (int i = 0; i < a.Length; i++) (a[i], b[i]) = (random.NextSingle(), random.NextSingle());
        graph.Input("a", OnnxGraph.ElementType.Float, MatrixSize, MatrixSize);
        graph.Constant("b", [MatrixSize, MatrixSize], b);
        graph.Node("MatMul", "c", ["a", "b"]);
        graph.Output("c", MatrixSize, MatrixSize);
        OnnxPrivacy.Keep();
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        using var session = new InferenceSession(graph.ToModel().ToByteArray(), options);
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, a.AsMemory(), [MatrixSize, MatrixSize]);
        using var run = new RunOptions();
        double best = double.MaxValue;
        for (int r = 0; r < 4 * Rounds; r++)
        {
            double begin = CpuSeconds();
            for (int i = 0; i < 5; i++)
            {
                using IDisposableReadOnlyCollection<OrtValue> result = session.Run(run, ["a"], [value], ["c"]);
            }

            best = Math.Min(best, (CpuSeconds() - begin) / 5);
        }

        return 2.0 * MatrixSize * MatrixSize * MatrixSize / best / 1e9;
    }

    private static Dictionary<string, Tensor> RandomWeights(Network network)
    {
        var random = new Random(1);
        return network.Weights().ToDictionary(w => w.Name, w =>
        {
            float scale = w.Shape.Length > 1 ? MathF.Sqrt(6f / w.Shape.Skip(1).Aggregate(1, (n, d) => n * d)) : 0.1f;
            bool variance = w.Name.EndsWith("variance", StringComparison.Ordinal);
            return new Tensor(w.Shape, [.. Enumerable.Range(0, (int)Tensor.Size(w.Shape)).Select(_ => variance ? 0.5f + random.NextSingle() : ((random.NextSingle() * 2) - 1) * scale)]);
        });
    }

    private static double CpuSeconds() => Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds;

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
