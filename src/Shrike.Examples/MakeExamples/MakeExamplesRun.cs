using Shrike.Core.Guarding;
using Shrike.Examples.Pileup;
using Shrike.Formats.Examples;

namespace Shrike.Examples.MakeExamples;

/// <summary>A run of stage 1 with files.</summary>
public sealed record MakeExamplesRun
{
    /// <summary>What to make of each partition.</summary>
    public required StageOneOptions Stage { get; init; }

    /// <summary>Examples: a name, or base@N of which one task is written; /dev/null does the work and writes nothing.</summary>
    public required string Examples { get; init; }

    /// <summary>Candidates file, sharded like the examples; empty for none.</summary>
    public string Candidates { get; init; } = "";

    /// <summary>Reference records, sharded like the examples; empty for none.</summary>
    public string Gvcf { get; init; } = "";

    /// <summary>Candidate positions of a sweep; empty for none.</summary>
    public string CandidatePositions { get; init; } = "";

    /// <summary>Table of the haplotypes of reads, sharded like the examples; empty for none.</summary>
    public string ReadPhases { get; init; } = "";

    /// <summary>Table of haplotypes beside the input's HP tags, sharded like the examples; empty for none.</summary>
    public string PhasingErrors { get; init; } = "";

    /// <summary>Name of the BED of confident regions, for the run information; empty for none.</summary>
    public string ConfidentRegions { get; init; } = "";

    /// <summary>Write what the run did beside its examples.</summary>
    public bool WriteRunInformation { get; init; }

    /// <summary>Which shard to write.</summary>
    public int Task { get; init; }

    /// <summary>White-space separated regions; empty for all.</summary>
    public string Regions { get; init; } = "";

    /// <summary>Regions to leave out.</summary>
    public string ExcludeRegions { get; init; } = "";

    /// <summary>Most bases of a partition.</summary>
    public int PartitionSize { get; init; } = 1000;

    /// <summary>Threads, at least 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Compress outputs.</summary>
    public bool Gzip { get; init; } = true;

    /// <summary>Stored in every example.</summary>
    public int SequencingType { get; init; }

    /// <summary>Watches over the run.</summary>
    public RunGuard Guard { get; init; } = new();

    /// <summary>Receives warnings.</summary>
    public Action<string> Log { get; init; } = _ => { };

    /// <summary>An example of a set as its file holds it, until the codec makes the next.</summary>
    internal ReadOnlySpan<byte> Encode(PileupExampleCodec codec, ExampleSet set, int i)
    {
        PileupOptions pileup = Stage.Pileup!;
        ExampleKey key = set.Keys[i];
        int[] shape = [pileup.ImageHeight, pileup.Width, pileup.Channels.Length];
        return codec.Encode(key.Variant, key.AltIndices, set.Image(i), shape, SequencingType, key.Label, key.DeNovo);
    }
}
