using Shrike.Calling;
using Shrike.Core;
using Shrike.Core.Guarding;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Partitioning;
using Shrike.Inference.Cuda;
using Shrike.Inference.Models;
using Shrike.Pipeline.Resuming;
using Shrike.Pipeline.Telemetry;

namespace Shrike.Pipeline.Engine;

/// <summary>A whole run in one process: reads to calls without files in between.</summary>
public sealed record CallingRun
{
    /// <summary>Stage 1; its image shape fits the model.</summary>
    public required StageOneOptions Stage { get; init; }

    /// <summary>The model of stage 2.</summary>
    public required ModelPackage Model { get; init; }

    /// <summary>Stage 3.</summary>
    public CallingOptions Calling { get; init; } = new();

    /// <summary>Sample name.</summary>
    public required string SampleName { get; init; }

    /// <summary>Calls.</summary>
    public required string Vcf { get; init; }

    /// <summary>Calls and reference blocks; null for none.</summary>
    public string? Gvcf { get; init; }

    /// <summary>The files a run writes, whatever indexes they get.</summary>
    internal IEnumerable<string> Outputs => ((string?[])[Vcf, Gvcf]).OfType<string>().SelectMany(o => (string[])[o, o + ".tbi", o + ".csi"]);

    /// <summary>White-space separated regions; empty for all.</summary>
    public string Regions { get; init; } = "";

    /// <summary>White-space separated regions to leave out; empty for none.</summary>
    public string ExcludeRegions { get; init; } = "";

    /// <summary>Most bases of a partition.</summary>
    public int PartitionSize { get; init; } = 1000;

    /// <summary>Where the network runs.</summary>
    public DeviceChoice Device { get; init; } = new([], "");

    /// <summary>GPUs get rows of bases and paint the images themselves. Without effect on the CPU.</summary>
    public bool PaintsOnDevice { get; init; }

    /// <summary>Receives what there is to say about the devices.</summary>
    public Action<string> Log { get; init; } = _ => { };

    /// <summary>Threads, at least 1; nothing of the run uses more.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>How finished work is recorded, to go on after a failure; null if it is not.</summary>
    public ResumeOptions? Records { get; init; }

    /// <summary>Watches over the run.</summary>
    public RunGuard Guard { get; init; } = new();

    /// <summary>Is told how far the run is.</summary>
    public RunProgress Progress { get; init; } = new();

    /// <summary>Further header lines.</summary>
    public IReadOnlyList<string> HeaderLines { get; init; } = [];

    /// <summary>What is called: <see cref="Regions"/> without <see cref="ExcludeRegions"/> on the contigs all inputs share.</summary>
    /// <exception cref="ShrikeException">Nothing is left, or the inputs do not fit together (exit 2).</exception>
    public RegionSet CalledRegions(InputPreflight inputs) =>
        CallingRegions.Select(inputs.Reference, CallingRegions.CommonContigs(inputs.Reference, inputs.ReadContigs), Regions, ExcludeRegions);
}

/// <summary>What a run did.</summary>
/// <param name="Partitions">Partitions.</param>
/// <param name="Candidates">Candidate sites.</param>
/// <param name="Images">Images the network saw.</param>
/// <param name="SmallModelCalls">ALT sets the small model answered instead.</param>
/// <param name="SmallModelWithdrawn">Sites it answered in part while the rest could not be drawn; they have no call.</param>
/// <param name="Records">Records in the VCF.</param>
/// <param name="StageOneSeconds">Busy seconds of stage 1, over all threads.</param>
/// <param name="StageTwoSeconds">Busy seconds of the network, over all threads.</param>
/// <param name="StageThreeSeconds">Busy seconds of merging and writing.</param>
public readonly record struct CallingSummary(long Partitions, long Candidates, long Images, long SmallModelCalls, long SmallModelWithdrawn, long Records, double StageOneSeconds, double StageTwoSeconds, double StageThreeSeconds)
{
    /// <summary>Partitions taken over from an earlier run; their calls are counted, but no time.</summary>
    public long TakenOverPartitions { get; init; }

    /// <summary>Partitions of too many candidates, whose reads were not phased.</summary>
    public long UnphasedPartitions { get; init; }

    /// <summary>Alleles of given sites in the regions.</summary>
    public long ForcedAlleles { get; init; }

    /// <summary>Those that have a record of their own, as no other record has them.</summary>
    public long ForcedRecords { get; init; }

    /// <summary>Time from the first tile to the whole output, without what comes before and after.</summary>
    public double Seconds { get; init; }

    /// <summary>Share of that time in which kernels ran, mean of the GPUs; null on the CPU.</summary>
    public double? GpuBusyShare { get; init; }

    /// <summary>Share of the ALT sets that the small model answered.</summary>
    public double SmallModelShare => SmallModelCalls == 0 ? 0 : (double)SmallModelCalls / (SmallModelCalls + Images);
}
