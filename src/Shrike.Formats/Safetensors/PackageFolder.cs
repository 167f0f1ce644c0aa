using System.Text.Json;
using Shrike.Core;

namespace Shrike.Formats.Safetensors;

/// <summary>The folder of a model package of any kind: model.json describes it and holds the checksum of weights.safetensors.</summary>
public static class PackageFolder
{
    /// <summary>The description.</summary>
    public const string DescriptionFile = "model.json";

    /// <summary>The weights.</summary>
    public const string WeightsFile = "weights.safetensors";

    /// <summary>Whether a folder has a description.</summary>
    public static bool HasDescription(string folder) => File.Exists(Path.Combine(folder, DescriptionFile));

    /// <summary>The kind that the description of a folder names; empty if it names none, as that of a network; null for what is no description.</summary>
    public static string? KindOf(string folder)
    {
        if (!HasDescription(folder)) return null;
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, DescriptionFile)));
            if (json.RootElement.ValueKind != JsonValueKind.Object) return null;
            return json.RootElement.TryGetProperty("kind", out JsonElement kind) && kind.ValueKind == JsonValueKind.String ? kind.GetString() : "";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The paths of both files.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="what">What it should hold, for the message, such as "a small model".</param>
    /// <param name="kind">The kind that its description should name; empty for none.</param>
    /// <exception cref="ShrikeException">The folder or one of them is missing (exit 4), or it is a model of another kind (exit 2).</exception>
    public static (string Description, string Weights) Require(string folder, string what, string kind)
    {
        if (!Directory.Exists(folder)) throw ShrikeException.InputOutput($"{folder}: no such folder of {what}");
        string Of(string file) => File.Exists(Path.Combine(folder, file)) ? Path.Combine(folder, file) : throw ShrikeException.InputOutput($"{folder}: is not a folder of {what}: {file} is missing");
        (string, string) files = (Of(DescriptionFile), Of(WeightsFile));
        string? found = KindOf(folder);
        return found is null || found == kind ? files : throw ShrikeException.Usage($"{folder}: is not {what}: its {DescriptionFile} names {(found.Length == 0 ? "no kind, as that of a network" : $"the kind \"{found}\"")}");
    }

    /// <summary>Reads weights.</summary>
    /// <param name="path">Their file.</param>
    /// <param name="checksum">SHA-256 that the description says.</param>
    /// <exception cref="ShrikeException">The checksum is another, or the file is damaged (exit 3), or it cannot be read (exit 4).</exception>
    public static Dictionary<string, Tensor> ReadWeights(string path, string? checksum)
    {
        byte[] bytes = SafetensorsFile.ReadBytes(path);
        string found = Sha256.Hex(bytes);
        if (found != checksum) throw ShrikeException.InvalidData($"{path}: its checksum is {found}, but {DescriptionFile} says {checksum}: the package is damaged or was edited");
        return SafetensorsFile.Parse(path, bytes);
    }

    /// <summary>Writes a package.</summary>
    /// <param name="folder">Folder, made if it is not there.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="describe">The text of model.json for their checksum.</param>
    public static void Save(string folder, IReadOnlyDictionary<string, Tensor> weights, Func<string, string> describe)
    {
        Directory.CreateDirectory(folder);
        SafetensorsFile.Write(Path.Combine(folder, WeightsFile), weights);
        AtomicFile.WriteAllText(Path.Combine(folder, DescriptionFile), describe(SafetensorsFile.Sha256(weights)) + "\n");
    }
}
