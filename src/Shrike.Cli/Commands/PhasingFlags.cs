using Shrike.Cli.Flags;
using Shrike.Core;
using Shrike.Examples.Phasing;

namespace Shrike.Cli.Commands;

/// <summary>The flags of phasing and of the haplotypes that reads carry, shared by make-examples and run.</summary>
internal sealed class PhasingFlags
{
    private const int HaplotypeChannel = 7;
    private readonly Flag<bool> _phase, _information, _reverse, _sort;
    private readonly Flag<int> _most, _polished;

    public PhasingFlags(FlagSet f)
    {
        _phase = f.Switch("phase_reads", "divide the reads of a partition into two haplotypes by the alleles they show; needs --track_ref_reads");
        _most = f.Integer("phase_max_candidates", "partitions with more candidates are not phased, 0 for no limit", 5000, 0);
        _information = f.Switch("output_phase_info", "with --phase_reads: candidates carry the haplotypes of their alleles, so that genotypes can be phased");
        _reverse = f.Switch("reverse_haplotypes", "with --phase_reads: exchange haplotypes 1 and 2 of the reads");
        _sort = f.Switch("sort_by_haplotypes", "order rows by haplotype (that of --phase_reads, or the HP tag)");
        _polished = f.Integer("hp_tag_for_assembly_polishing", "with --sort_by_haplotypes: rows of this haplotype stand on top, 0 for none", 0, 0);
    }

    /// <summary>Rows are ordered by haplotype.</summary>
    public bool SortByHaplotypes => _sort.Value;

    /// <summary>Haplotype whose rows stand on top; 0 for none.</summary>
    public int PolishedHaplotype => _polished.Value;

    /// <summary>Whether haplotypes come from the reads' tags.</summary>
    public bool ReadsTags(int[] channels) => !_phase.Value && (_sort.Value || _reverse.Value || _polished.Value > 0 || channels.Contains(HaplotypeChannel));

    /// <summary>How to phase; null if reads are not phased.</summary>
    /// <param name="tracksReference">Reads of the reference are recorded.</param>
    public PhasingOptions? Build(bool tracksReference)
    {
        if (_polished.Value > 0 && !_sort.Value) throw ShrikeException.Usage("--hp_tag_for_assembly_polishing needs --sort_by_haplotypes");
        if (!_phase.Value) return null;
        if (!tracksReference) throw ShrikeException.Usage("--phase_reads needs --track_ref_reads: reads that show the reference are phased too");
        return new PhasingOptions { MaxCandidates = _most.Value, OutputPhaseInformation = _information.Value, ReverseHaplotypes = _reverse.Value };
    }

    /// <summary>Says that partitions were left out.</summary>
    public static void LogUnphased(long partitions, Action<string> log)
    {
        if (partitions > 0) log($"the reads of {partitions} partitions were not phased: they have more candidates than --phase_max_candidates");
    }
}
