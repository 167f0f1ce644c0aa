using Shrike.Core;
using Shrike.Examples.Alleles;
using Shrike.Examples.Labelling;
using Shrike.Examples.Reads;
using Shrike.Formats.Messages;

namespace Shrike.Examples.Candidates;

/// <summary>Makes candidates of sites that are given, not found: their alleles, with the reads that support them. Belongs to one thread.</summary>
/// <param name="path">Where the sites come from, for messages.</param>
/// <param name="caller">Says which alleles the reads show.</param>
/// <param name="sample">Name of the sample.</param>
internal sealed class SiteCandidates(string path, CandidateCaller caller, string sample)
{
    /// <summary>The candidate of a site.</summary>
    /// <param name="contig">Contig.</param>
    /// <param name="start">First base of REF, which is counted.</param>
    /// <param name="reference">REF.</param>
    /// <param name="alternates">ALTs.</param>
    /// <param name="counter">Alleles of the partition, counted.</param>
    /// <param name="batch">The reads that were counted.</param>
    /// <param name="tracked">Reads that show the reference, by position; null for none.</param>
    /// <param name="wanted">An allele whose reads count however few they are; null for none.</param>
    /// <exception cref="ShrikeException">The site does not fit the reference, or has an allele without bases.</exception>
    public Candidate Build(string contig, int start, string reference, IReadOnlyList<string> alternates, AlleleCounter counter, ReadBatch batch, Dictionary<int, List<Observation>>? tracked, AlleleSpelling? wanted = null)
    {
        int index = start - counter.Start;
        if (alternates.FirstOrDefault(a => a.StartsWith('<') && a != "<*>") is { } symbolic)
        {
            throw ShrikeException.InvalidData($"{path}: {contig}:{start + 1}: no read can be compared with the ALT {symbolic}: give its bases, or leave the record out");
        }

        (string shown, (string Alternate, int Count)[] alleles, AlleleSupport[] support) = caller.Describe(counter, batch, index, tracked, wanted);
        bool shorter = reference.Length < shown.Length;
        if (!(shorter ? shown.StartsWith(reference, StringComparison.Ordinal) : reference.StartsWith(shown, StringComparison.Ordinal)))
        {
            throw ShrikeException.InvalidData($"{path}: {contig}:{start + 1}: its REF {reference} does not fit the reference, which has {shown}: reads and sites must belong to the same reference");
        }

        // Both spell the longer of the two reference alleles.
        string missing = shorter ? shown[reference.Length..] : "";
        string suffix = shorter ? "" : reference[shown.Length..];
        reference += missing;
        var variant = new Variant
        {
            ReferenceName = contig,
            Start = start,
            End = start + reference.Length,
            ReferenceBases = reference,
        };
        variant.AlternateBases.AddRange(alternates.Select(a => a + missing));
        variant.Calls.Add(CallOf(variant, alternates is ["."] or ["<*>"] or [], shown, alleles, counter, index));
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
        var call = new VariantCall { CallSetName = sample, Genotype = { -1, -1 } };
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
