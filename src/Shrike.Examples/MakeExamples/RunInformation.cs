using System.Diagnostics;
using Shrike.Core;
using Shrike.Examples.Labelling;
using Shrike.Examples.Partitioning;
using Shrike.Examples.Phasing;
using Shrike.Examples.Pileup;
using Shrike.Formats;
using Shrike.Formats.Examples;
using Shrike.Formats.Messages;

namespace Shrike.Examples.MakeExamples;

/// <summary>What a run did, in the message that is written beside its examples.</summary>
internal sealed class RunInformation
{
    private readonly MakeExamplesRun _run;
    private readonly MakeExamplesRunInfo _info = new() { Stats = new MakeExamplesStats() };
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public RunInformation(MakeExamplesRun run) => _run = run;

    /// <summary>Where the message of an examples file goes.</summary>
    public static string PathFor(string examples) => examples + ".run_info.pbtxt";

    /// <summary>Counts of the examples written so far.</summary>
    public MakeExamplesStats Stats => _info.Stats;

    /// <summary>Counts of the labeler, null where it makes none.</summary>
    public LabelingMetrics? Labelling => _info.LabelingMetrics;

    /// <summary>Counts an example.</summary>
    public void Add(in ExampleKey key)
    {
        MakeExamplesStats s = _info.Stats;
        s.NumExamples++;
        if (PileupExampleCodec.VariantType(key.Variant) == 2) s.NumIndels++;
        else s.NumSnps++;
        if (key.Label is not { } label) return;
        if (label == 0) s.NumClass0++;
        else if (label == 1) s.NumClass1++;
        else if (label == 2) s.NumClass2++;
        if (key.DeNovo == true) s.NumDenovo++;
        else s.NumNondenovo++;
    }

    /// <summary>Adds the counts of a partition.</summary>
    public void Add(LabelingMetrics? metrics)
    {
        if (metrics is null) return;
        _info.LabelingMetrics ??= new LabelingMetrics();
        LabelingCounts.Add(_info.LabelingMetrics, metrics);
    }

    /// <summary>Writes the message.</summary>
    public void Write(string examples, int shards)
    {
        _info.Options = Options(shards);
        TimeSpan user = Process.GetCurrentProcess().UserProcessorTime, system = Process.GetCurrentProcess().PrivilegedProcessorTime;
        _info.ResourceMetrics = new ResourceMetrics
        {
            HostName = Environment.MachineName,
            PhysicalCoreCount = Environment.ProcessorCount,
            TotalMemoryMb = (int)(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20),
            WallTimeSeconds = _clock.Elapsed.TotalSeconds,
            CpuUserTimeSeconds = user.TotalSeconds,
            CpuSystemTimeSeconds = system.TotalSeconds,
            MemoryPeakRssMb = (int)(Process.GetCurrentProcess().PeakWorkingSet64 >> 20),
        };
        AtomicFile.WriteAllText(PathFor(examples), "# proto-message: MakeExamplesRunInfo\n" + ProtoText.Write(_info));
    }

    private MakeExamplesOptions Options(int shards)
    {
        StageOneOptions stage = _run.Stage;
        LabellingOptions? labelling = stage.Labelling;
        var options = new MakeExamplesOptions
        {
            ExcludeContigs = { ExcludedContigs.Names },
            CallingRegions = { Words(_run.Regions) },
            ExcludeCallingRegions = { Words(_run.ExcludeRegions) },
            AlleleCounterOptions = new AlleleCounterOptions
            {
                PartitionSize = _run.PartitionSize,
                TrackRefReads = stage.Counter.TrackReferenceReads,
                NormalizeReads = stage.Counter.NormalizeReads,
                KeepLegacyBehavior = stage.Counter.LegacyBehavior,
            },
            ReferenceFilename = stage.Reference,
            CandidatesFilename = _run.Candidates,
            ExamplesFilename = _run.Examples,
            GvcfFilename = _run.Gvcf,
            TruthVariantsFilename = labelling?.Truth ?? "",
            ConfidentRegionsFilename = _run.ConfidentRegions,
            Mode = labelling is not null ? MakeExamplesOptions.Types.Mode.Training : stage.PositionsOnly ? MakeExamplesOptions.Types.Mode.CandidateSweep : MakeExamplesOptions.Types.Mode.Calling,
            TaskId = _run.Task,
            NumShards = shards,
            RealignerEnabled = stage.Realigner is not null,
            WriteSmallModelExamples = stage.SmallModelExamples,
            SkipPileupImageGeneration = stage.SmallModelExamples && stage.Pileup is null,
            MaxReadsPerPartition = stage.MaxReadsPerPartition,
            VariantCaller = stage.Import is null ? MakeExamplesOptions.Types.VariantCaller.VerySensitiveCaller : MakeExamplesOptions.Types.VariantCaller.VcfCandidateImporter,
            LabelerAlgorithm = labelling?.Algorithm ?? MakeExamplesOptions.Types.LabelerAlgorithm.UnspecifiedLabelerAlgorithm,
            BamFname = labelling?.ReadsName ?? "",
            SampleOptions =
            {
                new SampleOptions
                {
                    ReadsFilenames = { stage.Reads },
                    DownsampleFraction = (float)stage.DownsampleFraction,
                    Name = stage.Caller.SampleName,
                    PileupHeight = stage.Pileup?.Height ?? 0,
                    VariantCallerOptions = new VariantCallerOptions
                    {
                        MinCountSnps = stage.Caller.MinCountSnps,
                        MinCountIndels = stage.Caller.MinCountIndels,
                        MinFractionSnps = stage.Caller.MinFractionSnps,
                        MinFractionIndels = stage.Caller.MinFractionIndels,
                        MinFractionMultiplier = stage.Caller.MinFractionMultiplier,
                        SampleName = stage.Caller.SampleName,
                        Ploidy = 2,
                        SkipUncalledGenotypes = labelling is not null,
                        TrackRefReads = stage.Counter.TrackReferenceReads,
                        SmallModelVafContextWindowSize = stage.Caller.ContextWindowSize,
                    },
                },
            },
        };
        if (stage.Phasing is { } phasing)
        {
            options.PhaseReads = true;
            options.PhaseReadsRegionPaddingPct = PhasingOptions.PaddingPercent;
            options.PhaseMaxCandidates = phasing.MaxCandidates;
            options.OutputPhaseInfo = phasing.OutputPhaseInformation;
            options.ReadPhasesOutput = _run.ReadPhases;
            options.PhasingErrorStatsOutput = _run.PhasingErrors;
        }

        if (labelling is not null)
        {
            options.CustomizedClassesLabelerClassesList = string.Join(',', labelling.Classes);
            options.CustomizedClassesLabelerInfoFieldName = labelling.ClassField;
            options.DownsampleClasses.AddRange(labelling.KeepByClass.Select(k => (float)k));
        }

        return options;
    }

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
