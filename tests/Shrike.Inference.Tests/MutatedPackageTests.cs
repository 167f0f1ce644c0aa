using Shrike.Core;
using Shrike.Formats.Safetensors;
using Shrike.Inference.Models;
using Shrike.Inference.Networks;
using Shrike.Inference.Quantization;

namespace Shrike.Inference.Tests;

/// <summary>Thousands of damaged descriptions: every one is one clear line, or still the same model.</summary>
public sealed class MutatedPackageTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Descriptions(bool quantized)
    {
        using var folder = TestData.Temporary();
        Network network = RowNet.Build(height: 20, width: 101, embedding: 4);
        Dictionary<string, Tensor> weights = NetworkTests.RandomWeights(network, 1);
        QuantizationParameters? quantization = quantized
            ? new QuantizationParameters
            {
                ActivationScales = new Dictionary<string, float> { ["row1_relu"] = 0.01f, ["row2_relu"] = 0.02f, ["row4_relu"] = 0.03f },
                Differences = [new QuantizationDifference("all", 7, 0.1, 0.01, 0)],
            }
            : null;
        ModelPackage.Save(folder.Path, new ModelDescription { Name = "m", Quantization = quantization, Version = "1", Shape = [20, 101, 7], Channels = [1, 2, 3, 4, 5, 6, 19], Network = network }, weights);
        string path = folder["model.json"];
        byte[] whole = File.ReadAllBytes(path);
        var random = new Random(8);
        int refused = 0;
        const int Rounds = 2500;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] copy = (byte[])whole.Clone();
            switch (random.Next(4))
            {
                case 0:
                    copy = copy[..random.Next(copy.Length)];
                    break;
                case 1:
                    // A number becomes another, often a large one.
                    int at = Array.FindIndex(copy, random.Next(copy.Length), b => b is >= (byte)'0' and <= (byte)'9');
                    if (at >= 0) copy = [.. copy[..at], .. System.Text.Encoding.ASCII.GetBytes(random.Next(2) == 0 ? "2147483647" : "-1"), .. copy[(at + 1)..]];
                    break;
                default:
                    for (int n = random.Next(1, 4); n > 0; n--) copy[random.Next(copy.Length)] = (byte)random.Next(32, 127);
                    break;
            }

            File.WriteAllBytes(path, copy);
            try
            {
                Assert.Equal(weights.Count, ModelPackage.Load(folder.Path).Weights.Count);
            }
            catch (ShrikeException e)
            {
                Assert.Contains(folder.Path, e.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.InRange(refused, Rounds / 3, Rounds);
    }
}
