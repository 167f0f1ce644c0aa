using Shrike.Inference.Networks;

namespace Shrike.Inference.Models;

/// <summary>
/// The order in which Keras lists (and checkpoints number) the layers of a network: by falling distance to the output, ties
/// by the first visit of a depth-first walk from the output. Parallel branches interleave, so it is not the order in
/// which layers were created.
/// </summary>
internal static class KerasOrder
{
    /// <summary>Layers that have weights; the place in the list is N of <c>layer_with_weights-N</c>.</summary>
    public static List<Layer> WeightedLayers(Network network)
    {
        Dictionary<string, Layer> layers = network.Layers.ToDictionary(l => l.Name);
        var visited = new Dictionary<string, int>();
        var finished = new List<Layer>();
        Visit(network.Layers[^1]);

        var depth = new Dictionary<string, int>();
        foreach (Layer layer in finished.AsEnumerable().Reverse())
        {
            int here = depth.GetValueOrDefault(layer.Name);
            depth[layer.Name] = here;
            foreach (string input in layer.Inputs) depth[input] = Math.Max(depth.GetValueOrDefault(input), here + 1);
        }

        return [.. finished.Where(l => l.Kind is LayerKind.Convolution or LayerKind.BatchNorm or LayerKind.Dense).OrderByDescending(l => depth[l.Name]).ThenBy(l => visited[l.Name])];

        void Visit(Layer layer)
        {
            if (!visited.TryAdd(layer.Name, visited.Count)) return;
            foreach (string input in layer.Inputs) Visit(layers[input]);
            finished.Add(layer);
        }
    }
}
