using Shrike.Examples.Candidates;
using Shrike.Formats.Messages;

namespace Shrike.Examples.SmallModel;

/// <summary>
/// Turns a site and one set of its ALTs into the numbers the small model takes. All are integers, and all quotients are
/// truncated; they are given as float32, which holds them exactly.
/// </summary>
public sealed class FeatureEncoder
{
    private readonly FeatureLayout _layout;

    /// <param name="layout">What to encode.</param>
    public FeatureEncoder(FeatureLayout layout) => _layout = layout;

    /// <summary>Writes the vector of one ALT set.</summary>
    /// <param name="variant">The site.</param>
    /// <param name="alts">0-based ALTs of the set, one or two.</param>
    /// <param name="sums">The site's reads.</param>
    /// <param name="contextStart">Genome position of the first entry of <paramref name="context"/>.</param>
    /// <param name="context">Allele fractions around the site in percent; positions it does not reach count as 0.</param>
    /// <param name="row">Receives the vector.</param>
    public void Encode(Variant variant, ReadOnlySpan<int> alts, SupportSums sums, int contextStart, ReadOnlySpan<byte> context, Span<float> row)
    {
        int at = EncodeReads(alts, sums, null, row);
        at += EncodeVariant(variant, alts, row[at..]);
        at += EncodeContext((int)variant.Start, contextStart, context, row.Slice(at, _layout.ContextWindow));
        for (int h = 0; _layout.Haplotypes && h < FeatureLayout.HaplotypeCount; h++) at += EncodeReads(alts, sums, h, row[at..]);
    }

    /// <summary>Whether an ALT is an allele and not a placeholder.</summary>
    public static bool IsRelevant(string alt) => alt is not ("<*>" or "." or "<NON_REF>");

    private static int EncodeReads(ReadOnlySpan<int> alts, SupportSums sums, int? haplotype, Span<float> row)
    {
        ReadSums reference = sums.Of(AlleleSupport.Reference, haplotype);
        ReadSums alternate = default;
        foreach (int alt in alts) alternate += sums.Of(alt, haplotype);
        int both = reference.Count + alternate.Count;
        row[0] = reference.Count;
        row[1] = alternate.Count;
        row[2] = both;
        row[3] = sums.Total;
        row[4] = Percent(alternate.Count, sums.Total);
        row[5] = Percent(alternate.Count, both);
        row[FeatureLayout.ReferenceMappingQuality] = Quotient(reference.MappingQuality, reference.Count);
        row[FeatureLayout.AlternateMappingQuality] = Quotient(alternate.MappingQuality, alternate.Count);
        row[8] = Quotient(reference.BaseQuality, reference.Count);
        row[9] = Quotient(alternate.BaseQuality, alternate.Count);
        row[10] = Percent(reference.Reverse, reference.Count);
        row[11] = Percent(alternate.Reverse, alternate.Count);
        return FeatureLayout.ReadFeatures;
    }

    private static int EncodeVariant(Variant variant, ReadOnlySpan<int> alts, Span<float> row)
    {
        int reference = variant.ReferenceBases.Length;
        (int shortest, int longest) = (int.MaxValue, 0);
        foreach (int alt in alts)
        {
            int length = variant.AlternateBases[alt].Length;
            (shortest, longest) = (Math.Min(shortest, length), Math.Max(longest, length));
        }

        row[0] = IsSnp(variant, alts) ? 1 : 0;
        row[1] = shortest > reference ? 1 : 0;
        row[2] = longest < reference ? 1 : 0;
        row[3] = Math.Max(0, longest - reference);
        row[4] = Math.Max(0, reference - shortest);
        row[5] = variant.AlternateBases.Count(IsRelevant) > 1 ? 1 : 0;
        row[6] = alts.Length > 1 ? 1 : 0;
        return FeatureLayout.VariantFeatures;
    }

    /// <summary>Whether the reference and every ALT of a set are single bases.</summary>
    public static bool IsSnp(Variant variant, ReadOnlySpan<int> alts)
    {
        foreach (int alt in alts)
        {
            if (variant.AlternateBases[alt].Length != 1) return false;
        }

        return variant.ReferenceBases.Length == 1 && alts.Length > 0;
    }

    private static int EncodeContext(int site, int start, ReadOnlySpan<byte> context, Span<float> row)
    {
        int first = site - (row.Length / 2) - start;
        for (int i = 0; i < row.Length; i++) row[i] = (uint)(first + i) < (uint)context.Length ? context[first + i] : 0;
        return row.Length;
    }

    private static int Quotient(int sum, int count) => count == 0 ? 0 : sum / count;

    private static int Percent(int part, int whole) => whole == 0 ? 0 : (int)(100L * part / whole);
}
