using Shrike.Formats.Safetensors;
using Shrike.Formats.SavedModel;

namespace Shrike.Formats.Tests.SavedModel;

/// <summary>The multi-allelic model that ships with the original: two shards, an index compressed with Snappy.</summary>
public sealed class RealBundleTests
{
    private static string Folder => TestData.PathOf("upstream", "multiallelic_model");

    [Fact]
    public void LayersAreFoundAndTrainingStateIsLeftOut()
    {
        Dictionary<string, Tensor> tensors = SavedWeights.Read(Folder);
        Assert.Equal(
            ["layer_with_weights-0/bias", "layer_with_weights-0/kernel", "layer_with_weights-1/bias", "layer_with_weights-1/kernel", "layer_with_weights-2/bias", "layer_with_weights-2/kernel", "layer_with_weights-3/bias", "layer_with_weights-3/kernel"],
            tensors.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([9, 8], tensors["layer_with_weights-0/kernel"].Shape);
        Assert.Equal([0.71756446f, 0.38816816f, 1.2816316f, 2.6252530f], tensors["layer_with_weights-0/kernel"].Values[..4]);
        Assert.Equal([-0.04153973f, 0.09384806f, 0.91696787f, -0.23854208f, 0.70271295f, -1.8655888f], tensors["layer_with_weights-3/bias"].Values);
    }

    [Fact]
    public void TheIndexHasAllItsEntries()
    {
        TensorBundle bundle = TensorBundle.Open(Path.Combine(Folder, "variables", "variables"));
        Assert.Equal(34, bundle.Keys.Count);
        Assert.Equal(6411, bundle.ReadString("_CHECKPOINTABLE_OBJECT_GRAPH").Length);
        Assert.True(bundle.IsFloat("layer_with_weights-0/kernel/.ATTRIBUTES/VARIABLE_VALUE"));
        Assert.False(bundle.IsFloat("_CHECKPOINTABLE_OBJECT_GRAPH"));
    }
}
