using Shrike.Core;
using Shrike.Formats.Examples;
using Shrike.Formats.Messages;
using Shrike.Formats.Safetensors;
using Shrike.Formats.TfRecord;
using Shrike.Inference.Cpu;
using Shrike.Inference.Models;
using Shrike.Inference.Networks;
using Shrike.Inference.Quantization;

namespace Shrike.Inference.Tests.Quantization;

public sealed class QuantizerTests
{
    private static readonly int[] Shape = [30, 101, 7];

    [Fact]
    public void FoldingBatchNormsChangesNothing()
    {
        Network network = InceptionV3.Build(height: 75, width: 75, channels: 3);
        Dictionary<string, Tensor> weights = NetworkTests.RandomWeights(network, 5);
        byte[] image = NetworkTests.RandomImage(network, 6, 60);
        (Network folded, IReadOnlyDictionary<string, Tensor> foldedWeights) = BatchNormFolding.Fold(network, weights);
        Assert.DoesNotContain(folded.Layers, l => l.Kind == LayerKind.BatchNorm);
        Assert.Equal(folded.Weights().Select(w => w.Name).Order(), foldedWeights.Keys.Order());
        float[] expected = new float[3], actual = new float[3];
        using (var backend = new OnnxBackend(network, weights, 1)) backend.Run(image, 1, expected);
        using (var backend = new OnnxBackend(folded, foldedWeights, 1)) backend.Run(image, 1, actual);
        for (int c = 0; c < 3; c++) Assert.Equal(expected[c], actual[c], 1e-5f);
    }

    [Fact]
    public void APackageInEightBitsIsSmallCloseAndTheSameAgainWhenLoaded()
    {
        using var folder = TestData.Temporary();
        ModelPackage package = Package(folder["m"]);
        WriteExamples(folder["e.tfrecord.gz"], 40);
        var options = new QuantizerOptions { Examples = [folder["e.tfrecord.gz"]] };
        (ModelDescription description, IReadOnlyDictionary<string, Tensor> weights) = Quantizer.Quantize(package, options);
        Assert.Equal(["SNP", "deletion", "insertion", "all"], description.Quantization!.Differences.Select(d => d.Type));
        QuantizationDifference all = description.Quantization.Differences[^1];
        Assert.Equal(20, all.Examples);
        Assert.InRange(all.Most, 1e-7, 0.05);
        Assert.Null(Quantizer.Refusal(description.Quantization, options));
        Assert.Contains("differ by", Quantizer.Refusal(description.Quantization, options with { MaxMeanDifference = all.Mean / 2 }), StringComparison.Ordinal);

        ModelPackage.Save(folder["q"], description, weights);
        ModelPackage loaded = ModelPackage.Load(folder["q"]);
        Assert.All(weights, w => Assert.Equal(w.Value.Values, loaded.Weights[w.Key].Values));
        Assert.True(SafetensorsFile.Read(Path.Combine(folder["q"], "weights.safetensors"))["row4.weight"].IsInt8);
        Assert.True(new FileInfo(Path.Combine(folder["q"], "weights.safetensors")).Length < 0.7 * new FileInfo(Path.Combine(folder["m"], "weights.safetensors")).Length);
        Assert.Contains("is quantized already", Assert.Throws<ShrikeException>(() => Quantizer.Quantize(loaded, options)).Message, StringComparison.Ordinal);

        byte[] image = NetworkTests.RandomImage(package.Description.Network, 3, 20);
        float[] expected = new float[3], actual = new float[3];
        using (var backend = new OnnxBackend(package.Description.Network, package.Weights, 2)) backend.Run(image, 1, expected);
        using (var backend = new OnnxBackend(loaded.Description.Network, loaded.Weights, 2, quantization: loaded.Description.Quantization)) backend.Run(image, 1, actual);
        Assert.NotEqual(expected, actual);
        for (int c = 0; c < 3; c++) Assert.Equal(expected[c], actual[c], 0.05f);
    }

    [Fact]
    public void EightBitLayersAreTheRoundedProductsOfTheirBytes()
    {
        Network network = RowNet.Build(30, 101, 7, 16);
        Dictionary<string, Tensor> weights = NetworkTests.RandomWeights(network, 9);
        byte[] image = NetworkTests.RandomImage(network, 10, 25);
        var parameters = new QuantizationParameters { ActivationScales = ActivationCalibrator.Measure(network, weights, image) };
        Assert.Equal(["row1_relu", "row2_relu", "row3_relu", "row4_relu"], parameters.ActivationScales.Keys.Order());
        using var backend = new OnnxBackend(network, weights, 1, quantization: parameters, layers: ["row1_relu"]);
        backend.Run(image, 1, new float[3]);
        ReadOnlySpan<float> actual = backend.Layer(0);
        (sbyte[] bytes, float[] scales) = ChannelQuantizer.Quantize(weights["row1.weight"]);
        float[] bias = weights["row1.bias"].Values;
        float scale = parameters.ActivationScales["row1_relu"];
        int columns = ((101 - 9) / 4) + 1, off = 0;
        for (int f = 0; f < 32; f++)
        {
            for (int h = 0; h < 30; h++)
            {
                for (int w = 0; w < columns; w++)
                {
                    int sum = (int)Math.Round(bias[f] / (scales[f] * (1.0 / 128)));
                    for (int c = 0; c < 7; c++)
                    {
                        for (int k = 0; k < 9; k++) sum += (image[(((h * 101) + (w * 4) + k) * 7) + c] - 128) * bytes[(((f * 7) + c) * 9) + k];
                    }

                    double expected = Math.Clamp(Math.Round(sum * (double)scales[f] / 128 / scale), 0, 255);
                    double got = actual[(((f * 30) + h) * columns) + w] / scale;
                    Assert.Equal(expected, got, 1.01);
                    if (Math.Abs(expected - got) > 0.01) off++;
                }
            }
        }

        // Halves may round either way in float32; anything else would be saturation or another arithmetic.
        Assert.InRange(off, 0, 32 * 30 * columns / 1000);
    }

    [Fact]
    public void DamagedEightBitPackagesAreErrors()
    {
        using var folder = TestData.Temporary();
        ModelPackage package = Package(folder["m"]);
        WriteExamples(folder["e.tfrecord.gz"], 8);
        (ModelDescription description, IReadOnlyDictionary<string, Tensor> weights) = Quantizer.Quantize(package, new QuantizerOptions { Examples = [folder["e.tfrecord.gz"]] });
        QuantizationParameters right = description.Quantization!;
        void Refused(string layer, float scale, string message)
        {
            ModelPackage.Save(folder["q"], description with { Quantization = right with { ActivationScales = new Dictionary<string, float>(right.ActivationScales) { [layer] = scale } } }, weights);
            ShrikeException e = Assert.Throws<ShrikeException>(() => ModelPackage.Load(folder["q"]));
            Assert.Equal(ExitCode.InvalidData, e.ExitCode);
            Assert.Contains(message, e.Message, StringComparison.Ordinal);
        }

        Refused("row1_relu", 0, "has the scale 0");
        Refused("row1_relu", -1, "has the scale -1");
        Refused("context_relu", 1, "context_relu");
        Refused("nowhere", 1, "nowhere");

        Dictionary<string, Tensor> file = SafetensorsFile.Read(Path.Combine(folder["q"], "weights.safetensors"));
        file["row1.weight_scale"] = new Tensor([31], new float[31]);
        Assert.Contains("row1.weight_scale", Assert.Throws<ShrikeException>(() => QuantizedWeights.FromFile("f", file)).Message, StringComparison.Ordinal);
        file.Remove("row1.weight_scale");
        Assert.Contains("row1.weight_scale", Assert.Throws<ShrikeException>(() => QuantizedWeights.FromFile("f", file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ExamplesThatDoNotFitAreErrors()
    {
        using var folder = TestData.Temporary();
        ModelPackage package = Package(folder["m"]);
        WriteExamples(folder["one.tfrecord.gz"], 1);
        WriteExamples(folder["none.tfrecord.gz"], 0);
        void Refused(string file, string message) => Assert.Contains(message, Assert.Throws<ShrikeException>(() => Quantizer.Quantize(package, new QuantizerOptions { Examples = [folder[file]] })).Message, StringComparison.Ordinal);
        Refused("one.tfrecord.gz", "one example is not enough");
        Refused("none.tfrecord.gz", "holds no examples");
        WriteExamples(folder["other.tfrecord.gz"], 2, [29, 101, 7]);
        Refused("other.tfrecord.gz", "record 1: its image has");
    }

    private static ModelPackage Package(string path)
    {
        Network network = RowNet.Build(Shape[0], Shape[1], Shape[2], 32);
        ModelPackage.Save(path, new ModelDescription { Name = "t", Version = "1", Shape = Shape, Channels = [1, 2, 3, 4, 5, 6, 19], Network = network }, NetworkTests.RandomWeights(network, 4));
        return ModelPackage.Load(path);
    }

    /// <summary>SNPs, insertions and deletions in turn, in pairs.</summary>
    private static void WriteExamples(string path, int count, int[]? shape = null)
    {
        shape ??= Shape;
        using var writer = new TfRecordWriter(path);
        var codec = new PileupExampleCodec();
        (string Reference, string Alt)[] alleles = [("A", "C"), ("A", "AT"), ("AT", "A")];
        for (int i = 0; i < count; i++)
        {
            (string reference, string alt) = alleles[i / 2 % 3];
            var variant = new Variant { ReferenceName = "chr1", Start = i, End = i + reference.Length, ReferenceBases = reference, AlternateBases = { alt }, Calls = { new VariantCall() } };
            var image = new byte[shape[0] * shape[1] * shape[2]];
            new Random(i).NextBytes(image.AsSpan(0, shape[1] * shape[2] * (8 + (i % 20))));
            writer.Write(codec.Encode(variant, [0], image, shape));
        }

        writer.Complete();
    }
}
