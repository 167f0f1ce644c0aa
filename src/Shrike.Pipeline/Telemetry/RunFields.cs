using System.Text.Json.Nodes;
using Shrike.Core.Guarding;
using Shrike.Pipeline.Engine;

namespace Shrike.Pipeline.Telemetry;

/// <summary>Names of the numbers in the log for machines.</summary>
internal static class RunFields
{
    /// <summary>How far a run is.</summary>
    public static JsonObject Of(RunProgress progress, double seconds) => new()
    {
        ["seconds"] = Math.Round(seconds, 3),
        ["bases"] = progress.Bases,
        ["total_bases"] = progress.TotalBases,
        ["taken_over_bases"] = progress.TakenOver,
        ["candidates"] = progress.Candidates,
        ["images"] = progress.Images,
        ["small_model_answers"] = progress.SmallModelCalls,
    };

    /// <summary>What a run that stands still is at.</summary>
    public static JsonObject Of(Stall stall) => new()
    {
        ["text"] = stall.ToString(),
        ["seconds"] = Math.Round(stall.Seconds, 3),
        ["cpu_seconds"] = Math.Round(stall.CpuSeconds, 3),
        ["in_work"] = new JsonArray([.. stall.InWork.Select(p => new JsonObject { ["region"] = p.Region, ["stage"] = p.StageName })]),
    };

    /// <summary>What a run did and used.</summary>
    public static JsonObject Of(CallingSummary s, ProcessUse use, Bottleneck bottleneck) => new()
    {
        ["seconds"] = Math.Round(use.WallSeconds, 3),
        ["cpu_seconds"] = Math.Round(use.CpuSeconds, 3),
        ["peak_memory_bytes"] = use.PeakBytes,
        ["partitions"] = s.Partitions,
        ["taken_over_partitions"] = s.TakenOverPartitions,
        ["candidates"] = s.Candidates,
        ["images"] = s.Images,
        ["small_model_answers"] = s.SmallModelCalls,
        ["small_model_share"] = Math.Round(s.SmallModelShare, 6),
        ["records"] = s.Records,
        ["calling_seconds"] = Math.Round(s.Seconds, 3),
        ["busy_seconds"] = new JsonObject
        {
            ["examples"] = Math.Round(s.StageOneSeconds, 3),
            ["network"] = Math.Round(s.StageTwoSeconds, 3),
            ["calls"] = Math.Round(s.StageThreeSeconds, 3),
        },
        ["gpu_busy_share"] = s.GpuBusyShare is { } gpu ? Math.Round(gpu, 4) : null,
        ["bottleneck"] = bottleneck.Resource,
    };
}
