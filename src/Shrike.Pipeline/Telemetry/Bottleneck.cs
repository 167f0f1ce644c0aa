using System.Globalization;
using Shrike.Pipeline.Engine;

namespace Shrike.Pipeline.Telemetry;

/// <summary>What a run had too little of.</summary>
/// <param name="Resource">One word for machines: resumed, start-up, gpu, output, waiting, regions or cores.</param>
/// <param name="Words">One line for people: what it was, and what to add.</param>
public readonly record struct Bottleneck(string Resource, string Words)
{
    // Beyond these shares something is said to be busy, or to have waited.
    private const double Busy = 0.8;
    private const double Idle = 0.6;

    /// <summary>Judges by the measured times.</summary>
    /// <param name="s">What the run did.</param>
    /// <param name="use">What it used.</param>
    /// <param name="startUp">Seconds before the calling began.</param>
    /// <param name="threads">Threads it had.</param>
    /// <param name="cores">Cores the process may use.</param>
    public static Bottleneck Of(CallingSummary s, ProcessUse use, double startUp, int threads, int cores)
    {
        if (2 * s.TakenOverPartitions > s.Partitions) return Say("resumed", "not known, as most was taken over from an earlier run");
        if (startUp > s.Seconds) return Say("start-up", $"start-up ({Number(startUp)} s; the calling took {Number(s.Seconds)} s): a longer run will tell more");
        if (s.GpuBusyShare is >= Busy and var share) return Say("gpu", $"the GPU (busy {Percent(share)}): another one would help (--devices cuda:0,cuda:1)");
        if (threads > 1 && s.StageThreeSeconds >= Busy * s.Seconds) return Say("output", $"writing ({Number(s.StageThreeSeconds)} of {Number(s.Seconds)} s, by one thread at a time): a faster disk for the outputs would help");

        // What a thread waits for a GPU is no work of a core.
        double work = s.StageOneSeconds + s.StageThreeSeconds + (s.GpuBusyShare is null ? s.StageTwoSeconds : 0);
        double busy = s.StageOneSeconds + s.StageTwoSeconds + s.StageThreeSeconds;
        if (use.CpuSeconds < Idle * work) return Say("waiting", $"waiting (the threads were on a core for {Percent(use.CpuSeconds / work)} of their time): a faster disk for the inputs would help, or cores that no other program uses");
        if (busy < Idle * threads * s.Seconds) return Say("regions", $"the regions, which gave work to {Number(busy / s.Seconds)} of {threads} threads: nothing to add; fewer threads would do");
        string more = threads < cores ? $"more threads would help: this machine has {cores} cores (--num_shards {cores})" : "a machine with more cores would help";
        if (s.GpuBusyShare is { } gpu) return Say("cores", $"the cores, which kept the GPU busy for {Percent(gpu)}: {more}");
        double network = s.StageTwoSeconds / busy;
        if (network > 0.5) more += ", or a GPU (--device cuda)";
        return Say("cores", $"the cores (examples {Percent(s.StageOneSeconds / busy)}, network {Percent(network)}, calls {Percent(s.StageThreeSeconds / busy)}): {more}");
    }

    private static Bottleneck Say(string resource, string words) => new(resource, "bottleneck: " + words);

    private static string Percent(double share) => Math.Round(100 * share).ToString(CultureInfo.InvariantCulture) + " %";

    private static string Number(double value) => value.ToString("F1", CultureInfo.InvariantCulture);
}
