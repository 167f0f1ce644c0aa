using Shrike.Cli.Flags;
using Shrike.Core;
using Shrike.Inference.Models;

namespace Shrike.Cli.Commands;

/// <summary>The flag that says in which arithmetic the network runs: it chooses among the default models, and checks any other package.</summary>
internal sealed class PrecisionFlag(FlagSet flags)
{
    private readonly Flag<string> _precision = flags.Choice("precision", "arithmetic of the network on the CPU; not given: the package's own", "fp32", "fp32", "int8");

    /// <summary>The default model is to be the one in 8 bits.</summary>
    public bool IsInt8 => _precision is { IsSet: true, Value: "int8" };

    /// <summary>Refuses a package that cannot run so.</summary>
    public void Check(ModelPackage package)
    {
        if (!_precision.IsSet) return;
        bool quantized = package.Description.Quantization is not null;
        if (_precision.Value == "int8" && !quantized) throw ShrikeException.Usage($"--precision int8: {package.Path} holds float32 weights: make a package of it with shrike models quantize");
        if (_precision.Value == "fp32" && quantized) throw ShrikeException.Usage($"--precision fp32: {package.Path} holds int8 weights: give the package it was made from");
    }
}
