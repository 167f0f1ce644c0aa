using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Shrike.Pipeline.Explaining;

/// <summary>An explanation as JSON: the records of this folder, names in snake case.</summary>
public static class ExplanationJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>The text, with its line end.</summary>
    public static string Write(Explanation explanation) => JsonSerializer.Serialize(explanation, Options) + "\n";
}
