using Shrike.Calling.Records;

namespace Shrike.Calling.Vcf;

/// <summary>Records of the output, as text.</summary>
public static class VcfRecordText
{
    private const int ImpossiblePhred = 990;
    private static readonly byte[] AnyAllele = "<*>"u8.ToArray();

    /// <summary>Appends one record and its line end.</summary>
    /// <param name="text">Receives the line.</param>
    /// <param name="call">The call or block.</param>
    /// <param name="contig">Name of its contig.</param>
    /// <param name="withAnyAllele">
    /// As it stands in a gVCF: with <c>&lt;*&gt;</c> for anything else as a last ALT, seen by no read and impossible in a
    /// genotype. Without effect on a record that has it.
    /// </param>
    public static void Append(Utf8Buffer text, Call call, ReadOnlySpan<byte> contig, bool withAnyAllele)
    {
        bool any = withAnyAllele && !HasAnyAllele(call);
        text.Append(contig).Append((byte)'\t').Append(call.Start + 1).Append((byte)'\t').AppendList(call.Names, (byte)';').Append((byte)'\t');
        text.Append(call.Reference.Span).Append((byte)'\t');
        AppendAlternates(text, call, any);
        text.Append((byte)'\t');
        AppendQuality(text, call.Quality);
        text.Append((byte)'\t').Append(Filter(call.Filter)).Append((byte)'\t');
        AppendInfo(text, call, any);
        text.Append("\tGT"u8);
        for (CallField field = 0; field <= CallField.Mid; field++)
        {
            if (IsShown(call, field, any)) text.Append((byte)':').Append(CallFieldNames.Of(field));
        }

        bool hasLikelihoods = any || call.Likelihoods.Count > 0;
        if (hasLikelihoods) text.Append(":PL"u8);
        text.Append((byte)'\t');
        AppendAllele(text, call.First);
        text.Append(call.IsPhased ? (byte)'|' : (byte)'/');
        AppendAllele(text, call.Second);
        for (CallField field = 0; field <= CallField.Mid; field++)
        {
            if (IsShown(call, field, any)) AppendValues(text.Append((byte)':'), field, call[field].Values, any && field is CallField.Ad or CallField.Vaf);
        }

        if (hasLikelihoods) AppendPhredLikelihoods(text.Append((byte)':'), call, any);
        text.Append((byte)'\n');
    }

    private static bool HasAnyAllele(Call call)
    {
        foreach (ReadOnlyMemory<byte> alternate in call.Alternates)
        {
            if (alternate.Span.SequenceEqual(AnyAllele)) return true;
        }

        return false;
    }

    private static void AppendAlternates(Utf8Buffer text, Call call, bool any)
    {
        if (!any || call.Alternates.Count > 0) text.AppendList(call.Alternates, (byte)',');
        if (!any) return;
        if (call.Alternates.Count > 0) text.Append((byte)',');
        text.Append(AnyAllele);
    }

    private static void AppendQuality(Utf8Buffer text, double quality)
    {
        if (quality == -1) text.Append((byte)'.');
        else text.Append((float)(Math.Floor((quality * 10) + 0.5) / 10));
    }

    private static ReadOnlySpan<byte> Filter(CallFilter filter) => filter switch
    {
        CallFilter.None => "."u8,
        CallFilter.Pass => "PASS"u8,
        CallFilter.RefCall => "RefCall"u8,
        CallFilter.LowQual => "LowQual"u8,
        CallFilter.NoCall => "NoCall"u8,
        CallFilter.Germline => "GERMLINE"u8,
        _ => "PON"u8,
    };

    private static void AppendInfo(Utf8Buffer text, Call call, bool any)
    {
        bool hasEnd = any ? call.Alternates.Count == 0 : call.Alternates.Count == 1 && call.Alternates[0].Span is [(byte)'<', ..];
        if (call.IsForced)
        {
            text.Append("FORCED"u8);
            return;
        }

        if (hasEnd) text.Append("END="u8).Append(call.End);
        if (!call.Candidates.IsEmpty)
        {
            if (hasEnd) text.Append((byte)';');
            text.Append("CANDIDATES="u8).Append(call.Candidates.Span);
        }
        else if (!hasEnd)
        {
            text.Append((byte)'.');
        }
    }

    private static bool IsShown(Call call, CallField field, bool any) => call.Has(field) || (any && (field == CallField.Ad || (field == CallField.Vaf && call[field].IsPresent)));

    private static void AppendAllele(Utf8Buffer text, int allele)
    {
        if (allele < 0) text.Append((byte)'.');
        else text.Append((long)allele);
    }

    private static void AppendValues(Utf8Buffer text, CallField field, List<FieldValue> values, bool withZero)
    {
        for (int i = 0; i < values.Count; i++)
        {
            if (i > 0) text.Append((byte)',');

            // A field is read as what it is; a value of another kind counts as none.
            FieldValue value = values[i];
            if (field is CallField.Vaf or CallField.Mf) text.Append((float)value.Number);
            else if (field is CallField.Mt or CallField.Mid) text.Append(value.Text.Span);
            else text.Append((long)value.Integer);
        }

        if (!withZero) return;
        if (values.Count > 0) text.Append((byte)',');
        text.Append((byte)'0');
    }

    /// <summary>PL: -10 times the distance to the best, truncated.</summary>
    private static void AppendPhredLikelihoods(Utf8Buffer text, Call call, bool any)
    {
        List<double> likelihoods = call.Likelihoods;
        double max = double.NegativeInfinity;
        foreach (double likelihood in likelihoods) max = Math.Max(max, likelihood);
        for (int i = 0; i < likelihoods.Count; i++)
        {
            if (i > 0) text.Append((byte)',');
            text.Append((long)(int)(-10 * (likelihoods[i] - max)));
        }

        // As many as the original adds: the ALTs with the new one, and one more.
        for (int i = 0; any && i < call.Alternates.Count + 2; i++)
        {
            if (i > 0 || likelihoods.Count > 0) text.Append((byte)',');
            text.Append((long)ImpossiblePhred);
        }
    }
}
