using Shrike.Cli.Flags;
using Shrike.Core;

namespace Shrike.Cli.Commands;

/// <summary>What a model type sets where the user sets nothing (spec 20, 11.2; spec 50, 3.3; spec 80, 3.2).</summary>
/// <param name="Name">Name.</param>
/// <param name="Flags">Flags of stage 1 with their values.</param>
/// <param name="SmallModelThresholds">Smallest qualities of a small model's answers; null for 0, which accepts everything.</param>
internal sealed record ModelType(string Name, (string Flag, string Value)[] Flags, (int Snp, int Indel)? SmallModelThresholds)
{
    private static readonly (string Flag, string Value)[] LongReads =
    [
        ("alt_aligned_pileup", "diff_channels"),
        ("partition_size", "25000"),
        ("phase_reads", "true"),
        ("realign_reads", "false"),
        ("sort_by_haplotypes", "true"),
        ("track_ref_reads", "true"),
        ("vsc_min_fraction_indels", "0.12"),
    ];

    private static readonly ModelType[] All =
    [
        new("WGS", [], (20, 28)),
        new("WES", [], null),
        new("PACBIO", [.. LongReads, ("max_reads_per_partition", "600"), ("min_mapping_quality", "1"), ("pileup_image_width", "147")], (15, 16)),
        new("ONT_R104", [.. LongReads, ("max_reads_per_partition", "600"), ("min_mapping_quality", "5"), ("pileup_image_width", "99"), ("vsc_min_fraction_snps", "0.08")], (9, 17)),
        new("HYBRID_PACBIO_ILLUMINA", [], null),
        new("MASSEQ", [.. LongReads, ("max_reads_per_partition", "0"), ("max_reads_for_dynamic_bases_per_region", "1500"), ("min_mapping_quality", "1"), ("pileup_image_width", "199")], null),
    ];

    /// <summary>The names, for messages.</summary>
    public static string Names => string.Join(", ", All.Select(t => t.Name));

    /// <summary>The type of a name.</summary>
    /// <exception cref="ShrikeException">There is none (exit 2).</exception>
    public static ModelType Find(string name) => Array.Find(All, t => t.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? throw ShrikeException.Usage($"--model_type {name}: there are {Names}");

    /// <summary>Sets the flags the user left alone.</summary>
    public void Apply(FlagSet flags)
    {
        foreach ((string flag, string value) in Flags) flags.Preset(flag, value);
    }
}
