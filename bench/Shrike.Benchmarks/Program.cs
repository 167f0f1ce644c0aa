using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Shrike.Benchmarks;

// Data for bench/postprocess, which times whole processes.
if (args is ["predictions", var folder, var records])
{
    SyntheticPredictions.Write(folder, int.Parse(records, CultureInfo.InvariantCulture));
    return;
}

if (args is ["images-per-second"])
{
    ImagesPerSecond.Run();
    return;
}

// One configuration for all: in this process, so that the reference data and htslib are found as the program finds them.
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(
    args,
    DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance)).WithOptions(ConfigOptions.DisableOptimizationsValidator));
