using System.Globalization;
using Shrike.Core;
using Shrike.Examples.Alleles;
using Shrike.Examples.Candidates;

namespace Shrike.Pipeline.Explaining;

/// <summary>Says in one sentence how a place came to its answer, or at which step it was lost.</summary>
internal static class VerdictWriter
{
    /// <summary>The verdict.</summary>
    public static (Outcome Outcome, string Sentence) Write(Evidence e)
    {
        if (e.Wanted is not null)
        {
            foreach (CandidateReport c in e.Candidates)
            {
                int alt = Enumerable.Range(0, c.Alts.Count).FirstOrDefault(i => e.IsWanted(c.Position, c.Ref, c.Alts[i]), -1);
                if (alt >= 0) return CallVerdict.Write(e, c, alt);
            }

            return BeforeCandidates(e, $"{e.Place}", (p, a) => e.IsWanted(p, a.Ref, a.Alt));
        }

        bool isInterval = e.Place.End - e.Place.Start > 1;
        if (isInterval && e.Candidates.Count > 1) return Several(e);
        CandidateReport? there = e.Candidates.FirstOrDefault(c => e.Place.Start == c.Position - 1) ?? e.Candidates.MaxBy(c => CallVerdict.Write(e, c, null).Outcome);
        return there is not null ? CallVerdict.Write(e, there, null) : BeforeCandidates(e, $"{e.Place}", (p, _) => e.Place.Overlaps(p - 1, p));
    }

    private static (Outcome, string) Several(Evidence e)
    {
        (CandidateReport Candidate, Outcome Outcome)[] all = [.. e.Candidates.Select(c => (c, CallVerdict.Write(e, c, null).Outcome))];
        string parts = string.Join(", ", all.GroupBy(c => c.Outcome).OrderByDescending(g => g.Key).Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Count()} {CallVerdict.Name(g.Key)}")));
        return (all.Max(c => c.Outcome), string.Create(CultureInfo.InvariantCulture, $"{all.Length} candidates: {parts}."));
    }

    /// <summary>No candidate has the allele, or there is none at all.</summary>
    private static (Outcome, string) BeforeCandidates(Evidence e, string what, Func<int, AlleleReport, bool> isMeant)
    {
        ReadReport reads = e.Reads;
        if (reads.Overlapping == 0) return (Outcome.NoReads, $"Not called: no read overlaps {what}.");
        if (reads.Used == 0) return (Outcome.ReadsFiltered, string.Create(CultureInfo.InvariantCulture, $"Not called: {CallVerdict.Reads(reads.Overlapping, "overlaps", "overlap")} {what}, but none takes part ({string.Join(", ", reads.Refused.Select(r => $"{r.Count} {r.Reason}").Concat(reads.SampledAway > 0 ? [$"{reads.SampledAway} sampled away"] : []))})."));
        PositionReport? unknown = e.Positions.FirstOrDefault(p => e.Place.Overlaps(p.Position - 1, p.Position) && !MatchRun.IsCanonical((byte)p.ReferenceBase));
        if (unknown is not null) return (Outcome.ReferenceUnknown, string.Create(CultureInfo.InvariantCulture, $"Not called: the reference has {unknown.ReferenceBase} at {unknown.Position}, where nothing is called."));
        (PositionReport Position, AlleleReport Allele)[] meant =
        [
            .. e.Positions.SelectMany(p => p.Alleles.Where(a => isMeant(p.Position, a)).Select(a => (p, a)))
                .OrderByDescending(x => x.a.Test).ThenByDescending(x => x.a.Count).ThenByDescending(x => x.a.CountBefore),
        ];
        string elsewhere = Elsewhere(e);
        if (meant.Length == 0) return (Outcome.NotSeen, (e.Wanted is null ? $"Not called: no read shows anything but the reference at {what}" : $"Not called: no read shows {what}") + elsewhere + ".");
        (PositionReport position, AlleleReport allele) = meant.FirstOrDefault(m => m.Allele.Test != AlleleVerdict.SoftClip, meant[0]);
        string name = string.Create(CultureInfo.InvariantCulture, $"{position.Position} {Shorten(allele.Ref)}>{Shorten(allele.Alt)}");
        if (allele.Test == AlleleVerdict.SoftClip) return (Outcome.BelowThreshold, $"No candidate at {what}: nothing but clipped reads, which are never an allele, differ from the reference{elsewhere}.");
        if (allele.Count == 0 && allele.CountBefore > 0) return (Outcome.RealignedAway, string.Create(CultureInfo.InvariantCulture, $"No candidate: {CallVerdict.Reads(allele.CountBefore, "shows", "show")} {name} as the files align them, but none after realignment{elsewhere}."));
        if (allele.Count == 0) return (Outcome.LowBaseQuality, string.Create(CultureInfo.InvariantCulture, $"No candidate: {CallVerdict.Reads(allele.LowQuality, "shows", "show")} {name}, with base qualities below --min_base_quality{elsewhere}."));
        return (Outcome.BelowThreshold, e.Wanted is null ? $"No candidate: the best allele at {what} is {name}: {allele.Arithmetic}{elsewhere}." : $"Not among the candidates: {name} has {allele.Arithmetic}{elsewhere}.");
    }

    /// <summary>Where else the reads show something, which may be the same change in another spelling.</summary>
    private static string Elsewhere(Evidence e)
    {
        if (e.Wanted is { } w && w.Reference.Length == w.Alternate.Length && w.Reference.Length > 1) return "; several bases in a row are called base by base: ask for each of them";
        string[] others = [.. e.Positions.Where(p => p.IsCandidate && !e.Place.Overlaps(p.Position - 1, p.Position)).Select(p => p.Position.ToString(CultureInfo.InvariantCulture))];
        string[] here = e.Wanted is null ? [] : [.. e.Candidates.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Position} {Shorten(c.Ref)}>{string.Join(',', c.Alts.Select(Shorten))}"))];
        return here.Length > 0 ? $"; the candidate there is {string.Join(", ", here)}" : others.Length > 0 ? $"; there is a candidate at {string.Join(", ", others)}" : "";
    }

    private static string Shorten(string allele) => allele.Length <= 30 ? allele : string.Create(CultureInfo.InvariantCulture, $"{allele[..20]}...({allele.Length})");
}
