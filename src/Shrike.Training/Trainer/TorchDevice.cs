using System.Globalization;
using Shrike.Core;
using TorchSharp;

namespace Shrike.Training.Trainer;

/// <summary>Where a training computes.</summary>
internal static class TorchDevice
{
    /// <summary>The device of <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>; never another one than asked for.</summary>
    /// <exception cref="ShrikeException">The text is none of these (exit 2), or libtorch has no such GPU (exit 6).</exception>
    public static torch.Device Parse(string text)
    {
        if (text == "cpu") return torch.CPU;
        int index = 0;
        bool isCuda = text == "cuda" || (text.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(text[5..], NumberStyles.None, CultureInfo.InvariantCulture, out index));
        if (!isCuda) throw ShrikeException.Usage($"--device is {text}; it must be cpu, cuda or cuda:N");
        if (!torch.cuda.is_available()) throw new ShrikeException(ExitCode.DeviceUnavailable, $"--device {text}: this libtorch sees no GPU: build with -p:TorchPackage=TorchSharp-cuda-linux on a machine with an NVIDIA driver, or leave --device out");
        int count = torch.cuda.device_count();
        return index < count ? new torch.Device(DeviceType.CUDA, index) : throw new ShrikeException(ExitCode.DeviceUnavailable, $"--device {text}: there are {count} GPUs, numbered from 0");
    }
}
