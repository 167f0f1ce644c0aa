using Shrike.Pipeline.Engine;
using Shrike.Pipeline.Telemetry;

namespace Shrike.Pipeline.Tests.Telemetry;

public sealed class BottleneckTests
{
    private static string Of(double examples, double network, double calls, double seconds, double cpu, double startUp = 1, int threads = 4, int cores = 8, double? gpu = null, long takenOver = 0)
    {
        var summary = new CallingSummary(10, 100, 50, 50, 0, 90, examples, network, calls) { Seconds = seconds, GpuBusyShare = gpu, TakenOverPartitions = takenOver };
        Bottleneck found = Bottleneck.Of(summary, new ProcessUse(seconds + startUp, cpu, 1), startUp, threads, cores);
        return $"{found.Resource}: {found.Words}";
    }

    [Fact]
    public void BusyCoresAreNamedWithTheirStages()
    {
        Assert.Equal("cores: bottleneck: the cores (examples 70 %, network 25 %, calls 5 %): more threads would help: this machine has 8 cores (--num_shards 8)", Of(28, 10, 2, 10, 40));
        Assert.Equal("cores: bottleneck: the cores (examples 25 %, network 70 %, calls 5 %): a machine with more cores would help, or a GPU (--device cuda)", Of(10, 28, 2, 10, 40, cores: 4));
    }

    [Fact]
    public void AGpuIsTooSlowOrNotFed()
    {
        Assert.StartsWith("gpu: bottleneck: the GPU (busy 93 %): another one would help", Of(10, 28, 2, 10, 15, gpu: 0.93), StringComparison.Ordinal);

        // The threads' time at the network is waiting, which uses no core.
        Assert.StartsWith("cores: bottleneck: the cores, which kept the GPU busy for 20 %: more threads would help", Of(30, 8, 2, 10, 33, gpu: 0.2), StringComparison.Ordinal);
    }

    [Fact]
    public void OtherCausesAreTold()
    {
        Assert.StartsWith("start-up: bottleneck: start-up (3.0 s; the calling took 1.0 s)", Of(0.5, 0.2, 0.1, 1, 1, startUp: 3), StringComparison.Ordinal);
        Assert.StartsWith("output: bottleneck: writing (9.0 of 10.0 s", Of(20, 8, 9, 10, 37), StringComparison.Ordinal);
        Assert.StartsWith("waiting: bottleneck: waiting (the threads were on a core for 25 % of their time)", Of(28, 10, 2, 10, 10), StringComparison.Ordinal);
        Assert.Equal("resumed: bottleneck: not known, as most was taken over from an earlier run", Of(20, 8, 9, 10, 37, takenOver: 6));
        Assert.StartsWith("output: ", Of(20, 8, 9, 10, 37, takenOver: 5), StringComparison.Ordinal);
        Assert.StartsWith("regions: bottleneck: the regions, which gave work to 1.0 of 4 threads", Of(7, 2, 1, 10, 10), StringComparison.Ordinal);
    }
}
