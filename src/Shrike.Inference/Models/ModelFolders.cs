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
        var tried = new List<string>();
        if (Environment.GetEnvironmentVariable("SHRIKE_MODELS") is { Length: > 0 } named) tried.Add(Path.Combine(named, name));
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder)) tried.Add(Path.Combine(folder, "models", name));
        return tried.FirstOrDefault(f => File.Exists(Path.Combine(f, "model.json")))
            ?? throw ShrikeException.Usage($"the default model {name} is not installed (looked at {string.Join(", ", tried.Take(3))} ...): set SHRIKE_MODELS to the folder that holds {name}/");
    }
}
