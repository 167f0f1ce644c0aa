using Shrike.Core;

namespace Shrike.Inference.Models;

/// <summary>Where the models that ship are: in the folder named by SHRIKE_MODELS, else in <c>models</c> beside the program or in a folder above it.</summary>
public static class ModelFolders
{
    /// <summary>The folder of a model that ships.</summary>
    /// <param name="name">Its folder's name, e.g. <c>wgs</c>.</param>
    /// <exception cref="ShrikeException">It is not installed.</exception>
    public static string Find(string name)
    {
        List<string> tried = [.. Roots().Select(r => Path.Combine(r, name))];
        return tried.FirstOrDefault(f => File.Exists(Path.Combine(f, "model.json")))
            ?? throw ShrikeException.Usage($"the default model {name} is not installed (looked at {string.Join(", ", tried.Take(3))} ...): set SHRIKE_MODELS to the folder that holds {name}/");
    }

    /// <summary>All models that can be named: the first of every name.</summary>
    public static IReadOnlyList<string> All() =>
        [.. Roots().Where(Directory.Exists).SelectMany(r => Directory.GetDirectories(r).Order(StringComparer.Ordinal)).Where(f => File.Exists(Path.Combine(f, "model.json"))).DistinctBy(Path.GetFileName)];

    private static IEnumerable<string> Roots()
    {
        if (Environment.GetEnvironmentVariable("SHRIKE_MODELS") is { Length: > 0 } named) yield return named;
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder)) yield return Path.Combine(folder, "models");
    }
}
