using System.Globalization;

namespace Shrike.Pipeline.Explaining;

/// <summary>Says what became of a candidate, or of one of its ALTs.</summary>
internal static class CallVerdict
{
    /// <summary>The verdict.</summary>
    /// <param name="e">All there is to know.</param>
    /// <param name="candidate">The candidate.</param>
    /// <param name="alt">Index of the ALT that was asked for; null for any.</param>
    public static (Outcome Outcome, string Sentence) Write(Evidence e, CandidateReport candidate, int? alt)
    {
        string site = string.Create(CultureInfo.InvariantCulture, $"{e.Place.Contig.Name}:{candidate.Position} {candidate.Ref}>{string.Join(',', candidate.Alts)}");
        string asked = e.Place.Start == candidate.Position - 1 || e.Place.End - e.Place.Start > 1 ? "" : $", which reaches over {e.Place},";
        if (candidate.IsDeselected) return (Outcome.NotSelected, $"Not called: the candidate {site} is not of the kinds that --select_variant_types keeps.");
        if (candidate.Call is not { } call) return (Outcome.NotDrawn, $"Not called: {site} lies so near to the end of its contig that its image cannot be drawn{(candidate.SmallModel is { Answered: false } ? ", and the small model did not answer all of it" : "")}.");
        string who = candidate.SmallModel is { Answered: true } ? candidate.Network.Any(n => n.WasAsked) && candidate.Network.Count > 1 && candidate.SmallModel.Answers.Any(a => !a.IsAccepted) ? "small model and network" : "the small model" : "the network";
        string numbers = string.Create(CultureInfo.InvariantCulture, $"genotype {call.Genotype}, GQ {call.Gq}, QUAL {Quality(call)}");
        if (alt is { } index)
        {
            if (call.AlternateQualities.Count > index && call.AlternateQualities[index] is { IsPruned: true } pruned)
            {
                return (Outcome.Pruned, string.Create(CultureInfo.InvariantCulture, $"Removed from the site {site}: the QUAL of ALT {pruned.Alt} by itself, {pruned.Qual:F2}, is below {pruned.Threshold} (of {who}); the site has {numbers}, {call.Filter}."));
            }

            int written = 1 + Enumerable.Range(0, index).Count(i => call.AlternateQualities.Count <= i || !call.AlternateQualities[i].IsPruned);
            bool hasIt = call.Genotype.Split('/', '|').Contains(written.ToString(CultureInfo.InvariantCulture));
            if (call.Filter is "PASS" or "LowQual" or "PON" && !hasIt)
            {
                string how = call.IsResolved ? $" after overlapping calls were made to fit on two haplotypes (by itself {call.OwnGenotype})" : "";
                return (Outcome.OtherAllele, $"The site {site} is called without this allele: {numbers} of {who}{how}.");
            }
        }

        string resolved = call.IsResolved ? $", after overlapping calls were made to fit on two haplotypes (by itself {call.OwnGenotype})" : "";
        return call.Filter switch
        {
            "RefCall" when call.Genotype == "./." => (Outcome.RefCall, string.Create(CultureInfo.InvariantCulture, $"Taken for reference: {who} gives {site}{asked} 0/0, and as GQ {call.Gq} is below {e.Calling.HomRefMinGq} it is written as ./. (RefCall).")),
            "RefCall" => (Outcome.RefCall, $"Taken for reference: {who} finds 0/0 the likeliest genotype of {site}{asked} ({numbers}, RefCall){resolved}."),
            "NoCall" => (Outcome.NoCall, $"No call: no read counts for {site}{asked} ({numbers}, NoCall)."),
            "LowQual" => (Outcome.LowQual, string.Create(CultureInfo.InvariantCulture, $"Called, but LowQual: QUAL {Quality(call)} of {site}{asked} is below {e.Calling.QualFilter} ({numbers}, by {who}){resolved}.")),
            _ => (Outcome.Called, $"Called: {site}{asked} by {who}: {numbers}, {call.Filter}{resolved}."),
        };
    }

    /// <summary>An outcome in a word or two, as a part of a list.</summary>
    public static string Name(Outcome outcome) => outcome switch
    {
        Outcome.Called => "called",
        Outcome.LowQual => "of low quality",
        Outcome.NoCall => "without a call",
        Outcome.RefCall => "taken for reference",
        Outcome.NotDrawn => "that cannot be drawn",
        Outcome.NotSelected => "deselected",
        _ => outcome.ToString(),
    };

    /// <summary>So many reads and what they do.</summary>
    public static string Reads(int count, string one, string several) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? $"read {one}" : $"reads {several}")}");

    /// <summary>QUAL as the VCF has it.</summary>
    private static string Quality(CallReport call) => call.VcfLine.Split('\t')[5];
}
