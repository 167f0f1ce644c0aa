using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Shrike.Core;
using Shrike.Formats.Safetensors;
using Shrike.Formats.SavedModel;

namespace Shrike.Inference.SmallModels;

/// <summary>What the model.json of a small model says.</summary>
public sealed record SmallModelDescription
{
    /// <summary>The kind that tells a small model from a model of images.</summary>
    public const string SmallModelKind = "small_model";

    /// <summary>Always <see cref="SmallModelKind"/>.</summary>
    public string Kind { get; init; } = SmallModelKind;

    /// <summary>Short name, e.g. <c>wgs-small</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Version of the model.</summary>
    public required string Version { get; init; }

    /// <summary>Positions of the allele-fraction window among the features, odd; 0 for none.</summary>
    public required int ContextWindow { get; init; }

    /// <summary>Features of single haplotypes are among the inputs.</summary>
    public bool Haplotypes { get; init; }

    /// <summary>Mapping qualities above it count as it, since the model has learned from none such; null: they are taken as they are.</summary>
    public int? MaxMappingQuality { get; init; }

    /// <summary>Number of inputs, then of every layer's outputs; the last is 3.</summary>
    public required int[] Layers { get; init; }

    /// <summary>Score (Phred) from which its answers on SNPs are good enough; null if the model does not say.</summary>
    public int? SnpGqThreshold { get; init; }

    /// <summary>The same for everything else.</summary>
    public int? IndelGqThreshold { get; init; }

    /// <summary>Where the model comes from, in one sentence.</summary>
    public string Provenance { get; init; } = "";

    /// <summary>What it was trained on.</summary>
    public string TrainingData { get; init; } = "";

    /// <summary>Licence of the weights.</summary>
    public string Licence { get; init; } = "";

    /// <summary>SHA-256 of weights.safetensors.</summary>
    public string WeightsSha256 { get; init; } = "";
}

/// <summary>
/// A small model on disk: a folder with model.json and weights.safetensors (layerN.kernel [inputs, outputs], layerN.bias),
/// or a folder as the original's tools write it.
/// </summary>
public sealed class SmallModelPackage
{
    private const int Classes = 3;
    private const int MostLayers = 16;
    private const int MostOutputs = 1 << 14;

    // 12 of all reads, 7 of the alleles; 12 for each of three haplotypes.
    private const int PlainFeatures = 19;
    private const int HaplotypeFeatures = 36;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        RespectNullableAnnotations = true,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private SmallModelPackage(SmallModelDescription description, IReadOnlyDictionary<string, Tensor> weights)
    {
        Description = description;
        Weights = weights;
        Network = new Perceptron([.. Enumerable.Range(0, description.Layers.Length - 1).Select(l => (weights[KernelName(l)], weights[BiasName(l)]))]);
    }

    /// <summary>What model.json says.</summary>
    public SmallModelDescription Description { get; }

    /// <summary>Weights by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Weights { get; }

    /// <summary>The network.</summary>
    public Perceptron Network { get; }

    /// <summary>Name of a layer's kernel, [inputs, outputs].</summary>
    public static string KernelName(int layer) => string.Create(CultureInfo.InvariantCulture, $"layer{layer}.kernel");

    /// <summary>Name of a layer's bias.</summary>
    public static string BiasName(int layer) => string.Create(CultureInfo.InvariantCulture, $"layer{layer}.bias");

    /// <summary>Loads and checks a package or a model of the original.</summary>
    /// <param name="folder">Folder.</param>
    /// <param name="contextWindow">Window of a model of the original, which does not say; a package knows its own.</param>
    /// <exception cref="ShrikeException">Something is missing, damaged or does not fit together.</exception>
    public static SmallModelPackage Load(string folder, int contextWindow = 51)
    {
        if (!PackageFolder.HasDescription(folder) && SavedWeights.BundlePrefix(folder) is not null) return Import(folder, contextWindow);
        (string descriptionPath, string weightsPath) = PackageFolder.Require(folder, "a small model", SmallModelDescription.SmallModelKind);
        SmallModelDescription description = ReadDescription(descriptionPath);
        Dictionary<string, Tensor> weights = PackageFolder.ReadWeights(weightsPath, description.WeightsSha256);
        CheckWeights(weightsPath, description, weights);
        return new SmallModelPackage(description, weights);
    }

    /// <summary>Writes a package; the checksum is filled in.</summary>
    public static void Save(string folder, SmallModelDescription description, IReadOnlyDictionary<string, Tensor> weights)
    {
        Check(folder, description);
        CheckWeights(folder, description, weights);
        PackageFolder.Save(folder, weights, sha => JsonSerializer.Serialize(description with { WeightsSha256 = sha }, Json));
    }

    /// <summary>Whether a folder is the package of a small model, by what its model.json says.</summary>
    public static bool IsOne(string folder) => PackageFolder.KindOf(folder) == SmallModelDescription.SmallModelKind;

    /// <summary>Whether a folder is a small model as the original's tools write it: dense layers from the first on.</summary>
    /// <exception cref="ShrikeException">The folder's tensors are damaged.</exception>
    public static bool IsOriginal(string folder) =>
        !PackageFolder.HasDescription(folder) && SavedWeights.BundlePrefix(folder) is not null
        && SavedWeights.Read(folder).TryGetValue("layer_with_weights-0/kernel", out Tensor? first) && first.Shape.Length == 2;

    /// <summary>Reads a SavedModel or checkpoint of the original: dense layers in order, the sizes those of its tensors.</summary>
    private static SmallModelPackage Import(string folder, int contextWindow)
    {
        Dictionary<string, Tensor> source = SavedWeights.Read(folder);
        int count = source.Count / 2;
        var weights = new Dictionary<string, Tensor>();
        var layers = new List<int>();
        for (int l = 0; l < count; l++)
        {
            if (!source.TryGetValue($"layer_with_weights-{l}/kernel", out Tensor? kernel) || !source.TryGetValue($"layer_with_weights-{l}/bias", out Tensor? bias) || kernel.Shape.Length != 2 || bias.Shape.Length != 1)
            {
                throw ShrikeException.InvalidData($"{folder}: is not a small model: its layer {l} is not a dense layer");
            }

            if (l == 0) layers.Add(kernel.Shape[0]);
            layers.Add(kernel.Shape[1]);
            (weights[KernelName(l)], weights[BiasName(l)]) = (kernel, bias);
        }

        if (source.Count % 2 != 0 || count == 0) throw ShrikeException.InvalidData($"{folder}: is not a small model: it has {source.Count} tensors instead of a kernel and a bias for every layer");
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        var description = new SmallModelDescription
        {
            Name = name,
            Version = "imported",
            WeightsSha256 = SafetensorsFile.Sha256(weights),
            ContextWindow = contextWindow,
            Haplotypes = layers[0] == PlainFeatures + contextWindow + HaplotypeFeatures,
            Layers = [.. layers],
            Provenance = $"imported from {name}, a model of the original's format",
            TrainingData = "see the model's source",
            Licence = "that of the model's source",
        };
        Check(folder, description);
        CheckWeights(folder, description, weights);
        return new SmallModelPackage(description, weights);
    }

    private static SmallModelDescription ReadDescription(string path)
    {
        SmallModelDescription description;
        try
        {
            description = JsonSerializer.Deserialize<SmallModelDescription>(File.ReadAllBytes(path), Json) ?? throw new JsonException("it is empty");
        }
        catch (JsonException e)
        {
            throw ShrikeException.InvalidData($"{path}: is not a description of a small model: {e.Message.ReplaceLineEndings(" ")}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ShrikeException.InputOutput($"{path}: cannot be read: {e.Message}", e);
        }

        Check(path, description);
        return description;
    }

    private static void Check(string where, SmallModelDescription d)
    {
        ShrikeException Wrong(string why) => ShrikeException.InvalidData($"{where}: is not a small model: {why}");
        if (d.ContextWindow < 0 || d.ContextWindow > MostOutputs || (d.ContextWindow > 0 && d.ContextWindow % 2 == 0)) throw Wrong($"its window of {d.ContextWindow} positions is not odd");
        if (d.MaxMappingQuality is <= 0 or > byte.MaxValue) throw Wrong($"its highest mapping quality is {d.MaxMappingQuality}");
        if (d.Layers.Length < 2 || d.Layers.Length > MostLayers + 1 || d.Layers.Any(n => n is < 1 or > MostOutputs)) throw Wrong($"its layers are [{string.Join(", ", d.Layers.Take(8))}]");
        if (d.Layers[^1] != Classes) throw Wrong($"it gives {d.Layers[^1]} values instead of {Classes}");
        int expected = PlainFeatures + d.ContextWindow + (d.Haplotypes ? HaplotypeFeatures : 0);
        if (d.Layers[0] != expected) throw Wrong($"it takes {d.Layers[0]} features, but there are {expected} with a window of {d.ContextWindow}{(d.Haplotypes ? " and haplotypes" : "")} (--small_model_vaf_context_window_size)");
    }

    private static void CheckWeights(string where, SmallModelDescription d, IReadOnlyDictionary<string, Tensor> weights)
    {
        var problems = new List<string>();
        for (int l = 0; l + 1 < d.Layers.Length; l++)
        {
            Require(KernelName(l), [d.Layers[l], d.Layers[l + 1]]);
            Require(BiasName(l), [d.Layers[l + 1]]);
        }

        int needed = (d.Layers.Length - 1) * 2;
        if (problems.Count == 0 && weights.Count > needed) problems.Add($"there are {weights.Count} tensors instead of {needed}");
        if (problems.Count > 0) throw ShrikeException.InvalidData($"{where}: the weights do not fit the small model {d.Name}: {string.Join("; ", problems.Take(4))}{(problems.Count > 4 ? $" and {problems.Count - 4} more" : "")}");

        void Require(string name, int[] shape)
        {
            if (!weights.TryGetValue(name, out Tensor? t)) problems.Add($"{name} is missing");
            else if (!t.Shape.SequenceEqual(shape)) problems.Add($"{name} is [{string.Join(", ", t.Shape)}] instead of [{string.Join(", ", shape)}]");
            else if (t.Values.Any(v => !float.IsFinite(v))) problems.Add($"{name} holds values that are no numbers");
        }
    }
}
