using CsCheck;
using Shrike.Core;
using Shrike.Formats.Safetensors;
using Shrike.Formats.SavedModel;

namespace Shrike.Formats.Tests.SavedModel;

/// <summary>Bundles made by the independent writer.</summary>
public sealed class SyntheticBundleTests
{
    private static Dictionary<string, Tensor> Layers(int count)
    {
        var random = new Random(count);
        var tensors = new Dictionary<string, Tensor>();
        for (int i = 0; i < count; i++)
        {
            int rows = random.Next(0, 9), columns = random.Next(1, 9);
            tensors[$"layer_with_weights-{i}/kernel"] = new Tensor([rows, columns], [.. Enumerable.Range(0, rows * columns).Select(_ => random.NextSingle())]);
            tensors[$"layer_with_weights-{i}/bias"] = new Tensor([columns], [.. Enumerable.Range(0, columns).Select(_ => random.NextSingle())]);
        }

        return tensors;
    }

    private static void Write(string prefix, Dictionary<string, Tensor> tensors, BundleWriter writer, bool graph)
    {
        foreach ((string name, Tensor t) in tensors) writer.AddFloats(name + "/.ATTRIBUTES/VARIABLE_VALUE", [.. t.Shape.Select(d => (long)d)], t.Values);
        if (graph) writer.AddObjectGraph(tensors.Keys);
        writer.AddInt64("save_counter/.ATTRIBUTES/VARIABLE_VALUE", 7);
        writer.AddFloats("layer_with_weights-0/kernel/.OPTIMIZER_SLOT/optimizer/m/.ATTRIBUTES/VARIABLE_VALUE", [2], [1, 2]);
        writer.Write(prefix);
    }

    [Theory]
    [InlineData(1, 262144, false, true, 6)]
    [InlineData(3, 262144, true, true, 40)]
    [InlineData(2, 300, true, false, 400)]
    [InlineData(7, 1, false, true, 25)]
    public void AllTensorsComeBack(int shards, int blockSize, bool snappy, bool graph, int layers)
    {
        using var folder = TestData.Temporary();
        Dictionary<string, Tensor> tensors = Layers(layers);
        Write(folder["model.ckpt"], tensors, new BundleWriter { Shards = shards, BlockSize = blockSize, Snappy = snappy }, graph);
        Dictionary<string, Tensor> read = SavedWeights.Read(folder["model.ckpt"]);
        Assert.Equal(tensors.Keys.Order(), read.Keys.Order());
        Assert.All(tensors, t =>
        {
            Assert.Equal(t.Value.Shape, read[t.Key].Shape);
            Assert.Equal(t.Value.Values, read[t.Key].Values);
        });
    }

    [Fact]
    public void AFlippedByteIsNoticedOrMeansNothing()
    {
        using var folder = TestData.Temporary();
        Dictionary<string, Tensor> tensors = Layers(3);
        Write(folder["m"], tensors, new BundleWriter { Snappy = true }, graph: true);
        byte[] whole = File.ReadAllBytes(folder["m.index"]);
        int noticed = 0;
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] copy = (byte[])whole.Clone();
            copy[i] ^= 0x40;
            File.WriteAllBytes(folder["m.index"], copy);
            try
            {
                // Padding and the empty block of metadata carry nothing.
                Dictionary<string, Tensor> read = SavedWeights.Read(folder["m"]);
                Assert.All(tensors, t => Assert.Equal(t.Value.Values, read[t.Key].Values));
            }
            catch (ShrikeException e)
            {
                Assert.Equal(ExitCode.InvalidData, e.ExitCode);
                noticed++;
            }
        }

        Assert.InRange(noticed, whole.Length - 100, whole.Length);
    }

    [Fact]
    public void DamageIsNamed()
    {
        using var folder = TestData.Temporary();
        Write(folder["m"], Layers(3), new BundleWriter { Shards = 2 }, graph: true);
        string shard = folder["m.data-00001-of-00002"];
        byte[] whole = File.ReadAllBytes(shard);
        byte[] wrong = (byte[])whole.Clone();
        wrong[^3] ^= 1;
        File.WriteAllBytes(shard, wrong);
        Assert.Contains("wrong checksum", Message(folder["m"]), StringComparison.Ordinal);
        File.WriteAllBytes(shard, whole[..^4]);
        Assert.Contains("too short", Message(folder["m"]), StringComparison.Ordinal);
        File.Delete(shard);
        Assert.Contains("m.data-00001-of-00002: cannot be read", Message(folder["m"]), StringComparison.Ordinal);
        File.WriteAllBytes(folder["m.index"], File.ReadAllBytes(folder["m.index"])[..^60]);
        Assert.Contains("cut off", Message(folder["m"]), StringComparison.Ordinal);
        Assert.Contains("neither a SavedModel folder", Message(folder["none"]), StringComparison.Ordinal);
    }

    [Fact]
    public void ForeignTensorsAndOldModelsAreNamed()
    {
        using var folder = TestData.Temporary();
        var writer = new BundleWriter();
        writer.AddFloats("layer_with_weights-0/kernel/.ATTRIBUTES/VARIABLE_VALUE", [1], [1]);
        writer.AddFloats("surprise/kernel/.ATTRIBUTES/VARIABLE_VALUE", [1], [1]);
        writer.Write(folder["a"]);
        Assert.Contains("surprise/kernel", Message(folder["a"]), StringComparison.Ordinal);
        writer = new BundleWriter();
        writer.AddFloats("InceptionV3/Conv2d_1a_3x3/weights", [1], [1]);
        writer.Write(folder["b"]);
        Assert.Contains("1.4 or older", Message(folder["b"]), StringComparison.Ordinal);
    }

    [Fact]
    public void KeysOfAnyShapeKeepTheirOrder() => Gen.String[Gen.Char['a', 'd'], 1, 12].HashSet[1, 60].Sample(
        keys =>
        {
            using var folder = TestData.Temporary();
            var writer = new BundleWriter { BlockSize = 100 };
            foreach (string key in keys) writer.AddFloats(key, [], [key.Length]);
            writer.Write(folder["m"]);
            TensorBundle bundle = TensorBundle.Open(folder["m"]);
            Assert.Equal(keys.Order(StringComparer.Ordinal), bundle.Keys);
            Assert.All(keys, k => Assert.Equal(k.Length, bundle.Read(k).Values[0]));
        },
        iter: 50,
        threads: 1);

    private static string Message(string path) => Assert.Throws<ShrikeException>(() => SavedWeights.Read(path)).Message;
}
