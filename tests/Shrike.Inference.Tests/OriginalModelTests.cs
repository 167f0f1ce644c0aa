using System.Diagnostics;
using Shrike.Core;
using Shrike.Formats.Safetensors;
using Shrike.Inference.Models;
using Shrike.Inference.Networks;

namespace Shrike.Inference.Tests;

/// <summary>A full InceptionV3 as the original's tools store it, written by the independent writer.</summary>
public sealed class OriginalModelTests
{
    // The convolution behind layer_with_weights-N of the released models, for N = 0..57 (b: its batch norm).
    private const string Order =
        "c0 b0 c1 b1 c2 b2 c3 b3 c4 b4 c8 b8 c6 c9 b6 b9 c5 c7 c10 c11 b5 b7 b10 b11 c15 b15 c13 c16 b13 b16 c12 c14 c17 c18 b12 b14 b17 b18 c22 b22 c20 c23 b20 b23 c19 c21 c24 c25 b19 b21 b24 b25 c27 b27 c28 b28 c26 c29";

    private static void WriteBundle(string folder, Network network, Dictionary<string, Tensor> weights, Action<Dictionary<string, (long[] Shape, float[] Values)>>? change = null)
    {
        var tensors = new Dictionary<string, (long[] Shape, float[] Values)>();
        List<Layer> layers = KerasOrder.WeightedLayers(network);
        for (int n = 0; n < layers.Count; n++)
        {
            foreach ((string ours, string theirs) in new[] { ("weight", "kernel"), ("bias", "bias"), ("beta", "beta"), ("mean", "moving_mean"), ("variance", "moving_variance") })
            {
                if (!weights.TryGetValue($"{layers[n].Name}.{ours}", out Tensor? t)) continue;
                tensors[$"layer_with_weights-{n}/{theirs}"] = t.Shape.Length switch
                {
                    4 => ([t.Shape[2], t.Shape[3], t.Shape[1], t.Shape[0]], ToRowsColumnsInOut(t)),
                    2 => ([t.Shape[1], t.Shape[0]], ToInOut(t)),
                    _ => ([t.Shape[0]], t.Values),
                };
            }
        }

        change?.Invoke(tensors);
        var writer = new BundleWriter { Shards = 2 };
        foreach ((string name, (long[] shape, float[] values)) in tensors) writer.AddFloats(name + "/.ATTRIBUTES/VARIABLE_VALUE", shape, values);
        writer.AddObjectGraph(tensors.Keys);
        writer.AddInt64("save_counter/.ATTRIBUTES/VARIABLE_VALUE", 1);
        Directory.CreateDirectory(Path.Combine(folder, "variables"));
        writer.Write(Path.Combine(folder, "variables", "variables"));
        File.WriteAllBytes(Path.Combine(folder, "saved_model.pb"), []);
        int[] s = network.InputShape;
        File.WriteAllText(Path.Combine(folder, "example_info.json"), $$"""{"version": "1.9.0", "shape": [{{s[0]}}, {{s[1]}}, {{s[2]}}], "channels": [1, 2, 3, 4, 5, 6, 19]}""");
    }

    [Fact]
    public void ThePublishedNetworkComesBackFromABundle()
    {
        using var folder = TestData.Temporary();
        Network network = InceptionV3.Build();
        Dictionary<string, Tensor> weights = PublishedVector.Weights(network);
        WriteBundle(folder.Path, network, weights);
        var clock = Stopwatch.StartNew();
        ModelPackage package = ModelPackage.Load(folder.Path);
        double seconds = clock.Elapsed.TotalSeconds;
        Assert.Equal(378, package.Weights.Count);
        Assert.Equal([100, 221, 7], package.Description.Shape);
        Assert.Equal(weights.Keys.Order(), package.Weights.Keys.Order());
        Assert.All(weights, w => Assert.Equal(w.Value.Values, package.Weights[w.Key].Values));
        PublishedVector.AssertGivenBy(package.Description.Network, package.Weights);

        // The package made of it is the same model.
        ModelPackage.Save(folder["package"], package.Description, package.Weights);
        ModelPackage again = ModelPackage.Load(folder["package"]);
        Assert.Equal(package.Description.WeightsSha256, again.Description.WeightsSha256);
        TestContext.Current.SendDiagnosticMessage($"imported in {seconds:F2} s");
    }

    [Fact]
    public void LayersAreNumberedAsInTheReleasedModels()
    {
        Network network = InceptionV3.Build();
        List<Layer> convolutions = [.. network.Layers.Where(l => l.Kind == LayerKind.Convolution)];
        List<Layer> norms = [.. network.Layers.Where(l => l.Kind == LayerKind.BatchNorm)];
        List<Layer> order = KerasOrder.WeightedLayers(network);
        string Name(Layer l) => l.Kind switch { LayerKind.Convolution => $"c{convolutions.IndexOf(l)}", LayerKind.BatchNorm => $"b{norms.IndexOf(l)}", _ => "dense" };
        Assert.Equal(Order.Split(' '), order.Take(Order.Split(' ').Length).Select(Name));
        Assert.Equal(189, order.Count);
        Assert.Equal("c76 b78 b79 b82 b83 c84 b76 b84 c89 b89".Split(' '), order.Skip(162).Take(10).Select(Name));
        Assert.Equal("b92 c93 b85 b93 dense".Split(' '), order.Skip(184).Select(Name));
    }

    [Fact]
    public void WhatDoesNotFitIsNamed()
    {
        Network network = InceptionV3.Build(height: 75, width: 75, channels: 7);
        Dictionary<string, Tensor> weights = NetworkTests.RandomWeights(network, 4);
        string Message(Action<Dictionary<string, (long[] Shape, float[] Values)>> change)
        {
            using var folder = TestData.Temporary();
            WriteBundle(folder.Path, network, weights, change);
            ShrikeException e = Assert.Throws<ShrikeException>(() => ModelPackage.Load(folder.Path));
            Assert.Equal(ExitCode.InvalidData, e.ExitCode);
            return e.Message;
        }

        Assert.Contains("layer_with_weights-3/beta", Message(t => t.Remove("layer_with_weights-3/beta")), StringComparison.Ordinal);
        Assert.Contains("layer_with_weights-500/kernel is not needed", Message(t => t["layer_with_weights-500/kernel"] = ([1], [1])), StringComparison.Ordinal);
        Assert.Contains("instead of [3, 3, 7, 32]", Message(t => t["layer_with_weights-0/kernel"] = ([3, 3, 6, 32], new float[3 * 3 * 6 * 32])), StringComparison.Ordinal);
    }

    private static float[] ToRowsColumnsInOut(Tensor t)
    {
        (int o, int i, int h, int w) = (t.Shape[0], t.Shape[1], t.Shape[2], t.Shape[3]);
        var values = new float[t.Values.Length];
        for (int f = 0; f < o; f++)
        {
            for (int c = 0; c < i; c++)
            {
                for (int a = 0; a < h * w; a++) values[(((a * i) + c) * o) + f] = t.Values[(((f * i) + c) * h * w) + a];
            }
        }

        return values;
    }

    private static float[] ToInOut(Tensor t)
    {
        var values = new float[t.Values.Length];
        for (int o = 0; o < t.Shape[0]; o++)
        {
            for (int i = 0; i < t.Shape[1]; i++) values[(i * t.Shape[0]) + o] = t.Values[(o * t.Shape[1]) + i];
        }

        return values;
    }
}
