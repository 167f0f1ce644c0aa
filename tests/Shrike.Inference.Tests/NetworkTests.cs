using Shrike.Core;
using Shrike.Formats.Safetensors;
using Shrike.Inference.CallVariants;
using Shrike.Inference.Cpu;
using Shrike.Inference.Models;
using Shrike.Inference.Networks;

namespace Shrike.Inference.Tests;

public sealed class NetworkTests
{
    internal static Dictionary<string, Tensor> RandomWeights(Network network, int seed)
    {
        var random = new Random(seed);
        return network.Weights().ToDictionary(w => w.Name, w =>
        {
            int fanIn = w.Shape.Length > 1 ? w.Shape.Skip(1).Aggregate(1, (n, d) => n * d) : 1;
            float scale = w.Shape.Length > 1 ? MathF.Sqrt(2f / fanIn) : 0.1f;
            float Value() => w.Name.EndsWith("variance", StringComparison.Ordinal) ? 0.5f + random.NextSingle() : ((random.NextSingle() * 2) - 1) * scale;
            return new Tensor(w.Shape, [.. Enumerable.Range(0, (int)Tensor.Size(w.Shape)).Select(_ => Value())]);
        });
    }

    internal static byte[] RandomImage(Network network, int seed, int rows)
    {
        int rowBytes = network.InputShape[1] * network.InputShape[2];
        var image = new byte[network.InputShape[0] * rowBytes];
        new Random(seed).NextBytes(image.AsSpan(0, rows * rowBytes));
        return image;
    }

    [Fact]
    public void RowNetInOnnxEqualsTheReference()
    {
        Network network = RowNet.Build(height: 40, width: 101);
        Dictionary<string, Tensor> weights = RandomWeights(network, 1);
        byte[][] images = [.. Enumerable.Range(0, 5).Select(i => RandomImage(network, i, 6 + (i * 8)))];
        using var backend = new OnnxBackend(network, weights, batchSize: 4);
        var actual = new float[15];
        backend.Run(images.SelectMany(i => i).ToArray(), 5, actual);
        for (int i = 0; i < images.Length; i++)
        {
            float[] expected = ReferenceExecutor.Run(network, weights, images[i])["probabilities"];
            for (int c = 0; c < 3; c++) Assert.Equal(expected[c], actual[(i * 3) + c], 1e-5f);
        }
    }

    [Fact]
    public void InceptionUnitsInOnnxEqualTheReference()
    {
        // The smallest image the network takes keeps the plain loops fast enough.
        Network network = InceptionV3.Build(height: 75, width: 75, channels: 3);
        Dictionary<string, Tensor> weights = RandomWeights(network, 2);
        byte[][] images = [RandomImage(network, 3, 75), RandomImage(network, 4, 31)];
        using var backend = new OnnxBackend(network, weights, batchSize: 2);
        var actual = new float[6];
        backend.Run(images.SelectMany(i => i).ToArray(), 2, actual);
        for (int i = 0; i < 2; i++)
        {
            float[] expected = ReferenceExecutor.Run(network, weights, images[i])["probabilities"];
            for (int c = 0; c < 3; c++) Assert.Equal(expected[c], actual[(i * 3) + c], 1e-5f);
        }
    }

    [Fact]
    public void EmptyRowsAnywhereAreTheSameInOnnxAndTheReference()
    {
        Network network = RowNet.Build(height: 40, width: 101);
        Dictionary<string, Tensor> weights = RandomWeights(network, 11);
        byte[] gaps = RandomImage(network, 12, 40), nothing = new byte[gaps.Length], referenceOnly = RandomImage(network, 13, 5);
        for (int row = 6; row < 40; row += 3) gaps.AsSpan(row * 707, 707).Clear();
        byte[][] images = [gaps, nothing, referenceOnly];
        using var backend = new OnnxBackend(network, weights, batchSize: 2);
        var actual = new float[9];
        backend.Run(images.SelectMany(i => i).ToArray(), 3, actual);
        for (int i = 0; i < 3; i++)
        {
            float[] expected = ReferenceExecutor.Run(network, weights, images[i])["probabilities"];
            for (int c = 0; c < 3; c++) Assert.Equal(expected[c], actual[(i * 3) + c], 1e-5f);
        }
    }

    [Fact]
    public void InceptionV3GivesThePublishedVector()
    {
        Network network = InceptionV3.Build();
        Assert.Equal(21_810_083, network.Weights().Sum(w => Tensor.Size(w.Shape)));
        Assert.Equal(1.005e9, network.MultiplyAccumulates(), 0.001e9);
        PublishedVector.AssertGivenBy(network, PublishedVector.Weights(network));
    }

    [Fact]
    public void ResultsDoNotDependOnNeighboursOrEmptyRows()
    {
        Network network = RowNet.Build();
        Dictionary<string, Tensor> weights = RandomWeights(network, 7);
        byte[][] images = [.. Enumerable.Range(0, 21).Select(i => RandomImage(network, i, 5 + (i * 4)))];
        using var backend = new OnnxBackend(network, weights, batchSize: 8);
        var together = new float[63];
        backend.Run(images.SelectMany(i => i).ToArray(), 21, together);
        var alone = new float[3];
        for (int i = 0; i < images.Length; i++)
        {
            backend.Run(images[i], 1, alone);
            Assert.Equal(together.AsSpan(i * 3, 3).ToArray(), alone);
        }

        Network lower = RowNet.Build(height: 60);
        using var small = new OnnxBackend(lower, weights, batchSize: 8);
        for (int i = 0; i < 13; i++)
        {
            small.Run(images[i].AsSpan(0, 60 * 221 * 7), 1, alone);
            for (int c = 0; c < 3; c++) Assert.Equal(together[(i * 3) + c], alone[c], 2e-5f);
        }
    }

    [Fact]
    public void PackagesRoundTripAndDamageIsNamed()
    {
        using var folder = TestData.Temporary();
        Network network = RowNet.Build(height: 20, width: 61, embedding: 8);
        Dictionary<string, Tensor> weights = RandomWeights(network, 3);
        var description = new ModelDescription { Name = "t", Version = "1", Shape = [20, 61, 7], Channels = [1, 2, 3, 4, 5, 6, 19], Network = network };
        ModelPackage.Save(folder["m"], description, weights);
        ModelPackage loaded = ModelPackage.Load(folder["m"]);
        Assert.Equal(network.Layers.Count, loaded.Description.Network.Layers.Count);
        Assert.All(weights, w => Assert.Equal(w.Value.Values, loaded.Weights[w.Key].Values));

        string path = Path.Combine(folder["m"], "weights.safetensors");
        byte[] whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole[..^1]);
        Assert.Contains("checksum", Assert.Throws<ShrikeException>(() => ModelPackage.Load(folder["m"])).Message, StringComparison.Ordinal);
        for (int i = 0; i < Math.Min(whole.Length, 4000); i += 7)
        {
            byte[] copy = (byte[])whole.Clone();
            copy[i] ^= 0x15;
            File.WriteAllBytes(path, copy);
            try
            {
                _ = SafetensorsFile.Read(path);
            }
            catch (ShrikeException e)
            {
                Assert.Equal(ExitCode.InvalidData, e.ExitCode);
            }
        }

        weights.Remove("row1.bias");
        Assert.Contains("row1.bias", Assert.Throws<ShrikeException>(() => ModelPackage.Save(folder["n"], description, weights)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ProbabilitiesAreRoundedAsPublished()
    {
        float[] p = [0.0001740962f, 0.99977297f, 5.2928925e-05f];
        Predictions.Round(p);
        Assert.Equal(0.00017409620340913534, p[0]);
        Assert.Equal(0.9997729659080505, p[1]);
        Assert.Equal(5.2928899094695225e-05, p[2]);
        Assert.Throws<ShrikeException>(() => Predictions.Round([0.5f, 0.5f, 0.1f]));
        Assert.Throws<ShrikeException>(() => Predictions.Round([float.NaN, 0.5f, 0.1f]));
    }


}
