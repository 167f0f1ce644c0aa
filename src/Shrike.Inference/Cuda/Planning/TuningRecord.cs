using System.Globalization;
using System.Text;
using Shrike.Inference.Cuda.Kernels;

namespace Shrike.Inference.Cuda.Planning;

/// <summary>Which kernel a convolution uses, and how long it took for a full batch.</summary>
/// <param name="Layers">Layers of the convolution.</param>
/// <param name="Kernel">Name of the kernel.</param>
/// <param name="Milliseconds">Time of a full batch.</param>
public readonly record struct KernelChoice(string Layers, string Kernel, float Milliseconds);

/// <summary>Measured choices as text, one a line: layers, kernel, milliseconds, separated by tabs.</summary>
internal static class TuningRecord
{
    /// <summary>What the choices depend on: GPU, driver, kernels, convolutions, batch, precision.</summary>
    public static string Key(CudaDevice device, int driver, DevicePlan plan, int batch, bool bfloat)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{device.Name}|{device.Capability}|{device.MemoryBytes}|{driver}|{batch}|{bfloat}|{CudaCache.Key(KernelLibrary.Source)}");
        foreach (ConvolutionStep c in plan.Steps.OfType<ConvolutionStep>()) text.Append(CultureInfo.InvariantCulture, $"|{c.Name} {c.Input.Rows}x{c.Input.Columns}x{c.Input.Lanes} {c.Kernel[0]}x{c.Kernel[1]} {c.Stride[0]}x{c.Stride[1]} {c.Filters}");
        return CudaCache.Key(text.ToString());
    }

    /// <summary>As text.</summary>
    public static byte[] Write(IEnumerable<KernelChoice> choices) =>
        Encoding.UTF8.GetBytes(string.Concat(choices.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Layers}\t{c.Kernel}\t{c.Milliseconds:R}\n"))));

    /// <summary>From text; null unless it names exactly a plan's convolutions, in order, with kernels there are.</summary>
    public static List<KernelChoice>? Read(ReadOnlySpan<byte> text, DevicePlan plan)
    {
        var choices = new List<KernelChoice>();
        foreach (string line in Encoding.UTF8.GetString(text).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] fields = line.Split('\t');
            if (fields.Length != 3 || !float.TryParse(fields[2], NumberStyles.Float, CultureInfo.InvariantCulture, out float time) || !ConvolutionTile.All.Any(t => t.Kernel == fields[1])) return null;
            choices.Add(new KernelChoice(fields[0], fields[1], time));
        }

        return choices.Select(c => c.Layers).SequenceEqual(plan.Steps.OfType<ConvolutionStep>().Select(s => s.Name)) ? choices : null;
    }
}
