using System.Globalization;
using Google.Protobuf;
using Shrike.Core;
using Shrike.Formats.Messages.Bundle;
using Shrike.Formats.Safetensors;

namespace Shrike.Formats.SavedModel;

/// <summary>
/// The layers' weights of a TensorFlow model: a SavedModel folder or a checkpoint prefix. Tensors are named
/// <c>layer_with_weights-N/PART</c> with N counting the layers that have weights in Keras' order and PART kernel, bias, beta,
/// moving_mean or moving_variance; they are found through the graph of objects that the file holds.
/// </summary>
public static class SavedWeights
{
    private const string LayerPrefix = "layer_with_weights-";
    private const string GraphKey = "_CHECKPOINTABLE_OBJECT_GRAPH";
    private const string ValueSuffix = "/.ATTRIBUTES/VARIABLE_VALUE";

    // State of training and counters; no part of the network.
    private static readonly string[] Bystanders =
    [
        "save_counter", "global_step", "early_stopping", "best_checkpoint_value", "optimizer", "train_metrics", "tune_metrics", "keras_api", "variables", "trainable_variables", "step",
    ];

    /// <summary>True for a folder with a saved_model.pb.</summary>
    public static bool IsSavedModel(string folder) => File.Exists(Path.Combine(folder, "saved_model.pb"));

    /// <summary>
    /// Prefix of the tensor bundle a path stands for: a SavedModel folder, a folder with one checkpoint in it, or a checkpoint
    /// prefix itself; null if it is none of these.
    /// </summary>
    /// <exception cref="ShrikeException">The folder holds several checkpoints (exit 2).</exception>
    public static string? BundlePrefix(string path)
    {
        if (File.Exists(path + ".index")) return path;
        if (!Directory.Exists(path)) return null;
        string variables = Path.Combine(path, "variables", "variables");
        if (IsSavedModel(path)) return variables;
        string[] all = [.. Directory.GetFiles(path, "*.index").Select(f => f[..^".index".Length]).Order(StringComparer.Ordinal)];
        return all.Length > 1 ? throw ShrikeException.Usage($"{path}: holds several checkpoints: name one of them, e.g. {all[0]}") : all.FirstOrDefault();
    }

    /// <summary>Reads all weights of layers.</summary>
    /// <param name="path">A SavedModel folder or a checkpoint prefix.</param>
    /// <exception cref="ShrikeException">It is not such a model, is damaged, or holds tensors of unknown purpose.</exception>
    public static Dictionary<string, Tensor> Read(string path)
    {
        string prefix = BundlePrefix(path) ?? throw ShrikeException.InputOutput($"{path}: is neither a SavedModel folder (saved_model.pb) nor the prefix of a checkpoint (.index)");
        TensorBundle bundle = TensorBundle.Open(prefix);
        if (bundle.Keys.Any(k => k.StartsWith("InceptionV3/", StringComparison.Ordinal))) throw ShrikeException.InvalidData($"{prefix}.index: is a checkpoint of DeepVariant 1.4 or older (TensorFlow 1), which cannot be read: use a model of a later release");
        if (bundle.Keys.Any(k => k.StartsWith("layer_with_weights-0/layer_with_weights-0/", StringComparison.Ordinal))) throw ShrikeException.InvalidData($"{prefix}.index: is of an early wiring of the network (layer_with_weights-0 inside layer_with_weights-0), which cannot be read: convert it with the release it was trained with");
        var tensors = new Dictionary<string, Tensor>();
        var used = new HashSet<string>(StringComparer.Ordinal) { GraphKey };
        foreach ((string name, string key) in Keys(bundle, prefix))
        {
            if (!used.Add(key) || tensors.ContainsKey(name)) throw ShrikeException.InvalidData($"{prefix}.index: the tensor {key} or the name {name} is used twice");
            tensors[name] = bundle.Read(key);
        }

        string[] unknown = [.. bundle.Keys.Where(k => !used.Contains(k) && !IsBystander(k))];
        if (unknown.Length > 0) throw ShrikeException.InvalidData($"{prefix}.index: holds {unknown.Length} tensors that belong to no layer: {string.Join(", ", unknown.Take(3))}{(unknown.Length > 3 ? " ..." : "")}");
        return tensors.Count > 0 ? tensors : throw ShrikeException.InvalidData($"{prefix}.index: holds no layer with weights");
    }

    private static bool IsBystander(string key) => key.Contains("/.OPTIMIZER_SLOT/", StringComparison.Ordinal) || Bystanders.Contains(key.Split('/')[0], StringComparer.Ordinal);

    /// <summary>Name and key of every layer's variable; by the object graph, or by the keys themselves where there is none.</summary>
    private static IEnumerable<(string Name, string Key)> Keys(TensorBundle bundle, string prefix)
    {
        if (!bundle.Keys.Contains(GraphKey))
        {
            return bundle.Keys
                .Where(k => k.StartsWith(LayerPrefix, StringComparison.Ordinal) && k.EndsWith(ValueSuffix, StringComparison.Ordinal) && !k.Contains("/.OPTIMIZER_SLOT/", StringComparison.Ordinal))
                .Select(k => (k[..^ValueSuffix.Length], k));
        }

        TrackableObjectGraph graph;
        try
        {
            graph = TrackableObjectGraph.Parser.ParseFrom(bundle.ReadString(GraphKey));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw ShrikeException.InvalidData($"{prefix}.index: its graph of objects cannot be read", e);
        }

        return Keys(graph, prefix);
    }

    private static IEnumerable<(string Name, string Key)> Keys(TrackableObjectGraph graph, string prefix)
    {
        TrackableObjectGraph.Types.TrackableObject Node(int id) => id >= 0 && id < graph.Nodes.Count ? graph.Nodes[id] : throw ShrikeException.InvalidData($"{prefix}.index: its graph of objects names a node that is not there");
        foreach (var layer in Node(0).Children)
        {
            if (!layer.LocalName.StartsWith(LayerPrefix, StringComparison.Ordinal) || !int.TryParse(layer.LocalName.AsSpan(LayerPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out _)) continue;
            foreach (var part in Node(layer.NodeId).Children)
            {
                foreach (var attribute in Node(part.NodeId).Attributes)
                {
                    if (attribute.Name == "VARIABLE_VALUE" && part.LocalName is not ("keras_api" or "variables" or "trainable_variables")) yield return ($"{layer.LocalName}/{part.LocalName}", attribute.CheckpointKey);
                }
            }
        }
    }
}
