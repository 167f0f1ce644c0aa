using Shrike.Core;
using Shrike.Examples.Alleles;
using Shrike.Examples.Reads;
using Shrike.Hts;

namespace Shrike.Examples.Candidates;

/// <summary>Where imported sites come from.</summary>
/// <param name="Path">VCF with index.</param>
/// <param name="SkipUncalled">Leave out records whose first sample has no genotype (training).</param>
public sealed record SiteImportOptions(string Path, bool SkipUncalled);

/// <summary>
/// Takes the records of a VCF as candidates, whatever the reads show, and counts how many reads support their alleles.
/// Belongs to one thread.
/// </summary>
public sealed class SiteImporter : IDisposable
{
    private readonly VcfReader _reader;
    private readonly bool _skipUncalled;
    private readonly CandidateCaller _caller;
    private readonly SiteCandidates _candidates;
    private IReadOnlyList<VcfRecord> _tile = [];

    /// <param name="options">The sites.</param>
    /// <param name="caller">Thresholds that alleles of the reads must pass to be counted.</param>
    public SiteImporter(SiteImportOptions options, CandidateCallerOptions caller)
    {
        _reader = VcfReader.Open(options.Path);
        _skipUncalled = options.SkipUncalled;
        _caller = new CandidateCaller(caller with { MinFractionMultiplier = 1 });
        _candidates = new SiteCandidates(options.Path, _caller, caller.SampleName);
    }

    /// <summary>Reads the records that start in [start, end) of a contig; none of a contig the VCF does not know.</summary>
    public void Move(string contig, int start, int end)
    {
        _tile = _reader.Header.Contigs.Any(c => c.Name == contig)
            ? [.. _reader.Query(contig, start, end).Where(r => r.Start >= start && !(_skipUncalled && r.Genotype(0, out _) is [-1, -1, ..]))]
            : [];
    }

    /// <summary>Starts of the records of a partition.</summary>
    public List<int> Positions(Region partition) => [.. Of(partition).Select(r => r.Start)];

    /// <summary>The candidates of a partition, in the order of the VCF.</summary>
    /// <param name="counter">Alleles of the partition, counted.</param>
    /// <param name="batch">The reads that were counted.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="trackedPositions">Positions at which reference reads are recorded; null for none.</param>
    /// <exception cref="ShrikeException">A record does not fit the reference.</exception>
    public List<Candidate> Call(AlleleCounter counter, ReadBatch batch, Region partition, IReadOnlyList<int>? trackedPositions)
    {
        Dictionary<int, List<Observation>>? tracked = trackedPositions is null ? null : _caller.TrackReference(counter, batch, [.. trackedPositions.Distinct()]);
        var candidates = new List<Candidate>();
        foreach (VcfRecord record in Of(partition))
        {
            if (MatchRun.IsCanonical(counter.ReferenceBases[record.Start - counter.Start])) candidates.Add(_candidates.Build(record.Contig, record.Start, record.Reference, record.Alternates, counter, batch, tracked));
        }

        return candidates;
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private IEnumerable<VcfRecord> Of(Region partition) => _tile.Where(r => r.Start >= partition.Start && r.Start < partition.End);
}
