using Shrike.Core;
using Shrike.Inference.Cpu;
using Shrike.Inference.Cuda;
using Shrike.Inference.Models;

namespace Shrike.Inference;

/// <summary>Gives every thread of a run its backend, on the device that was chosen.</summary>
public sealed class NetworkBackends : IDisposable
{
    private const int CpuBatchSize = 8;

    private readonly ModelPackage _model;
    private readonly SharedGpus? _gpus;

    /// <param name="model">The model.</param>
    /// <param name="device">Where it runs.</param>
    /// <exception cref="ShrikeException">The model is quantized, which GPUs do not run.</exception>
    public NetworkBackends(ModelPackage model, DeviceChoice device)
    {
        _model = model;
        if (device.Gpus.Count > 0 && model.Description.Quantization is not null) throw ShrikeException.Usage($"{model.Path}: is a quantized model, which runs on the CPU only: leave out --device, or give the package it was made from");
        if (device.Gpus.Count > 0) _gpus = new SharedGpus(device.Gpus.Select(i => CudaDevices.Inventory.Devices.First(d => d.Index == i)), model);
    }

    /// <summary>Images a thread should hand over at once.</summary>
    public int BatchSize => _gpus?.BatchSize ?? CpuBatchSize;

    /// <summary>A backend for one thread.</summary>
    public INetworkBackend ForThread() => _gpus is not null ? _gpus.ForThread() : new OnnxBackend(_model.Description.Network, _model.Weights, CpuBatchSize, quantization: _model.Description.Quantization);

    /// <summary>How busy the GPUs have been, one line each; nothing on the CPU.</summary>
    public IEnumerable<string> Report() => _gpus?.Report() ?? [];

    /// <summary>Share of the time so far in which kernels ran, mean of the GPUs; null on the CPU.</summary>
    public double? BusyShare => _gpus?.BusyShare;

    /// <inheritdoc/>
    public void Dispose() => _gpus?.Dispose();
}
