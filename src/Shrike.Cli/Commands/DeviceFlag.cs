using Shrike.Cli.Flags;
using Shrike.Core;
using Shrike.Inference.Cuda;

namespace Shrike.Cli.Commands;

/// <summary>The flags that say where the network runs.</summary>
internal sealed class DeviceFlag
{
    private readonly Flag<string> _device;
    private readonly Flag<string> _devices;

    public DeviceFlag(FlagSet flags)
    {
        _device = flags.Text("device", "where the network runs: cpu, cuda, cuda:N, or auto for the first usable GPU", "cpu");
        _devices = flags.Text("devices", "several GPUs: cuda:0,cuda:1");
    }

    /// <summary>The choice; what it is and why goes to the log unless it is the default.</summary>
    public DeviceChoice Choose(Action<string> log)
    {
        if (_device.IsSet && _devices.IsSet) throw ShrikeException.Usage("--device and --devices exclude each other");
        DeviceChoice choice = DeviceChoice.Parse(_devices.IsSet ? _devices.Value : _device.Value, () => CudaDevices.Inventory);
        if (_device.IsSet || _devices.IsSet) log(choice.Reason);
        return choice;
    }
}
