using System.Globalization;
using Shrike.Core;

namespace Shrike.Inference.Cuda;

/// <summary>Where the network runs.</summary>
/// <param name="Gpus">GPUs to use; empty means the CPU.</param>
/// <param name="Reason">One line for the log.</param>
public sealed record DeviceChoice(IReadOnlyList<int> Gpus, string Reason)
{
    /// <summary>
    /// Reads <c>auto</c>, <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c> or a list of GPUs. Only auto ever falls back to the CPU.
    /// </summary>
    /// <exception cref="ShrikeException">Not a device (exit 2), or a GPU that is not there (exit 6).</exception>
    public static DeviceChoice Parse(string text, Func<CudaInventory> inventory)
    {
        string[] names = [.. text.ToLowerInvariant().Split(',', StringSplitOptions.TrimEntries)];
        if (names is ["cpu"]) return new([], "the network runs on the CPU, as asked");
        if (names is ["auto"])
        {
            CudaInventory found = inventory();
            if (found.Problem is not null) return new([], $"the network runs on the CPU: {found.Problem}");
            CudaDevice first = found.Devices.First(d => d.Usable);
            return new([first.Index], $"the network runs on {first}, the first usable GPU");
        }

        int[] wanted = [.. names.Select(n => n == "cuda" ? 0
            : n.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(n.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index
            : throw ShrikeException.Usage($"--device {text}: \"{n}\" is not a device: auto, cpu, cuda, cuda:N or a list cuda:0,cuda:1"))];
        if (wanted.Distinct().Count() != wanted.Length) throw ShrikeException.Usage($"--device {text}: names a GPU twice");
        CudaInventory there = inventory();
        if (there.Problem is not null) throw new ShrikeException(ExitCode.DeviceUnavailable, $"--device {text}: {there.Problem} (shrike doctor shows what was looked at; --device cpu works without a GPU)");
        CudaDevice[] chosen = [.. wanted.Select(w => there.Devices.FirstOrDefault(d => d.Index == w && d.Usable)
            ?? throw new ShrikeException(ExitCode.DeviceUnavailable, $"--device {text}: there is no usable cuda:{w}; there {(there.Devices.Count == 1 ? "is" : "are")} {string.Join(", ", there.Devices)}"))];
        return new(wanted, $"the network runs on {string.Join(", ", (IEnumerable<CudaDevice>)chosen)}, as asked");
    }
}
