using Shrike.Formats.Safetensors;
using Shrike.Inference.Models;
using Shrike.Inference.Networks;

namespace Shrike.Pipeline.Tests.Explaining;

/// <summary>A network of random weights.</summary>
internal static class RandomModel
{
    public static ModelPackage Make(string folder, int seed)
    {
        Network network = RowNet.Build(embedding: 16);
        var random = new Random(seed);
        var weights = network.Weights().ToDictionary(w => w.Name, w => new Tensor(w.Shape, [.. Enumerable.Range(0, (int)Tensor.Size(w.Shape)).Select(_ => (random.NextSingle() - 0.5f) * 0.4f)]));
        string path = Path.Combine(folder, "model");
        ModelPackage.Save(path, new ModelDescription { Name = "random", Version = "0", Shape = [100, 221, 7], Channels = [1, 2, 3, 4, 5, 6, 19], Network = network }, weights);
        return ModelPackage.Load(path);
    }
}
