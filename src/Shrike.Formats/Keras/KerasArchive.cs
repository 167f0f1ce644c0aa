using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Shrike.Core;
using Shrike.Formats.Safetensors;

namespace Shrike.Formats.Keras;

/// <summary>
/// A <c>.keras</c> archive: a zip with <c>config.json</c> (the layers) and <c>model.weights.h5</c> (their variables). The weights file
/// names a layer after its class and its place among the layers of that class, not after the layer's own name.
/// </summary>
public static class KerasArchive
{
    private const string ConfigEntry = "config.json";
    private const string WeightsEntry = "model.weights.h5";

    // Weights hardly compress; a larger ratio is damage or malice.
    private const long MaxRatio = 20;

    private static readonly string[] Containers = ["layers", "_layer_checkpoint_dependencies"];

    /// <summary>
    /// Reads all weights, named as <see cref="SavedModel.SavedWeights"/> names them: <c>layer_with_weights-N/PART</c>, N in the order of the
    /// model's layers.
    /// </summary>
    /// <exception cref="ShrikeException">It cannot be read (exit 4), is damaged, or has layers of unknown kind (exit 3).</exception>
    public static Dictionary<string, Tensor> Read(string path)
    {
        try
        {
            using ZipArchive zip = ZipFile.OpenRead(path);
            Dictionary<string, Tensor> stored = Hdf5File.ReadFloats(ReadEntry(zip, path, WeightsEntry), $"{path}: {WeightsEntry}");
            using JsonDocument config = JsonDocument.Parse(ReadEntry(zip, path, ConfigEntry));
            return Name(path, config.RootElement.GetProperty("config").GetProperty("layers"), stored);
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException or NotSupportedException)
        {
            throw ShrikeException.InvalidData($"{path}: is not a sound .keras archive: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ShrikeException.InputOutput($"{path}: cannot be read: {e.Message}", e);
        }
    }

    private static Dictionary<string, Tensor> Name(string path, JsonElement layers, Dictionary<string, Tensor> stored)
    {
        // Groups of a class in the order of their numbers are the layers of that class in the order of the model.
        var groups = stored.Keys
            .Select(k => k.Split('/'))
            .Where(p => p.Length == 4 && Containers.Contains(p[0], StringComparer.Ordinal) && p[2] == "vars")
            .Select(p => (Group: $"{p[0]}/{p[1]}", Place: SplitNumber(p[1])))
            .Distinct()
            .GroupBy(g => g.Place.Stem)
            .ToDictionary(g => g.Key, g => new Queue<string>(g.OrderBy(x => x.Place.Number).Select(x => x.Group)));
        var named = new Dictionary<string, Tensor>();
        int taken = 0, n = 0;
        foreach (JsonElement layer in layers.EnumerateArray())
        {
            string type = layer.GetProperty("class_name").GetString() ?? "";
            string[] parts = Parts(type, layer.GetProperty("config"));
            if (parts.Length == 0) continue;
            if (!groups.TryGetValue(Snake(type), out Queue<string>? queue) || !queue.TryDequeue(out string? group)) throw ShrikeException.InvalidData($"{path}: the weights of its {type} layer {layer.GetProperty("config").GetProperty("name")} are missing");
            for (int i = 0; i < parts.Length; i++, taken++)
            {
                named[$"layer_with_weights-{n}/{parts[i]}"] = stored.TryGetValue(string.Create(CultureInfo.InvariantCulture, $"{group}/vars/{i}"), out Tensor? tensor)
                    ? tensor
                    : throw ShrikeException.InvalidData($"{path}: {group}/vars/{i} is missing");
            }

            n++;
        }

        string[] kept = [.. stored.Keys.Where(k => Containers.Contains(k.Split('/')[0], StringComparer.Ordinal))];
        if (kept.Length != taken) throw ShrikeException.InvalidData($"{path}: holds {kept.Length} variables of layers, but {ConfigEntry} describes {taken}");
        return named.Count > 0 ? named : throw ShrikeException.InvalidData($"{path}: holds no layer with weights");
    }

    /// <summary>Variables of a layer in the order they are stored; none for layers without weights.</summary>
    private static string[] Parts(string type, JsonElement config)
    {
        bool On(string name) => !config.TryGetProperty(name, out JsonElement v) || v.GetBoolean();
        return type switch
        {
            "Conv2D" or "Dense" => On("use_bias") ? ["kernel", "bias"] : ["kernel"],
            "BatchNormalization" => [.. On("scale") ? ["gamma"] : (string[])[], .. On("center") ? ["beta"] : (string[])[], "moving_mean", "moving_variance"],
            _ => [],
        };
    }

    /// <summary>Keras' own rule: an underscore before a capital that begins a word.</summary>
    private static string Snake(string type) => type switch
    {
        "Conv2D" => "conv2d",
        "BatchNormalization" => "batch_normalization",
        _ => type.ToLowerInvariant(),
    };

    private static (string Stem, int Number) SplitNumber(string name)
    {
        int cut = name.LastIndexOf('_');
        return cut > 0 && int.TryParse(name.AsSpan(cut + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? (name[..cut], n) : (name, 0);
    }

    private static byte[] ReadEntry(ZipArchive zip, string path, string name)
    {
        ZipArchiveEntry entry = zip.GetEntry(name) ?? throw ShrikeException.InvalidData($"{path}: is not a .keras archive: it holds no {name}");
        long most = Math.Min(Array.MaxLength, (MaxRatio * new FileInfo(path).Length) + (1 << 20));
        if (entry.Length > most) throw ShrikeException.InvalidData($"{path}: {name} would grow to {entry.Length} bytes, which cannot be");
        using Stream stream = entry.Open();
        var all = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (int got; (got = stream.Read(buffer)) > 0;)
        {
            all.Write(buffer, 0, got);
            if (all.Length > entry.Length) throw ShrikeException.InvalidData($"{path}: {name} is longer than it says");
        }

        return all.Length == entry.Length ? all.ToArray() : throw ShrikeException.InvalidData($"{path}: {name} is cut off");
    }
}
