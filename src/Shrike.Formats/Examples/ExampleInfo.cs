using System.Text.Json;
using Shrike.Core;

namespace Shrike.Formats.Examples;

/// <summary>The description beside an examples file or in a model folder (example_info.json).</summary>
/// <param name="Shape">[height, width, channels] of the images; null if there are none.</param>
/// <param name="Channels">Channel numbers in image order.</param>
public sealed record ExampleInfo(int[]? Shape, int[] Channels)
{
    /// <summary>Release whose behaviour the files follow.</summary>
    public const string Version = "1.9.0";

    /// <summary>Channels the model was trained without (a model folder of the original only).</summary>
    public int[] AblationChannels { get; init; } = [];

    /// <summary>Release that wrote the file; empty if it does not say.</summary>
    public string WrittenBy { get; init; } = "";

    /// <summary>Name of the description of an examples file.</summary>
    public static string PathFor(string examples) => examples + ".example_info.json";

    /// <summary>The text, byte for byte as the original writes it.</summary>
    public string ToJson() =>
        $"{{\"version\": \"{Version}\", \"shape\": {(Shape is null ? "null" : List(Shape))}, \"channels\": {List(Channels)}}}";

    /// <summary>Reads a description.</summary>
    /// <exception cref="ShrikeException">The file is not such a description (exit 3) or cannot be read (exit 4).</exception>
    public static ExampleInfo Read(string path)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement shape = json.RootElement.GetProperty("shape");
            int[]? dimensions = shape.ValueKind == JsonValueKind.Null ? null : [.. shape.EnumerateArray().Select(x => x.GetInt32())];
            if (dimensions is not null && (dimensions.Length != 3 || dimensions.Any(d => d is < 1 or > 10_000))) throw new FormatException("shape needs three positive numbers");
            return new ExampleInfo(dimensions, Numbers(json.RootElement.GetProperty("channels")))
            {
                AblationChannels = json.RootElement.TryGetProperty("ablation_channels", out JsonElement ablation) && ablation.ValueKind != JsonValueKind.Null ? Numbers(ablation) : [],
                WrittenBy = json.RootElement.TryGetProperty("version", out JsonElement version) ? version.GetString() ?? "" : "",
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw ShrikeException.InvalidData($"{path}: is not an example description: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ShrikeException.InputOutput($"{path}: cannot be read: {e.Message}", e);
        }
    }

    private static int[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(x => x.GetInt32())];

    private static string List(int[] numbers) => $"[{string.Join(", ", numbers)}]";
}
