using Shrike.Core;
using Shrike.Examples.Alleles;
using Shrike.Examples.Candidates;
using Shrike.Examples.Gvcf;
using Shrike.Examples.Labelling;
using Shrike.Examples.Phasing;
using Shrike.Examples.Pileup;
using Shrike.Examples.Reads;
using Shrike.Examples.Realigning;
using Shrike.Examples.SmallModel;

namespace Shrike.Examples.MakeExamples;

/// <summary>Everything that decides what stage 1 makes of a partition; nothing about files of results.</summary>
public sealed record StageOneOptions
{
    /// <summary>Reference FASTA.</summary>
    public required string Reference { get; init; }

    /// <summary>Alignment files of the sample.</summary>
    public required IReadOnlyList<string> Reads { get; init; }

    /// <summary>Decode CRAM against the reference.</summary>
    public bool UseReferenceForCram { get; init; } = true;

    /// <summary>Sees that the reference is that of the CRAM files; copies of the options share it.</summary>
    internal CramReferenceCheck CramReference { get; } = new();

    /// <summary>Which records take part.</summary>
    public ReadFilter Filter { get; init; } = new();

    /// <summary>Share of the reads to keep, 0 = all. Partitions must then come in order, to one <see cref="TileProcessor"/>.</summary>
    public double DownsampleFraction { get; init; }

    /// <summary>Most reads of a partition, 0 = all.</summary>
    public int MaxReadsPerPartition { get; init; } = 1500;

    /// <summary>Most read bases per partition base, 0 = all.</summary>
    public int MaxBasesPerPosition { get; init; }

    /// <summary>Local realignment; null for none.</summary>
    public RealignerOptions? Realigner { get; init; }

    /// <summary>Is told what the realigner does; null for nobody.</summary>
    public RealignerDiagnostics? Diagnostics { get; init; }

    /// <summary>Is told of every step, instead of <see cref="Diagnostics"/>; null for nobody. With it one thread works.</summary>
    public IPartitionObserver? Observer { get; init; }

    /// <summary>Counting.</summary>
    public AlleleCounterOptions Counter { get; init; } = new();

    /// <summary>Thresholds of candidates.</summary>
    public CandidateCallerOptions Caller { get; init; } = new();

    /// <summary>Sites to take as candidates instead of those the reads show; null for the latter.</summary>
    public SiteImportOptions? Import { get; init; }

    /// <summary>VCF of sites that get a prediction whatever the reads show, beside the candidates; checked; null for none.</summary>
    public string? Sites { get; init; }

    /// <summary>Division of the reads into haplotypes; null for none. Needs tracked reference reads.</summary>
    public PhasingOptions? Phasing { get; init; }

    /// <summary>Labels for training; null in calling.</summary>
    public LabellingOptions? Labelling { get; init; }

    /// <summary>Reference blocks; null for none.</summary>
    public GvcfOptions? Gvcf { get; init; }

    /// <summary>How frequent alleles are in a population; null where it is not drawn.</summary>
    public PopulationVcfs? Population { get; init; }

    /// <summary>Images; null for none.</summary>
    public PileupOptions? Pileup { get; init; }

    /// <summary>Answers easy candidates, which then get no image; null for none.</summary>
    public SmallModelOptions? SmallModel { get; init; }

    /// <summary>Make labelled rows for training a small model, of what <see cref="SmallModel"/> is offered.</summary>
    public bool SmallModelExamples { get; init; }

    /// <summary>Keep candidate messages with read names.</summary>
    public bool KeepCandidates { get; init; }

    /// <summary>Only find candidate positions.</summary>
    public bool PositionsOnly { get; init; }

    /// <summary>Keep candidates of these kinds; null for all.</summary>
    public Func<Formats.Messages.Variant, bool>? Select { get; init; }
}
