using System.Runtime.CompilerServices;
using Shrike.Core;
using Shrike.Formats.Keras;
using Shrike.Formats.Safetensors;

namespace Shrike.Formats.Tests.Keras;

/// <summary>Archives written by the HDF5 library itself (make-fixtures.py).</summary>
public sealed class KerasArchiveTests
{
    private static readonly (string Name, int[] Shape)[] Expected =
    [
        ("layer_with_weights-0/kernel", [3, 2, 7, 4]),
        ("layer_with_weights-1/beta", [4]),
        ("layer_with_weights-1/moving_mean", [4]),
        ("layer_with_weights-1/moving_variance", [4]),
        ("layer_with_weights-2/kernel", [1, 1, 4, 5]),
        ("layer_with_weights-3/kernel", [5, 3]),
        ("layer_with_weights-3/bias", [3]),
    ];

    private static string Fixture(string name, [CallerFilePath] string thisFile = "") => Path.Combine(Path.GetDirectoryName(thisFile)!, name);

    [Theory]
    [InlineData("keras2.keras")]
    [InlineData("keras3.keras")]
    public void AllWeightsAreRead(string name)
    {
        Dictionary<string, Tensor> tensors = KerasArchive.Read(Fixture(name));
        Assert.Equal(Expected.Select(e => e.Name).Order(), tensors.Keys.Order());
        float next = 0;
        foreach ((string tensor, int[] shape) in Expected)
        {
            Assert.Equal(shape, tensors[tensor].Shape);
            Assert.All(tensors[tensor].Values, v => Assert.Equal(next++, v));
        }
    }

    [Theory]
    [InlineData("keras2.keras")]
    [InlineData("keras3.keras")]
    public void DamageIsAnErrorOrMeansNothing(string name)
    {
        using var folder = TestData.Temporary();
        byte[] whole = File.ReadAllBytes(Fixture(name));
        var random = new Random(3);
        for (int round = 0; round < 2500; round++)
        {
            byte[] copy = (byte[])whole.Clone();
            for (int n = random.Next(1, 4); n > 0; n--) copy[random.Next(copy.Length)] = (byte)random.Next(256);
            if (round % 10 == 0) copy = copy[..random.Next(copy.Length)];
            File.WriteAllBytes(folder["m.keras"], copy);
            try
            {
                Dictionary<string, Tensor> read = KerasArchive.Read(folder["m.keras"]);
                Assert.True(read.Values.Sum(t => (long)t.Values.Length) < whole.Length);
            }
            catch (ShrikeException e)
            {
                Assert.Contains("m.keras", e.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', e.Message);
            }
        }
    }
}
