using Shrike.Core;

namespace Shrike.Calling;

/// <summary>How predictions become calls.</summary>
public sealed record CallingOptions
{
    /// <summary>Non-reference calls with a QUAL below are LowQual.</summary>
    public double QualFilter { get; init; } = 1.0;

    /// <summary>ALTs of a multi-allelic site whose own QUAL is below are pruned.</summary>
    public double MultiAllelicQualFilter { get; init; } = 1.0;

    /// <summary>Hom-ref calls with a GQ below become no-calls.</summary>
    public double HomRefMinGq { get; init; } = 20.0;

    /// <summary>Merge the predictions of one site; off: each stands alone.</summary>
    public bool GroupVariants { get; init; } = true;

    /// <summary>Write only PASS records to the VCF (never to the gVCF).</summary>
    public bool OnlyKeepPass { get; init; }

    /// <summary>Leave overlapping calls as they are.</summary>
    public bool DisableHaplotypeResolution { get; init; }

    /// <summary>Contigs with one copy.</summary>
    public IReadOnlySet<string> HaploidContigs { get; init; } = new HashSet<string>();

    /// <summary>Regions of haploid contigs with two copies.</summary>
    public RegionSet? PseudoAutosomal { get; init; }
}
