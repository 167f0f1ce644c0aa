using Shrike.Examples.Alleles;
using Shrike.Examples.Reads;
using Shrike.Formats.Messages;

namespace Shrike.Examples.Candidates;

/// <summary>
/// The very sensitive caller: every position at which some allele other than the reference passes a minimum count
/// and a minimum fraction becomes a candidate. One object per thread.
/// </summary>
public sealed class CandidateCaller
{
    private readonly CandidateCallerOptions _options;
    private readonly List<(Observation Allele, string Bases, int Count)> _summed = [];
    private readonly List<(Observation Allele, string Bases, int Count, string Alternate)> _accepted = [];

    // By key of a read: the last tracked position at which it was seen.
    private int[] _seenAt = [];

    // By read: where its CIGAR is read on. Tracked positions ascend.
    private CigarPlace[] _places = [];

    /// <param name="options">Thresholds.</param>
    public CandidateCaller(CandidateCallerOptions options) => _options = options;

    /// <summary>Candidates of the counted interval, ascending.</summary>
    /// <param name="counter">Alleles, counted.</param>
    /// <param name="batch">The reads that were counted.</param>
    /// <param name="contig">Contig name.</param>
    /// <param name="trackedPositions">Positions at which reference reads are recorded; null for none.</param>
    public List<Candidate> Call(AlleleCounter counter, ReadBatch batch, string contig, IReadOnlyList<int>? trackedPositions = null)
    {
        var tracked = trackedPositions is null ? null : TrackReference(counter, batch, trackedPositions);
        var candidates = new List<Candidate>();
        foreach (int index in SiteIndexes(counter))
        {
            if (Select(counter, index)) candidates.Add(Build(counter, batch, contig, index, tracked));
        }

        return candidates;
    }

    /// <summary>Positions at which a candidate would be called, ascending.</summary>
    public List<int> Positions(AlleleCounter counter)
    {
        var positions = new List<int>();
        foreach (int index in SiteIndexes(counter))
        {
            if (Select(counter, index)) positions.Add(counter.Start + index);
        }

        return positions;
    }

    /// <summary>
    /// What the reads show at one position: the reference allele that the longest accepted deletion needs, the accepted
    /// alleles spelled against it with their counts, sorted, and the reads, whose alleles are indexes into that list. A wanted
    /// allele is accepted however few reads show it.
    /// </summary>
    internal (string Reference, (string Alternate, int Count)[] Alleles, AlleleSupport[] Support) Describe(AlleleCounter counter, ReadBatch batch, int index, Dictionary<int, List<Observation>>? tracked, AlleleSpelling? wanted = null)
    {
        Select(counter, index, wanted);
        string reference = SpellAlternates((char)counter.ReferenceBases[index]);
        return (reference, [.. _accepted.Select(a => (a.Alternate, a.Count))], Support(counter, batch, index, tracked?.GetValueOrDefault(counter.Start + index)));
    }

    /// <summary>Indexes of positions that can possibly pass: canonical reference base and enough good alternates; ascending.</summary>
    private List<int> SiteIndexes(AlleleCounter counter)
    {
        int fewest = Math.Min(_options.MinCountSnps, _options.MinCountIndels);
        ReadOnlySpan<int> alternates = counter.GoodAlternates.AsSpan(0, counter.Length);
        var indexes = new List<int>();
        for (int i = 0; i < alternates.Length; i++)
        {
            // Almost all positions have none.
            int skip = alternates[i..].IndexOfAnyExcept(0);
            if (skip < 0) break;
            i += skip;
            if (alternates[i] >= fewest && MatchRun.IsCanonical(counter.ReferenceBases[i])) indexes.Add(i);
        }

        return indexes;
    }

    /// <summary>Fills <see cref="_accepted"/> with the alleles of a position that pass; false if none does.</summary>
    private bool Select(AlleleCounter counter, int index, AlleleSpelling? wanted = null)
    {
        _summed.Clear();
        _accepted.Clear();
        ObservationList observations = counter.At(index);
        for (int i = 0; i < observations.Count; i++)
        {
            ref readonly Observation o = ref observations[i];
            if (o.IsLowQuality) continue;
            int known = 0;
            while (known < _summed.Count && !counter.SameAllele(_summed[known].Allele, o)) known++;
            if (known < _summed.Count) _summed[known] = _summed[known] with { Count = _summed[known].Count + 1 };
            else _summed.Add((o, "", 1));
        }

        int total = counter.Total(index);
        foreach ((Observation allele, _, int count) in _summed)
        {
            if (Judge(allele.Type, count, total) >= AlleleVerdict.Passes || (wanted is not null && IsSpelled(counter, allele, wanted))) _accepted.Add((allele, counter.BasesOf(allele), count, ""));
        }

        return _accepted.Count > 0;
    }

    /// <summary>Whether an allele of the reads is the one that is spelled in the shortest way.</summary>
    private static bool IsSpelled(AlleleCounter counter, in Observation allele, AlleleSpelling spelling)
    {
        if (allele.Type == AlleleType.SoftClip) return false;
        string bases = counter.BasesOf(allele);
        return allele.Type == AlleleType.Deletion
            ? spelling.Alternate.Length == 1 && spelling.Alternate[0] == bases[0] && spelling.Reference.AsSpan(1).SequenceEqual(bases.AsSpan(1))
            : spelling.Reference.Length == 1 && spelling.Alternate == bases;
    }

    /// <summary>What becomes of an allele.</summary>
    /// <param name="type">Its kind.</param>
    /// <param name="count">Good reads that show it.</param>
    /// <param name="total">Good reads at the position, soft clips included.</param>
    public AlleleVerdict Judge(AlleleType type, int count, int total)
    {
        bool snp = type == AlleleType.Substitution;
        if (type == AlleleType.SoftClip) return AlleleVerdict.SoftClip;
        if (count < (snp ? _options.MinCountSnps : _options.MinCountIndels)) return AlleleVerdict.TooFewReads;
        double fraction = snp ? _options.MinFractionSnps : _options.MinFractionIndels;
        double share = (double)count / total;
        if (share >= fraction) return AlleleVerdict.Passes;
        return share >= fraction * _options.MinFractionMultiplier ? AlleleVerdict.PassesSecondTest : AlleleVerdict.FractionTooSmall;
    }

    private Candidate Build(AlleleCounter counter, ReadBatch batch, string contig, int index, Dictionary<int, List<Observation>>? tracked)
    {
        string reference = SpellAlternates((char)counter.ReferenceBases[index]);
        var variant = new Variant
        {
            ReferenceName = contig,
            Start = counter.Start + index,
            End = counter.Start + index + reference.Length,
            ReferenceBases = reference,
        };
        int total = counter.Total(index);
        var call = new VariantCall { CallSetName = _options.SampleName };
        call.Genotype.Add(-1);
        call.Genotype.Add(-1);
        var depths = new ListValue();
        var fractions = new ListValue();
        depths.Values.Add(new Value { IntValue = counter.ReferenceCount[index] });
        foreach (var a in _accepted)
        {
            variant.AlternateBases.Add(a.Alternate);
            depths.Values.Add(new Value { IntValue = a.Count });
            fractions.Values.Add(new Value { NumberValue = (double)a.Count / total });
        }

        // Keys ascending: maps are written in the order they were filled.
        call.Info.Add("AD", depths);
        call.Info.Add("DP", new ListValue { Values = { new Value { IntValue = total } } });
        call.Info.Add("VAF", fractions);
        variant.Calls.Add(call);
        (int first, byte[] window) = ContextWindow(counter, index);
        return new Candidate
        {
            Variant = variant,
            Support = Support(counter, batch, index, tracked?.GetValueOrDefault(counter.Start + index)),
            ContextWindowStart = first,
            ContextWindow = window,
        };
    }

    /// <summary>Spells REF so that the longest deletion fits, and every accepted allele against it; sorts by spelling.</summary>
    private string SpellAlternates(char referenceBase)
    {
        string longest = "";
        foreach (var a in _accepted)
        {
            if (a.Allele.Type == AlleleType.Deletion && a.Bases.Length > longest.Length) longest = a.Bases;
        }

        string reference = longest.Length > 0 ? referenceBase + longest[1..] : referenceBase.ToString();
        for (int i = 0; i < _accepted.Count; i++)
        {
            var a = _accepted[i];
            string alternate = a.Allele.Type == AlleleType.Deletion
                ? a.Bases[0] + reference[a.Bases.Length..]
                : string.Concat(a.Bases, reference.AsSpan(1));
            _accepted[i] = a with { Alternate = alternate };
        }

        _accepted.Sort((x, y) => string.CompareOrdinal(x.Alternate, y.Alternate));
        return reference;
    }

    private AlleleSupport[] Support(AlleleCounter counter, ReadBatch batch, int index, List<Observation>? reference)
    {
        ObservationList observations = counter.At(index);
        var support = new List<AlleleSupport>(observations.Count + (reference?.Count ?? 0));
        for (int i = 0; i < observations.Count; i++)
        {
            ref readonly Observation o = ref observations[i];
            short allele = AlleleSupport.Uncalled;
            for (short k = 0; k < _accepted.Count; k++)
            {
                if (counter.SameAllele(_accepted[k].Allele, o)) allele = k;
            }

            support.Add(new AlleleSupport(o.Read, allele, o.IsLowQuality, o.BaseQuality));
        }

        if (reference is not null)
        {
            foreach (Observation o in reference) support.Add(new AlleleSupport(o.Read, AlleleSupport.Reference, o.IsLowQuality, o.BaseQuality));
        }

        return [.. support];
    }

    /// <summary>Percent of stored alleles over depth, clipped to the counted interval.</summary>
    private (int First, byte[] Window) ContextWindow(AlleleCounter counter, int index)
    {
        if (_options.ContextWindowSize <= 0) return (0, []);
        int half = _options.ContextWindowSize / 2;
        int from = index - Math.Min(index, half);
        int to = index + Math.Min(counter.Length - index, half + 1);
        var window = new byte[to - from];
        for (int i = from; i < to; i++)
        {
            int depth = counter.ReferenceCount[i] + counter.Stored[i];
            window[i - from] = depth > 0 ? (byte)(100L * counter.Stored[i] / depth) : (byte)0;
        }

        return (counter.Start + from, window);
    }

    /// <summary>
    /// Finds the reads that support the reference at each position, and counts them as stored there before any context
    /// window is read (windows of neighbouring candidates see each other).
    /// </summary>
    internal Dictionary<int, List<Observation>> TrackReference(AlleleCounter counter, ReadBatch batch, IReadOnlyList<int> positions)
    {
        var tracked = new Dictionary<int, List<Observation>>(positions.Count);
        if (_seenAt.Length < batch.Count) _seenAt = new int[batch.Count * 2];
        _seenAt.AsSpan(0, batch.Count).Fill(-1);
        if (_places.Length < batch.Count) _places = new CigarPlace[batch.Count * 2];
        for (int i = 0; i < batch.Count; i++) _places[i] = CigarPlace.Begin(batch.Start[i]);
        ReadOnlySpan<int> starts = batch.Start.AsSpan(0, batch.Count), ends = batch.End.AsSpan(0, batch.Count);
        foreach (int position in positions)
        {
            var reads = new List<Observation>();

            // A read is stored once per key: what it shows besides the reference stays.
            ObservationList others = counter.At(position - counter.Start);
            for (int i = 0; i < others.Count; i++) _seenAt[batch.Key[others[i].Read]] = position;
            for (int i = 0; i < starts.Length; i++)
            {
                if (starts[i] > position || ends[i] <= position || _seenAt[batch.Key[i]] == position || !counter.TryGetReference(i, position, ref _places[i], out Observation o)) continue;
                _seenAt[batch.Key[i]] = position;
                reads.Add(o);
            }

            tracked[position] = reads;
            counter.AddTracked(position - counter.Start, reads.Count);
        }

        return tracked;
    }
}
