using System.Globalization;
using Shrike.Examples.Alleles;
using Shrike.Examples.Candidates;
using Shrike.Examples.Reads;

namespace Shrike.Pipeline.Explaining;

/// <summary>An allele by its position, kind and bases, equal in every partition.</summary>
internal readonly record struct AlleleKey(int Position, AlleleType Type, string Bases);

/// <summary>Lists what was counted at a position, with the arithmetic of the candidate caller.</summary>
/// <param name="options">Its thresholds.</param>
internal sealed class AlleleTally(CandidateCallerOptions options)
{
    private readonly CandidateCaller _caller = new(options);

    /// <summary>Good reads of every allele at some positions.</summary>
    /// <param name="counter">Alleles, counted.</param>
    /// <param name="counts">Receives them.</param>
    public static void AddCounts(AlleleCounter counter, Dictionary<AlleleKey, int> counts)
    {
        for (int i = 0; i < counter.Length; i++)
        {
            ObservationList observations = counter.At(i);
            for (int k = 0; k < observations.Count; k++)
            {
                ref readonly Observation o = ref observations[k];
                var key = new AlleleKey(o.Position, o.Type, counter.BasesOf(o));
                if (!o.IsLowQuality) counts[key] = counts.GetValueOrDefault(key) + 1;
            }
        }
    }

    /// <summary>One position.</summary>
    /// <param name="counter">Alleles, counted on realigned reads.</param>
    /// <param name="batch">The reads.</param>
    /// <param name="position">0-based.</param>
    /// <param name="before">Good reads of every allele as the files align them.</param>
    public PositionReport At(AlleleCounter counter, ReadBatch batch, int position, IReadOnlyDictionary<AlleleKey, int> before)
    {
        int index = position - counter.Start;
        char referenceBase = (char)counter.ReferenceBases[index];
        int total = counter.Total(index);
        var counts = before.Keys.Where(k => k.Position == position).ToDictionary(k => k, _ => (Good: 0, Forward: 0, Low: 0));
        ObservationList observations = counter.At(index);
        for (int i = 0; i < observations.Count; i++)
        {
            ref readonly Observation o = ref observations[i];
            var key = new AlleleKey(position, o.Type, counter.BasesOf(o));
            (int good, int forward, int low) = counts.GetValueOrDefault(key);
            counts[key] = o.IsLowQuality ? (good, forward, low + 1) : (good + 1, forward + (batch.IsReverse(o.Read) ? 0 : 1), low);
        }

        AlleleReport[] alleles =
        [
            .. counts.Select(c => Report(c.Key, c.Value.Good, c.Value.Forward, c.Value.Low, total, referenceBase, before.GetValueOrDefault(c.Key)))
                .OrderByDescending(a => a.Count).ThenByDescending(a => a.CountBefore).ThenBy(a => a.Ref, StringComparer.Ordinal).ThenBy(a => a.Alt, StringComparer.Ordinal),
        ];
        bool isCandidate = MatchRun.IsCanonical((byte)referenceBase) && alleles.Any(a => a.Test >= AlleleVerdict.Passes);
        return new PositionReport(position + 1, referenceBase, total, isCandidate, Reference(counter, batch, position), alleles);
    }

    private static ReferenceReport Reference(AlleleCounter counter, ReadBatch batch, int position)
    {
        (int forward, int low) = (0, 0);
        for (int i = 0; i < batch.Count; i++)
        {
            CigarPlace place = CigarPlace.Begin(batch.Start[i]);
            if (batch.Start[i] > position || batch.End[i] <= position || !counter.TryGetReference(i, position, ref place, out Observation o)) continue;
            if (o.IsLowQuality) low++;
            else if (!batch.IsReverse(i)) forward++;
        }

        return new ReferenceReport(counter.ReferenceCount[position - counter.Start], forward, low);
    }

    private AlleleReport Report(AlleleKey key, int good, int forward, int low, int total, char referenceBase, int before)
    {
        AlleleVerdict test = _caller.Judge(key.Type, good, total);
        (string kind, string reference, string alternate) = key.Type switch
        {
            AlleleType.Insertion => ("insertion", $"{referenceBase}", key.Bases),
            AlleleType.Deletion => ("deletion", referenceBase + key.Bases[1..], key.Bases[..1]),
            AlleleType.SoftClip => ("soft_clip", $"{referenceBase}", key.Bases),
            _ => ("substitution", $"{referenceBase}", key.Bases),
        };
        return new AlleleReport(kind, reference, alternate, good, forward, low, total == 0 ? 0 : (double)good / total, before, test, Arithmetic(test, key.Type, good, total));
    }

    private string Arithmetic(AlleleVerdict test, AlleleType type, int good, int total)
    {
        if (test == AlleleVerdict.SoftClip) return "never an allele; they count in the depth";
        bool isSnp = type == AlleleType.Substitution;
        string flag = isSnp ? "snps" : "indels";
        int fewest = isSnp ? options.MinCountSnps : options.MinCountIndels;
        float fraction = isSnp ? options.MinFractionSnps : options.MinFractionIndels;
        string reads = string.Create(CultureInfo.InvariantCulture, $"{good} good {(good == 1 ? "read" : "reads")} {(good < fewest ? '<' : '≥')} {fewest} (--vsc_min_count_{flag})");
        if (test == AlleleVerdict.TooFewReads) return reads + ": too few";
        double share = (double)good / total;
        reads = string.Create(CultureInfo.InvariantCulture, $"{reads}; {good}/{total} = {share:F4} {(share < fraction ? '<' : '≥')} {fraction} (--vsc_min_fraction_{flag})");
        if (share < fraction && options.MinFractionMultiplier != 1)
        {
            reads = string.Create(CultureInfo.InvariantCulture, $"{reads}, {(test == AlleleVerdict.FractionTooSmall ? '<' : '≥')} {fraction * options.MinFractionMultiplier} (times --vsc_min_fraction_multiplier)");
        }

        return reads + (test == AlleleVerdict.FractionTooSmall ? ": too small" : ": passes");
    }
}
