using Shrike.Core;
using Shrike.Examples.Alleles;
using Shrike.Examples.Reads;
using Shrike.Formats;
using Shrike.Formats.Messages;
using Shrike.Hts;

namespace Shrike.Examples.Candidates;

/// <summary>
/// Candidates of the sites the user wants a record of, whatever the reads show: one of every ALT, beside those the reads bring.
/// Those of the reads do not know of them. Belongs to one thread.
/// </summary>
public sealed class ForcedSites : IDisposable
{
    private static readonly double[] Undecided = [1.0 / 3, 1.0 / 3, 1.0 / 3];
    private readonly VcfReader _reader;
    private readonly HashSet<string> _contigs;
    private readonly SiteSpelling _spelling;
    private readonly ReferenceWindow _reference;
    private readonly SiteCandidates _candidates;
    private AlleleSpelling[] _tile = [];

    /// <param name="path">VCF with index; checked.</param>
    /// <param name="caller">Thresholds of the other alleles.</param>
    /// <param name="reference">The reference around the tile.</param>
    public ForcedSites(string path, CandidateCallerOptions caller, ReferenceWindow reference)
    {
        _reader = VcfReader.Open(path);
        _contigs = [.. _reader.IndexedContigs().Select(c => c.Contig)];
        _reference = reference;
        _spelling = new SiteSpelling(reference);
        _candidates = new SiteCandidates(path, new CandidateCaller(caller with { MinFractionMultiplier = 1 }), caller.SampleName);
    }

    /// <summary>Reads the alleles that begin in [start, end) of the reference's contig.</summary>
    public void Move(int start, int end)
    {
        string contig = _reference.Contig.Name;
        _tile = _contigs.Contains(contig)
            ? [.. _reader.Stream(contig, start, end + SiteSpelling.Reach).SelectMany(Alleles).Where(a => a.Position >= start && a.Position < end)
                .Distinct().OrderBy(a => a.Position).ThenBy(a => a.Reference.Length).ThenBy(a => a.Alternate, StringComparer.Ordinal)]
            : [];
    }

    /// <summary>The candidates of a partition by start and end; they carry the mark of <see cref="ForcedSite"/>.</summary>
    /// <param name="counter">Alleles of the partition, counted.</param>
    /// <param name="batch">The reads that were counted.</param>
    /// <param name="partition">The partition.</param>
    public List<Candidate> Of(AlleleCounter counter, ReadBatch batch, Region partition)
    {
        var candidates = new List<Candidate>();
        foreach (AlleleSpelling allele in _tile)
        {
            if (allele.Position < partition.Start || allele.Position >= partition.End) continue;
            Candidate candidate = _candidates.Build(partition.Contig, allele.Position, allele.Reference, [allele.Alternate], counter, batch, tracked: null, allele);
            ForcedSite.Mark(candidate.Variant, SiteSpelling.IsCounted(allele) && counter.Total(allele.Position - counter.Start) > 0);
            candidates.Add(candidate);
        }

        return candidates;
    }

    /// <summary>What stands in the place of a prediction where there is nothing to show the network.</summary>
    public static CallVariantsOutput NoAnswer(Candidate candidate)
    {
        ForcedSite.Mark(candidate.Variant, isAnswerable: false);
        return new CallVariantsOutput
        {
            Variant = candidate.Variant,
            AltAlleleIndices = new CallVariantsOutput.Types.AltAlleleIndices { Indices = { 0 } },
            GenotypeProbabilities = { Undecided },
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private IEnumerable<AlleleSpelling> Alleles(VcfRecord record)
    {
        for (int i = 0; i < record.Alternates.Count; i++)
        {
            SiteFault fault = _spelling.Read(record, i, out AlleleSpelling allele);
            if (fault == SiteFault.None) yield return allele;

            // Sites were checked before the run began, so the file is another one by now.
            if (fault == SiteFault.WrongReference) throw ShrikeException.InvalidData($"{_reader.Path}: {record.Contig}:{record.Start + 1}: its REF {record.Reference} is not what the reference has: was the file changed while it was read?");
        }
    }
}
