using Shrike.Core;
using Shrike.Formats.Safetensors;
using Shrike.Formats.SavedModel;

namespace Shrike.Formats.Tests.SavedModel;

/// <summary>Thousands of damaged files: every one is an error or harmless, none a crash, a hang or a flood of memory.</summary>
public sealed class MutatedBundleTests
{
    private const int Rounds = 3000;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Bundles(bool snappy)
    {
        using var folder = TestData.Temporary();
        var writer = new BundleWriter { Snappy = snappy, BlockSize = 200, Shards = 2 };
        for (int i = 0; i < 8; i++) writer.AddFloats($"layer_with_weights-{i}/kernel/.ATTRIBUTES/VARIABLE_VALUE", [3, i + 1], new float[3 * (i + 1)]);
        writer.AddObjectGraph([.. Enumerable.Range(0, 8).Select(i => $"layer_with_weights-{i}/kernel")]);
        writer.Write(folder["m"]);
        Mutate(folder, [folder["m.index"], folder["m.data-00000-of-00002"]], () => SavedWeights.Read(folder["m"]));
    }

    [Fact]
    public void SafetensorsFiles()
    {
        using var folder = TestData.Temporary();
        SafetensorsFile.Write(folder["w.safetensors"], new Dictionary<string, Tensor> { ["a"] = new([2, 3], new float[6]), ["b"] = new([4], new float[4]) });
        Mutate(folder, [folder["w.safetensors"]], () => SafetensorsFile.Read(folder["w.safetensors"]));
    }

    private static void Mutate(TestData.TemporaryFolder folder, string[] files, Func<Dictionary<string, Tensor>> read)
    {
        byte[][] whole = [.. files.Select(File.ReadAllBytes)];
        var random = new Random(17);
        for (int round = 0; round < Rounds; round++)
        {
            int which = random.Next(files.Length);
            byte[] copy = (byte[])whole[which].Clone();
            switch (random.Next(4))
            {
                case 0:
                    copy = copy[..random.Next(copy.Length)];
                    break;
                case 1:
                    copy = [.. copy[..random.Next(copy.Length)], .. copy[random.Next(copy.Length)..]];
                    break;
                default:
                    for (int n = random.Next(1, 5); n > 0; n--) copy[random.Next(copy.Length)] = (byte)random.Next(256);
                    break;
            }

            File.WriteAllBytes(files[which], copy);
            try
            {
                Assert.True(read().Values.Sum(t => (long)t.Values.Length) <= 1000);
            }
            catch (ShrikeException e)
            {
                Assert.Contains(folder.Path, e.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', e.Message);
            }

            File.WriteAllBytes(files[which], whole[which]);
        }
    }
}
