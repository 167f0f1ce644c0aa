using BenchmarkDotNet.Attributes;
using Shrike.Formats.Safetensors;
using Shrike.Inference.Cpu;
using Shrike.Inference.Networks;

namespace Shrike.Benchmarks;

/// <summary>Networks on one thread; every figure is for one image.</summary>
public class NetworkBenchmarks
{
    private const int Images = 16;
    private readonly byte[] _images = new byte[Images * 100 * 221 * 7];
    private readonly float[] _probabilities = new float[Images * 3];
    private OnnxBackend _backend = null!;

    [Params("RowNet", "InceptionV3")]
    public string Architecture { get; set; } = "";

    [GlobalSetup]
    public void SetUp()
    {
        Network network = Architecture == "RowNet" ? RowNet.Build() : InceptionV3.Build();
        var random = new Random(1);
        random.NextBytes(_images);
        var weights = network.Weights().ToDictionary(w => w.Name, w => new Tensor(w.Shape, [.. Enumerable.Range(0, (int)Tensor.Size(w.Shape)).Select(_ => 0.02f + (random.NextSingle() * 0.02f))]));
        _backend = new OnnxBackend(network, weights, Images);
    }

    [Benchmark(OperationsPerInvoke = Images, Description = "inference, one image")]
    public float Run()
    {
        _backend.Run(_images, Images, _probabilities);
        return _probabilities[0];
    }
}
