using Shrike.Calling.Genotyping;
using Shrike.Core;

namespace Shrike.Calling;

/// <summary>Whether ALTs that are pruned leave a trace, for debugging.</summary>
public enum AllCandidates
{
    /// <summary>They are gone.</summary>
    None,

    /// <summary>They stay in the ALT column; genotypes with them are impossible.</summary>
    Alt,

    /// <summary>Multi-allelic records list all ALTs in INFO.</summary>
    Info,
}

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

    /// <summary>Gives the genotypes of sites with two ALTs; null for the smallest of the votes.</summary>
    public MultiallelicModel? MultiallelicModel { get; init; }

    /// <summary>What becomes of pruned ALTs.</summary>
    public AllCandidates AllCandidates { get; init; }

    /// <summary>Some predictions are of sites the user gave; the header declares their mark.</summary>
    public bool HasForcedSites { get; init; }

    /// <summary>Write only PASS records to the VCF (never to the gVCF).</summary>
    public bool OnlyKeepPass { get; init; }

    /// <summary>Leave overlapping calls as they are.</summary>
    public bool DisableHaplotypeResolution { get; init; }

    /// <summary>Contigs with one copy.</summary>
    public IReadOnlySet<string> HaploidContigs { get; init; } = new HashSet<string>();

    /// <summary>Regions of haploid contigs with two copies.</summary>
    public RegionSet? PseudoAutosomal { get; init; }

    /// <summary>Calls of a tumour without its normal: whatever is not homozygous for the ALT is germline.</summary>
    public bool Somatic { get; init; }

    /// <summary>Indexed VCF of a panel of normals, whose variants do not pass; null for none.</summary>
    public string? PanelOfNormals { get; init; }
}
