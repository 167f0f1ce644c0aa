using System.Text.Json;
using Shrike.Core;
using Shrike.Formats.Safetensors;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;
using Weight = Shrike.Formats.Safetensors.Tensor;

namespace Shrike.Training.Trainer;

/// <summary>How far a training has come, besides its tensors.</summary>
/// <param name="Step">Steps made.</param>
/// <param name="Best">Least validation loss so far; null before the first validation.</param>
/// <param name="SinceBest">Validations since.</param>
/// <param name="Settings">Fingerprint of data and settings; a training goes on only with the same.</param>
/// <param name="Curve">What was measured so far.</param>
internal sealed record TrainingProgress(long Step, double? Best, int SinceBest, string Settings, IReadOnlyList<CurvePoint> Curve);

/// <summary>The state of a training on disk: a folder that appears when whole, one for each kept step.</summary>
internal static class Checkpoint
{
    private const string Prefix = "step-";
    private const string ProgressFile = "progress.json";
    private const string TensorsFile = "tensors.safetensors";

    /// <summary>Writes a checkpoint and deletes older ones.</summary>
    public static void Save(string folder, TrainingProgress progress, IReadOnlyDictionary<string, Tensor> tensors)
    {
        string name = Path.Combine(folder, $"{Prefix}{progress.Step:D9}");
        string temporary = $"{name}.{Environment.ProcessId}.tmp";
        try
        {
            Directory.CreateDirectory(temporary);
            SafetensorsFile.Write(Path.Combine(temporary, TensorsFile), TorchNetwork.Export(tensors));
            File.WriteAllText(Path.Combine(temporary, ProgressFile), JsonSerializer.Serialize(progress));
            if (Directory.Exists(name)) Directory.Delete(name, recursive: true);
            Directory.Move(temporary, name);
            foreach (string old in Directory.GetDirectories(folder, Prefix + "*").Where(d => d != name)) Directory.Delete(old, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ShrikeException.InputOutput($"{name}: the checkpoint cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Refuses a folder that holds a checkpoint, which a new training would overwrite.</summary>
    /// <exception cref="ShrikeException">It holds one.</exception>
    public static void RequireNone(string folder)
    {
        if (Newest(folder) is not null) throw ShrikeException.Usage($"{folder}: holds the checkpoint of a training: give --resume to go on with it, or another --checkpoint_dir");
    }

    /// <summary>Deletes the checkpoints of a folder; curves and pictures stay.</summary>
    public static void Delete(string folder)
    {
        if (!Directory.Exists(folder)) return;
        foreach (string old in Directory.GetDirectories(folder, Prefix + "*")) Directory.Delete(old, recursive: true);
    }

    /// <summary>Fills tensors from the newest checkpoint of a folder.</summary>
    /// <returns>Its progress; null if there is none.</returns>
    /// <exception cref="ShrikeException">It is damaged or of another training.</exception>
    public static TrainingProgress? Load(string folder, string settings, IReadOnlyDictionary<string, Tensor> tensors)
    {
        if (Newest(folder) is not { } name) return null;
        TrainingProgress progress;
        try
        {
            progress = JsonSerializer.Deserialize<TrainingProgress>(File.ReadAllText(Path.Combine(name, ProgressFile))) ?? throw new JsonException("it is null");
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            throw ShrikeException.InvalidData($"{name}: the checkpoint is damaged: {e.Message}");
        }

        if (progress.Settings != settings) throw ShrikeException.Usage($"{name}: belongs to a training with other data or settings ({progress.Settings}, not {settings}): leave out --resume, or give another --checkpoint_dir");
        Dictionary<string, Weight> saved = SafetensorsFile.Read(Path.Combine(name, TensorsFile)).ToDictionary();
        using (torch.no_grad())
        {
            foreach ((string key, Tensor tensor) in tensors)
            {
                if (!saved.TryGetValue(key, out Weight? w) || w.Shape.Aggregate(1L, (n, d) => n * d) != tensor.numel()) throw ShrikeException.InvalidData($"{name}: the checkpoint has no {key} of {tensor.numel()} numbers");
                using Tensor value = torch.tensor(w.Values, tensor.shape);
                tensor.copy_(value);
            }
        }

        return progress;
    }

    private static string? Newest(string folder) =>
        Directory.Exists(folder) ? Directory.GetDirectories(folder, Prefix + "*").Where(d => !d.EndsWith(".tmp", StringComparison.Ordinal)).Max(StringComparer.Ordinal) : null;
}
