using Shrike.Core;
using Shrike.Formats.Messages;

namespace Shrike.Examples.Labelling;

/// <summary>What makes stage 1 label its candidates for training.</summary>
public sealed record LabellingOptions
{
    /// <summary>VCF of the truth, with index and genotypes.</summary>
    public required string Truth { get; init; }

    /// <summary>Where it is known; null for everywhere.</summary>
    public RegionSet? Confident { get; init; }

    /// <summary>Candidates that start here get 1 as de-novo label, others 0; null for no such label.</summary>
    public RegionSet? DeNovo { get; init; }

    /// <summary>How candidates and truth are compared.</summary>
    public MakeExamplesOptions.Types.LabelerAlgorithm Algorithm { get; init; } = MakeExamplesOptions.Types.LabelerAlgorithm.HaplotypeLabeler;

    /// <summary>Classes of the customized-classes labeler.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>INFO field that names them.</summary>
    public string ClassField { get; init; } = "";

    /// <summary>Share of the candidates of each class to keep; empty for all. Only with classes.</summary>
    public IReadOnlyList<double> KeepByClass { get; init; } = [];

    /// <summary>Name of the reads, kept in every example.</summary>
    public string ReadsName { get; init; } = "";
}
