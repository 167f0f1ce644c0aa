using Shrike.Core;
using Shrike.Formats.Examples;
using Shrike.Formats.Keras;
using Shrike.Formats.Safetensors;
using Shrike.Formats.SavedModel;
using Shrike.Inference.Networks;

namespace Shrike.Inference.Models;

/// <summary>
/// Models as DeepVariant's own tools write them: a SavedModel folder, a checkpoint prefix, or a .keras archive, each with
/// <c>example_info.json</c>. The network is InceptionV3 for the images that file describes; every tensor gets its place, or is named.
/// </summary>
internal static class OriginalModel
{
    private const string InfoFile = "example_info.json";

    /// <summary>True if the path looks like such a model.</summary>
    public static bool IsOne(string path) => IsKeras(path) || SavedWeights.BundlePrefix(path) is not null;

    /// <summary>Reads and places everything.</summary>
    /// <exception cref="ShrikeException">Something is missing, damaged or does not fit.</exception>
    public static (ModelDescription Description, Dictionary<string, Tensor> Weights) Read(string path)
    {
        ExampleInfo info = ExampleInfo.Read(InfoPath(path));
        if (info.AblationChannels.Length > 0) throw ShrikeException.Usage($"{path}: was trained with channels left out ({string.Join(",", info.AblationChannels)}), which this version cannot do");
        if (info.Shape is not [int height, int width, int channels]) throw ShrikeException.InvalidData($"{InfoPath(path)}: says nothing about the images' shape");
        if (info.Channels.Length != channels) throw ShrikeException.InvalidData($"{InfoPath(path)}: lists {info.Channels.Length} channels, but its images have {channels}");
        Dictionary<string, Tensor> source = IsKeras(path) ? KerasArchive.Read(path) : SavedWeights.Read(path);
        Network network = InceptionV3.Build(height, width, channels);
        Dictionary<string, Tensor> weights = Place(path, network, source);
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        return (new ModelDescription
        {
            Name = name,
            Version = "imported",
            Shape = [height, width, channels],
            Channels = info.Channels,
            Network = network,
            Provenance = $"imported from {name}, written for DeepVariant {(info.WrittenBy.Length > 0 ? info.WrittenBy : "(version not stated)")}",
            TrainingData = "see the model's source",
            Licence = "that of the model's source",
        }, weights);
    }

    private static bool IsKeras(string path) => path.EndsWith(".keras", StringComparison.Ordinal) && File.Exists(path);

    private static string InfoPath(string path)
    {
        string folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        string exact = Path.Combine(folder, InfoFile);
        if (File.Exists(exact)) return exact;
        string[] named = [.. Directory.GetFiles(folder, "*" + InfoFile).Order(StringComparer.Ordinal)];
        return named.Length == 1
            ? named[0]
            : throw ShrikeException.InputOutput($"{path}: {InfoFile} is missing from {folder}: without it nobody knows which images the model takes");
    }

    /// <summary>Our names and layouts from the source's.</summary>
    internal static Dictionary<string, Tensor> Place(string path, Network network, Dictionary<string, Tensor> source)
    {
        Dictionary<string, int[]> shapes = network.Weights().ToDictionary(w => w.Name, w => w.Shape);
        var weights = new Dictionary<string, Tensor>();
        var problems = new List<string>();
        var left = new HashSet<string>(source.Keys, StringComparer.Ordinal);
        List<Layer> layers = KerasOrder.WeightedLayers(network);
        for (int n = 0; n < layers.Count; n++)
        {
            foreach ((string theirs, string ours) in Parts(layers[n].Kind))
            {
                string key = $"layer_with_weights-{n}/{theirs}", target = $"{layers[n].Name}.{ours}";
                if (!shapes.TryGetValue(target, out int[]? shape)) continue;
                left.Remove(key);
                int[] expected = shape.Length == 4 ? [shape[2], shape[3], shape[1], shape[0]] : [.. shape.Reverse()];
                if (!source.TryGetValue(key, out Tensor? tensor)) problems.Add($"{key} ({target}) is missing");
                else if (!tensor.Shape.SequenceEqual(expected)) problems.Add($"{key} ({target}) is [{string.Join(", ", tensor.Shape)}] instead of [{string.Join(", ", expected)}]");
                else weights[target] = new Tensor(shape, Transpose(tensor, shape));
            }
        }

        problems.AddRange(left.Order(StringComparer.Ordinal).Select(k => $"{k} is not needed"));
        if (problems.Count == 0) return weights;
        string more = problems.Count > 4 ? $" and {problems.Count - 4} more" : "";
        throw ShrikeException.InvalidData($"{path}: its weights are not those of {network.Name} for images of {string.Join(" x ", network.InputShape)}: {string.Join("; ", problems.Take(4))}{more}");
    }

    private static (string Theirs, string Ours)[] Parts(LayerKind kind) => kind == LayerKind.BatchNorm
        ? [("beta", "beta"), ("moving_mean", "mean"), ("moving_variance", "variance")]
        : [("kernel", "weight"), ("bias", "bias")];

    /// <summary>Rows, columns, in, out to out, in, rows, columns; in, out to out, in.</summary>
    private static float[] Transpose(Tensor tensor, int[] shape)
    {
        if (shape.Length == 1) return tensor.Values;
        int filters = shape[0], inputs = shape[1], area = shape.Length == 4 ? shape[2] * shape[3] : 1;
        var values = new float[tensor.Values.Length];
        int at = 0;
        for (int a = 0; a < area; a++)
        {
            for (int i = 0; i < inputs; i++)
            {
                for (int f = 0; f < filters; f++) values[(((f * inputs) + i) * area) + a] = tensor.Values[at++];
            }
        }

        return values;
    }
}
