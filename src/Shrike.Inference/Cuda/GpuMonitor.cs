using System.Globalization;
using Shrike.Inference.Cuda.Native;

namespace Shrike.Inference.Cuda;

/// <summary>One look at a GPU.</summary>
/// <param name="Utilization">Percent of the last period in which a kernel ran, as the driver counts it.</param>
/// <param name="MemoryBytes">Memory in use, by all programs.</param>
/// <param name="Watts">Power; 0 where the GPU does not tell.</param>
public readonly record struct GpuSample(int Utilization, long MemoryBytes, double Watts);

/// <summary>Looks at a GPU a few times a second and keeps means and maxima.</summary>
public sealed class GpuMonitor : IDisposable
{
    private readonly Func<GpuSample?> _look;
    private readonly TimeSpan _interval;
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;
    private readonly object _gate = new();
    private long _count;
    private double _utilization;
    private double _watts;
    private long _memory;

    /// <param name="look">Takes a sample; null if there is none.</param>
    /// <param name="interval">Time between samples.</param>
    public GpuMonitor(Func<GpuSample?> look, TimeSpan interval)
    {
        (_look, _interval) = (look, interval);
        _thread = new Thread(Watch) { IsBackground = true, Name = "shrike GPU monitor" };
        _thread.Start();
    }

    /// <summary>Mean utilisation in percent, largest memory in use, mean power; null before the first sample.</summary>
    public GpuSample? Summary
    {
        get
        {
            lock (_gate) return _count == 0 ? null : new GpuSample((int)Math.Round(_utilization / _count), _memory, _watts / _count);
        }
    }

    /// <summary>File of NVIDIA's management library; null where it is missing.</summary>
    public static string? Library
    {
        get
        {
            CudaLibraries.Install();
            return CudaLibraries.Locate(CudaLibraries.Management);
        }
    }

    /// <summary>A monitor of a GPU by NVIDIA's management library; null where that is missing.</summary>
    public static unsafe GpuMonitor? Watch(CudaDevice device)
    {
        if (Library is null || Nvml.nvmlInit_v2() != 0) return null;
        byte* bus = stackalloc byte[64];
        if (CudaDriver.cuDeviceGet(out int number, device.Index) != 0 || CudaDriver.cuDeviceGetPCIBusId(bus, 64, number) != 0 || Nvml.nvmlDeviceGetHandleByPciBusId_v2(bus, out nint handle) != 0) return null;
        return new GpuMonitor(() => Look(handle), TimeSpan.FromMilliseconds(250));
    }

    /// <summary>The summary in words, to stand in a run's report.</summary>
    public static string Words(GpuSample? sample) => sample is not { } s
        ? "no samples of the driver"
        : string.Create(CultureInfo.InvariantCulture, $"driver: utilisation {s.Utilization} %, {s.MemoryBytes / (double)(1 << 30):F1} GiB in use{(s.Watts > 0 ? $", {s.Watts:F0} W" : "")}");

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    private static GpuSample? Look(nint handle)
    {
        if (Nvml.nvmlDeviceGetUtilizationRates(handle, out Nvml.Utilization use) != 0 || Nvml.nvmlDeviceGetMemoryInfo(handle, out Nvml.MemoryInfo memory) != 0) return null;
        double watts = Nvml.nvmlDeviceGetPowerUsage(handle, out uint milliwatts) == 0 ? milliwatts / 1000.0 : 0;
        return new GpuSample((int)use.Gpu, (long)memory.Used, watts);
    }

    private void Watch()
    {
        do
        {
            if (_look() is not { } sample) continue;
            lock (_gate)
            {
                _count++;
                _utilization += sample.Utilization;
                _watts += sample.Watts;
                _memory = Math.Max(_memory, sample.MemoryBytes);
            }
        }
        while (!_stop.Wait(_interval));
    }
}
