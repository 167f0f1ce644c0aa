using Shrike.Examples.Phasing;
using Shrike.Formats.Messages;

namespace Shrike.Examples.MakeExamples;

/// <summary>What one partition gave.</summary>
public sealed record PartitionResult
{
    /// <summary>Index in the list of all partitions; decides the shard.</summary>
    public required int Index { get; init; }

    /// <summary>Reads after sampling.</summary>
    public int Reads { get; init; }

    /// <summary>Number of candidates after selection.</summary>
    public int Candidates { get; init; }

    /// <summary>First example of the partition in the tile's set, and number of examples.</summary>
    public (int First, int Count) Examples { get; init; }

    /// <summary>Candidates with read names, if kept.</summary>
    public IReadOnlyList<DeepVariantCall> CandidateMessages { get; init; } = [];

    /// <summary>Reference records, if asked for.</summary>
    public IReadOnlyList<Variant> Gvcf { get; init; } = [];

    /// <summary>What the small model answered; these sites have no example.</summary>
    public IReadOnlyList<CallVariantsOutput> SmallModelPredictions { get; init; } = [];

    /// <summary>Number of candidates of given sites.</summary>
    public int Forced { get; init; }

    /// <summary>Those of them the network is not asked for, as there is nothing to show.</summary>
    public IReadOnlyList<CallVariantsOutput> Unanswered { get; init; } = [];

    /// <summary>Labelled rows for training a small model.</summary>
    public IReadOnlyList<Example> SmallModelExamples { get; init; } = [];

    /// <summary>Sites not offered to the small model because an ALT of theirs has no read.</summary>
    public int SmallModelUnsupported { get; init; }

    /// <summary>Sites of which some answers of the small model were dropped because images of the rest cannot be drawn.</summary>
    public int SmallModelWithdrawn { get; init; }

    /// <summary>What phasing left for tables and counts; null without phasing.</summary>
    public PartitionPhases? Phases { get; init; }

    /// <summary>How truth and candidates fit together, in training with the haplotype labeler.</summary>
    public LabelingMetrics? Labelling { get; init; }

    /// <summary>Candidate positions, if only they were asked for.</summary>
    public IReadOnlyList<int> Positions { get; init; } = [];
}
