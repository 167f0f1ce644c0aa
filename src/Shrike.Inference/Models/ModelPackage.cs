using System.Text.Encodings.Web;
using System.Text.Json;
using Shrike.Core;
using Shrike.Formats;
using Shrike.Formats.Safetensors;
using Shrike.Inference.Networks;
using Shrike.Inference.Quantization;

namespace Shrike.Inference.Models;

/// <summary>What model.json says.</summary>
public sealed record ModelDescription
{
    /// <summary>Short name, e.g. <c>wgs</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Version of the model.</summary>
    public required string Version { get; init; }

    /// <summary>Image rows, columns, channels.</summary>
    public required int[] Shape { get; init; }

    /// <summary>Channel numbers in image order.</summary>
    public required int[] Channels { get; init; }

    /// <summary>Number of classes.</summary>
    public int Classes { get; init; } = 3;

    /// <summary>The network.</summary>
    public required Network Network { get; init; }

    /// <summary>How the network computes in 8 bits; null for a model in float32.</summary>
    public QuantizationParameters? Quantization { get; init; }

    /// <summary>Flags stage 1 needs for this model, by name without dashes; empty for the defaults.</summary>
    public IReadOnlyDictionary<string, string> Flags { get; init; } = new Dictionary<string, string>();

    /// <summary>Where the model comes from, in one sentence.</summary>
    public string Provenance { get; init; } = "";

    /// <summary>What it was trained on.</summary>
    public string TrainingData { get; init; } = "";

    /// <summary>Licence of the weights.</summary>
    public string Licence { get; init; } = "";

    /// <summary>SHA-256 of weights.safetensors.</summary>
    public string WeightsSha256 { get; init; } = "";
}

/// <summary>A model on disk: a folder with model.json and weights.safetensors.</summary>
public sealed class ModelPackage
{

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        RespectNullableAnnotations = true,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private ModelPackage(string path, ModelDescription description, Dictionary<string, Tensor> weights)
    {
        Path = path;
        Description = description;
        Weights = weights;
    }

    /// <summary>Folder.</summary>
    public string Path { get; }

    /// <summary>What model.json says.</summary>
    public ModelDescription Description { get; }

    /// <summary>Weights by name; exactly those the network needs. Those that are bytes in the file are multiplied with their scales.</summary>
    public IReadOnlyDictionary<string, Tensor> Weights { get; }

    /// <summary>Identity for headers: name, version and the beginning of the weights' checksum.</summary>
    public string Id => $"{Description.Name}-{Description.Version},{Description.WeightsSha256}";

    /// <summary>
    /// Loads and checks a model: a package, or one of the original's (SavedModel folder, checkpoint prefix, .keras archive).
    /// </summary>
    /// <exception cref="ShrikeException">Something is missing, damaged or does not fit together.</exception>
    public static ModelPackage Load(string folder)
    {
        if (!PackageFolder.HasDescription(folder) && OriginalModel.IsOne(folder))
        {
            (ModelDescription original, Dictionary<string, Tensor> placed) = OriginalModel.Read(folder);
            return new ModelPackage(folder, original with { WeightsSha256 = SafetensorsFile.Sha256(placed) }, placed);
        }

        (string descriptionPath, string weightsPath) = PackageFolder.Require(folder, "a network for images", "");
        ModelDescription description;
        try
        {
            description = JsonSerializer.Deserialize<ModelDescription>(File.ReadAllBytes(descriptionPath), Json) ?? throw new JsonException("it is empty");
        }
        catch (JsonException e)
        {
            throw ShrikeException.InvalidData($"{descriptionPath}: is not a model description: {e.Message}", e);
        }

        try
        {
            Check(description);
        }
        catch (ShrikeException e)
        {
            throw ShrikeException.InvalidData($"{descriptionPath}: {e.Message}", e);
        }

        Dictionary<string, Tensor> weights = QuantizedWeights.FromFile(weightsPath, PackageFolder.ReadWeights(weightsPath, description.WeightsSha256));
        CheckWeights(weightsPath, description.Network, weights);
        return new ModelPackage(folder, description, weights);
    }

    /// <summary>Writes a package; the checksum is filled in.</summary>
    public static void Save(string folder, ModelDescription description, IReadOnlyDictionary<string, Tensor> weights)
    {
        CheckWeights(folder, description.Network, weights);
        IReadOnlyDictionary<string, Tensor> stored = description.Quantization is { } q ? QuantizedWeights.ToFile(description.Network, weights, q) : weights;
        PackageFolder.Save(folder, stored, sha => JsonSerializer.Serialize(description with { WeightsSha256 = sha }, Json));
    }

    /// <summary>
    /// The default model of a type: in the folder named by SHRIKE_MODELS, else in <c>models</c> beside the program or in a
    /// folder above it.
    /// </summary>
    /// <param name="modelType">Such as WGS.</param>
    /// <param name="quantized">The one in 8 bits.</param>
    /// <exception cref="ShrikeException">There is none.</exception>
    public static string DefaultFolder(string modelType, bool quantized = false)
    {
        string name = modelType.ToUpperInvariant() switch
        {
            "WGS" or "WES" => "wgs",
            _ => throw ShrikeException.Usage($"--model_type {modelType}: no default model of this type ships; there are WGS and WES (--customized_model names a folder of your own)"),
        };
        return ModelFolders.Find(quantized ? name + "-int8" : name);
    }

    private static void Check(ModelDescription description)
    {
        if (!description.Shape.SequenceEqual(description.Network.InputShape) || description.Channels.Length != description.Shape[2]) throw ShrikeException.InvalidData("shape, channels and network do not fit together");
        foreach (int channel in description.Channels) _ = ChannelNames.NameOf(channel);
        Layer last = description.Network.Layers is [.., { } l] ? l : throw ShrikeException.InvalidData("the network has no layers");
        int[] output = description.Network.Shapes()[last.Name];
        if (last.Kind != LayerKind.Softmax || output is not [int classes, 1, 1] || classes != description.Classes) throw ShrikeException.InvalidData($"the network does not end in probabilities of {description.Classes} classes");
        description.Quantization?.Check(description.Network);
    }

    private static void CheckWeights(string path, Network network, IReadOnlyDictionary<string, Tensor> weights)
    {
        IReadOnlyList<WeightSpec> needed = network.Weights();
        string[] missing = [.. needed.Where(w => !weights.ContainsKey(w.Name)).Select(w => w.Name)];
        string[] extra = [.. weights.Keys.Except(needed.Select(w => w.Name)).Order(StringComparer.Ordinal)];
        string[] misshapen = [.. needed.Where(w => weights.TryGetValue(w.Name, out Tensor? t) && !t.Shape.SequenceEqual(w.Shape)).Select(w => $"{w.Name} is [{string.Join(", ", weights[w.Name].Shape)}] instead of [{string.Join(", ", w.Shape)}]")];
        string[] infinite = [.. weights.Where(w => w.Value.Values.Any(v => !float.IsFinite(v))).Select(w => w.Key).Order(StringComparer.Ordinal)];
        if (missing.Length + extra.Length + misshapen.Length + infinite.Length == 0) return;
        string List(string what, string[] names) => names.Length == 0 ? "" : $" {what}: {string.Join("; ", names.Take(5))}{(names.Length > 5 ? $" and {names.Length - 5} more" : "")}.";
        throw ShrikeException.InvalidData($"{path}: the weights do not fit the network {network.Name}.{List("Missing", missing)}{List("Not needed", extra)}{List("Wrong shape", misshapen)}{List("Not a number or infinite", infinite)}");
    }
}
