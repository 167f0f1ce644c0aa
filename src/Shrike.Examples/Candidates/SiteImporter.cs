using Shrike.Core;
using Shrike.Examples.Alleles;
using Shrike.Examples.Labelling;
using Shrike.Examples.Reads;
using Shrike.Formats.Messages;
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
    private readonly string _sample;
    private readonly CandidateCaller _caller;
    private IReadOnlyList<VcfRecord> _tile = [];

    /// <param name="options">The sites.</param>
    /// <param name="caller">Thresholds that alleles of the reads must pass to be counted.</param>
    public SiteImporter(SiteImportOptions options, CandidateCallerOptions caller)
    {
        _reader = VcfReader.Open(options.Path);
        _skipUncalled = options.SkipUncalled;
        _sample = caller.SampleName;
        _caller = new CandidateCaller(caller with { MinFractionMultiplier = 1 });
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
            if (MatchRun.IsCanonical(counter.ReferenceBases[record.Start - counter.Start])) candidates.Add(Build(record, counter, batch, tracked));
        }

        return candidates;
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private IEnumerable<VcfRecord> Of(Region partition) => _tile.Where(r => r.Start >= partition.Start && r.Start < partition.End);

    private Candidate Build(VcfRecord record, AlleleCounter counter, ReadBatch batch, Dictionary<int, List<Observation>>? tracked)
    {
        int index = record.Start - counter.Start;
        if (record.Alternates.FirstOrDefault(a => a.StartsWith('<') && a != "<*>") is { } symbolic)
        {
            throw ShrikeException.InvalidData($"{_reader.Path}: {record.Contig}:{record.Start + 1}: no read can be compared with the ALT {symbolic}: give its bases, or leave the record out");
        }

        (string shown, (string Alternate, int Count)[] alleles, AlleleSupport[] support) = _caller.Describe(counter, batch, index, tracked);
        bool shorter = record.Reference.Length < shown.Length;
        if (!(shorter ? shown.StartsWith(record.Reference, StringComparison.Ordinal) : record.Reference.StartsWith(shown, StringComparison.Ordinal)))
        {
            throw ShrikeException.InvalidData($"{_reader.Path}: {record.Contig}:{record.Start + 1}: its REF {record.Reference} does not fit the reference, which has {shown}: reads and sites must belong to the same reference");
        }

        // Both spell the longer of the two reference alleles.
        string missing = shorter ? shown[record.Reference.Length..] : "";
        string suffix = shorter ? "" : record.Reference[shown.Length..];
        string reference = record.Reference + missing;
        var variant = new Variant
        {
            ReferenceName = record.Contig,
            Start = record.Start,
            End = record.Start + reference.Length,
            ReferenceBases = reference,
        };
        variant.AlternateBases.AddRange(record.Alternates.Select(a => a + missing));
        variant.Calls.Add(CallOf(variant, record.Alternates is ["."] or ["<*>"] or [], shown, alleles, counter, index));
        var others = new List<string>();
        short[] places = [.. alleles.Select(a => Place(a.Alternate + suffix, variant, others))];
        return new Candidate
        {
            Variant = variant,
            Support = [.. support.Select(s => s.Allele >= 0 ? s with { Allele = places[s.Allele] } : s)],
            OtherAlleles = others,
        };
    }

    private VariantCall CallOf(Variant variant, bool onlyDepth, string shown, (string Alternate, int Count)[] alleles, AlleleCounter counter, int index)
    {
        int total = counter.Total(index);
        var call = new VariantCall { CallSetName = _sample, Genotype = { -1, -1 } };
        var depth = new ListValue { Values = { new Value { IntValue = total } } };
        if (onlyDepth)
        {
            call.Info.Add("DP", depth);
            return call;
        }

        var depths = new ListValue { Values = { new Value { IntValue = counter.ReferenceCount[index] } } };
        var fractions = new ListValue();
        foreach (string alternate in variant.AlternateBases)
        {
            var wanted = AlleleSuffix.Trim(variant.ReferenceBases, alternate);
            int count = alleles.FirstOrDefault(a => AlleleSuffix.Trim(shown, a.Alternate) == wanted).Count;
            depths.Values.Add(new Value { IntValue = count });
            fractions.Values.Add(new Value { NumberValue = total == 0 ? 0 : (double)count / total });
        }

        // Keys ascending: maps are written in the order they were filled.
        call.Info.Add("AD", depths);
        call.Info.Add("DP", depth);
        call.Info.Add("VAF", fractions);
        return call;
    }

    /// <summary>Number of an allele of the reads: that of the ALT it equals, else one behind all ALTs.</summary>
    private static short Place(string allele, Variant variant, List<string> others)
    {
        int at = variant.AlternateBases.IndexOf(allele);
        if (at >= 0) return (short)at;
        others.Add(allele);
        return (short)(variant.AlternateBases.Count + others.Count - 1);
    }
}
