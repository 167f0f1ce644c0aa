using Shrike.Calling.Streaming;
using Shrike.Formats.TfRecord;

namespace Shrike.Calling.PostprocessVariants;

/// <summary>A run of stage 3 with files.</summary>
public sealed record PostprocessRun
{
    /// <summary>How predictions become calls.</summary>
    public CallingOptions Calling { get; init; } = new();

    /// <summary>Reference FASTA.</summary>
    public required string Reference { get; init; }

    /// <summary>Predictions of the network: shards of a spec, or found by name.</summary>
    public required string Predictions { get; init; }

    /// <summary>Predictions of the small model; null for none.</summary>
    public string? SmallModelPredictions { get; init; }

    /// <summary>Calls.</summary>
    public required string Vcf { get; init; }

    /// <summary>Reference records of stage 1 and the gVCF made with them; both or neither.</summary>
    public string? NonVariantRecords { get; init; }

    /// <summary>gVCF to write.</summary>
    public string? Gvcf { get; init; }

    /// <summary>Sample name where the records have none.</summary>
    public string? SampleName { get; init; }

    /// <summary>Number of threads.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>What a damaged record means.</summary>
    public DamagedRecords Damaged { get; init; }

    /// <summary>Cuts the genome as the original does, with its effects at the borders; null for none.</summary>
    public GenomeParts? Parts { get; init; }

    /// <summary>Records a thread takes at once; the output does not depend on it.</summary>
    public int StretchRecords { get; init; } = 4096;

    /// <summary>Memory in which files that are not sorted are sorted part by part.</summary>
    public int SortBytes { get; init; } = 64 << 20;

    /// <summary>Further header lines.</summary>
    public IReadOnlyList<string> HeaderLines { get; init; } = [];
}
