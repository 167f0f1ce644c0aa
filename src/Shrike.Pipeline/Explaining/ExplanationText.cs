using System.Globalization;
using System.Text;

namespace Shrike.Pipeline.Explaining;

/// <summary>An explanation as text for a terminal.</summary>
public static class ExplanationText
{
    private const int LongestAllele = 30;
    private const int MostHaplotypes = 12;

    /// <summary>The text, with its last line end.</summary>
    public static string Write(Explanation e)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{e.Place}   sample {e.Sample}, {Models(e)}\n\n{e.Verdict}\n");
        if (e.VcfLines.Count > 0) text.Append('\n');
        foreach (string line in e.VcfLines) text.Append(line).Append('\n');
        if (e.Reads is { } reads) AddReads(text, reads, e.Partitions);
        if (e.Realignment is { } realignment) AddRealignment(text, realignment);
        if (e.Positions.Count > 0) text.Append("\nALLELES   good reads; [as the files align them]; forward strand; low base quality\n");
        foreach (PositionReport position in e.Positions) AddPosition(text, position);
        foreach (CandidateReport candidate in e.Candidates) AddCandidate(text, candidate);
        if (e.Neighbours.Count > 0) text.Append("\nNEAR BY\n");
        foreach (NeighbourReport n in e.Neighbours) text.Append(CultureInfo.InvariantCulture, $"  candidate {n.Position} {Allele(n.Ref)}>{Alleles(n.Alts)}: {(n.VcfLine.Length > 0 ? n.VcfLine : "no line")}\n");
        return text.ToString();
    }

    /// <summary>The models of an explanation, in words.</summary>
    public static string Models(Explanation e) =>
        $"model {e.Model}, {(e.SmallModel is null ? "no small model" : $"small model {e.SmallModel}")}{(e.MultiallelicModel is null ? "" : $", two ALTs {e.MultiallelicModel}")}";

    /// <summary>An allele, cut where it is long.</summary>
    internal static string Allele(string bases) => bases.Length <= LongestAllele ? bases : string.Create(CultureInfo.InvariantCulture, $"{bases[..20]}...({bases.Length})");

    /// <summary>An allele of a position with its kind.</summary>
    internal static string Name(AlleleReport a) => a.Kind == "soft_clip" ? string.Create(CultureInfo.InvariantCulture, $"{a.Alt.Length - 1} clipped bases") : $"{Allele(a.Ref)}>{Allele(a.Alt)} {a.Kind}";

    /// <summary>How a haplotype differs from the reference.</summary>
    internal static string Differences(HaplotypeReport h) => h.Differences.Count == 0 ? "the reference" : string.Join(", ", h.Differences.Select(d => string.Join('>', d.Split('>').Select(Allele))));

    /// <summary>How many haplotypes a window has, and how many of them differ at the place.</summary>
    internal static string Haplotypes(WindowReport w) => string.Create(CultureInfo.InvariantCulture, $"{w.Haplotypes.Count} {(w.Haplotypes.Count == 1 ? "haplotype" : "haplotypes")} ({w.Haplotypes.Count(h => h.DiffersAtPlace)} with a difference at the place)");

    /// <summary>Alleles, separated by commas.</summary>
    internal static string Alleles(IEnumerable<string> alts) => string.Join(',', alts.Select(Allele));

    /// <summary>Probabilities with as many decimals as they need.</summary>
    internal static string Numbers(IEnumerable<double> values) => string.Join("  ", values.Select(v => v.ToString("0.000000", CultureInfo.InvariantCulture)));

    private static void AddReads(StringBuilder text, ReadReport reads, IReadOnlyList<string> partitions)
    {
        text.Append(CultureInfo.InvariantCulture, $"\nREADS over the place, of {(partitions.Count == 1 ? "partition" : "partitions")} {string.Join(", ", partitions)}\n  {reads.Overlapping,5} in the files\n");
        foreach (RefusedReads refused in reads.Refused) text.Append(CultureInfo.InvariantCulture, $"  {refused.Count,5} left out: {refused.Reason}\n");
        if (reads.SampledAway > 0) text.Append(CultureInfo.InvariantCulture, $"  {reads.SampledAway,5} sampled away: the partition has too many (--max_reads_per_partition, --max_reads_for_dynamic_bases_per_region)\n");
        text.Append(CultureInfo.InvariantCulture, $"  {reads.Used,5} take part: {reads.Forward} forward, {reads.Used - reads.Forward} reverse, median mapping quality {reads.MedianMappingQuality}\n");
    }

    private static void AddRealignment(StringBuilder text, RealignmentReport realignment)
    {
        text.Append("\nREALIGNMENT\n");
        if (realignment.Windows.Count == 0) text.Append("  no window covers the place\n");
        foreach (WindowReport w in realignment.Windows)
        {
            text.Append(CultureInfo.InvariantCulture, $"  window {w.First}-{w.Last}{(w.K is { } k ? $", k {k}, {w.Reads} reads" : "")}, {Haplotypes(w)}: {w.Result}\n");
            foreach (HaplotypeReport h in w.Haplotypes.Take(MostHaplotypes)) text.Append(CultureInfo.InvariantCulture, $"    {Differences(h)}\n");
            if (w.Haplotypes.Count > MostHaplotypes) text.Append(CultureInfo.InvariantCulture, $"    and {w.Haplotypes.Count - MostHaplotypes} more (--output_json has all)\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"  reads over the place: {realignment.ReadsBefore} before, {realignment.ReadsAfter} after; the alignment of {realignment.Moved} changed{(realignment.TooLong > 0 ? $"; {realignment.TooLong} are too long to be realigned (--max_read_length_to_realign)" : "")}\n");
    }

    private static void AddPosition(StringBuilder text, PositionReport p)
    {
        text.Append(CultureInfo.InvariantCulture, $"  {p.Position}  depth {p.Depth}{(p.IsCandidate ? ", a candidate" : "")}\n    {p.Reference.Count,4} {"",6} {p.Reference.Forward,4} fwd {p.Reference.LowQuality,3} low  {p.ReferenceBase}, the reference\n");
        foreach (AlleleReport a in p.Alleles) text.Append(CultureInfo.InvariantCulture, $"    {a.Count,4} {$"[{a.CountBefore}]",6} {a.Forward,4} fwd {a.LowQuality,3} low  {Name(a)}: {a.Arithmetic}\n");
    }

    private static void AddCandidate(StringBuilder text, CandidateReport c)
    {
        text.Append(CultureInfo.InvariantCulture, $"\nCANDIDATE {c.Position} {Allele(c.Ref)}>{Alleles(c.Alts)}   depth {c.Depth}, reads of each allele {string.Join(',', c.AlleleDepths)}\n");
        if (c.IsDeselected) text.Append("  deselected by --select_variant_types\n");
        if (c.SmallModel is { } small)
        {
            if (small.Remark.Length > 0) text.Append(CultureInfo.InvariantCulture, $"  small model: {small.Remark}\n");
            foreach (SmallModelAnswer a in small.Answers) text.Append(CultureInfo.InvariantCulture, $"  small model  {Alleles(a.Alts)}: 0, 1, 2 copies {Numbers(a.Probabilities)}; GQ {a.Gq:F2} {(a.IsAccepted ? '≥' : '<')} {a.Threshold}\n");
        }

        foreach (NetworkReport n in c.Network) text.Append(CultureInfo.InvariantCulture, $"  network      {Alleles(n.Alts)}: 0, 1, 2 copies {Numbers(n.Probabilities)}{(n.WasAsked ? "" : " (not asked; it would say so)")}\n");
        if (c.Call is { } call) AddCall(text, call);
        if (c.Picture is { } picture) PictureText.Add(text, picture);
    }

    private static void AddCall(StringBuilder text, CallReport call)
    {
        foreach (AlternateQuality q in call.AlternateQualities) text.Append(CultureInfo.InvariantCulture, $"  ALT {Allele(q.Alt)} by itself: QUAL {q.Qual:F2}, {(q.IsPruned ? $"pruned (below {q.Threshold})" : "stays")}\n");
        text.Append(CultureInfo.InvariantCulture, $"  genotypes    {string.Join("  ", call.Genotypes.Take(6).Select(g => $"{string.Join('/', g.Genotype.Split('/').Select(Allele))} {g.Probability.ToString("0.000000", CultureInfo.InvariantCulture)}"))}\n");
        if (call.Overlapping.Count > 0) text.Append(CultureInfo.InvariantCulture, $"  overlaps the calls at {string.Join(", ", call.Overlapping)}: {(call.IsResolved ? $"changed to fit with them on two haplotypes; by itself {call.OwnGenotype}" : "left as it is")}\n");
        text.Append(CultureInfo.InvariantCulture, $"  call         {call.Genotype}, GQ {call.Gq}, QUAL {call.Qual:F4}, {call.Filter}\n");
    }
}
