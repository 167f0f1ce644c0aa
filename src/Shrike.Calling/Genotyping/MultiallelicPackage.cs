using System.Text.Encodings.Web;
using System.Text.Json;
using Shrike.Core;
using Shrike.Formats.Safetensors;

namespace Shrike.Calling.Genotyping;

/// <summary>What the model.json of a model of sites with two ALTs says.</summary>
public sealed record MultiallelicDescription
{
    /// <summary>The kind that tells it from other models.</summary>
    public const string MultiallelicKind = "multiallelic_model";

    /// <summary>Always <see cref="MultiallelicKind"/>.</summary>
    public string Kind { get; init; } = MultiallelicKind;

    /// <summary>Short name, e.g. <c>wgs-multiallelic</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Version of the model.</summary>
    public required string Version { get; init; }

    /// <summary>Where the model comes from, in one sentence.</summary>
    public string Provenance { get; init; } = "";

    /// <summary>What it was trained on.</summary>
    public string TrainingData { get; init; } = "";

    /// <summary>Licence of the weights.</summary>
    public string Licence { get; init; } = "";

    /// <summary>SHA-256 of weights.safetensors.</summary>
    public string WeightsSha256 { get; init; } = "";
}

/// <summary>A model of sites with two ALTs on disk: a folder with model.json and weights.safetensors (<c>kernel</c> [10, 6], <c>bias</c> [6]).</summary>
public static class MultiallelicPackage
{
    private const string Kernel = "kernel";
    private const string Bias = "bias";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        RespectNullableAnnotations = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Whether a folder is a package of some kind, not a model as the original's tools write it.</summary>
    public static bool IsFolder(string folder) => PackageFolder.HasDescription(folder) && !File.Exists(Path.Combine(folder, "saved_model.pb"));

    /// <summary>Whether a folder is such a package, by what its model.json says.</summary>
    public static bool IsOne(string folder) => PackageFolder.KindOf(folder) == MultiallelicDescription.MultiallelicKind;

    /// <summary>Reads and checks a package.</summary>
    /// <exception cref="ShrikeException">Something is missing (exit 4), damaged or does not fit together (exit 3).</exception>
    public static (MultiallelicDescription Description, Tensor Kernel, Tensor Bias) Load(string folder)
    {
        (string path, string weightsPath) = PackageFolder.Require(folder, "a model of sites with two ALTs", MultiallelicDescription.MultiallelicKind);
        MultiallelicDescription description = Read(path);
        Dictionary<string, Tensor> weights = PackageFolder.ReadWeights(weightsPath, description.WeightsSha256);
        return (description, Of(weights, Kernel, MultiallelicModel.LogInputs, MultiallelicModel.Outputs), Of(weights, Bias, MultiallelicModel.Outputs));

        Tensor Of(Dictionary<string, Tensor> all, string name, params int[] shape)
        {
            if (!all.TryGetValue(name, out Tensor? tensor) || !tensor.Shape.SequenceEqual(shape)) throw ShrikeException.InvalidData($"{weightsPath}: has no tensor {name} of {string.Join(" x ", shape)}");
            return tensor.Values.All(float.IsFinite) ? tensor : throw ShrikeException.InvalidData($"{weightsPath}: {name} holds values that are no numbers");
        }
    }

    /// <summary>Writes a package; the checksum is filled in.</summary>
    public static void Save(string folder, MultiallelicDescription description, float[] kernel, float[] bias) =>
        PackageFolder.Save(
            folder,
            new Dictionary<string, Tensor> { [Kernel] = new([MultiallelicModel.LogInputs, MultiallelicModel.Outputs], kernel), [Bias] = new([MultiallelicModel.Outputs], bias) },
            sha => JsonSerializer.Serialize(description with { WeightsSha256 = sha }, Json));

    private static MultiallelicDescription Read(string path)
    {
        try
        {
            MultiallelicDescription description = JsonSerializer.Deserialize<MultiallelicDescription>(File.ReadAllBytes(path), Json) ?? throw new JsonException("it is empty");

            // They go into the header of a VCF.
            return (description.Name + description.Version).All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') ? description : throw ShrikeException.InvalidData($"{path}: name and version may have letters, digits, dots, dashes and underscores");
        }
        catch (JsonException e)
        {
            throw ShrikeException.InvalidData($"{path}: is damaged: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }
}
