using Shrike.Calling.Records;

namespace Shrike.Calling.Merging;

/// <summary>Calls of sites the user gave: they stand beside the others, which do not know of them.</summary>
internal static class ForcedCalls
{
    /// <summary>Inserts forced calls into the others, behind those of the same place; one whose allele another call has is left out.</summary>
    /// <param name="calls">The calls of a stretch, in output order; receives the forced ones.</param>
    /// <param name="forced">Forced calls, each with one ALT; emptied.</param>
    /// <returns>How many were inserted.</returns>
    public static int Insert(List<Call> calls, List<Call> forced)
    {
        Call[] others = [.. calls];
        calls.Clear();
        int inserted = 0;
        int next = 0;
        int sameStart = 0;

        // Ends may have moved when alleles were trimmed. Of equal places the order of the stream stays.
        foreach (Call call in forced.OrderBy(c => c.Start).ThenBy(c => c.End))
        {
            while (sameStart < others.Length && others[sameStart].Start < call.Start) sameStart++;
            bool isFound = false;
            for (int i = sameStart; i < others.Length && others[i].Start == call.Start; i++) isFound |= Has(others[i], call);
            if (isFound) continue;
            while (next < others.Length && (others[next].Start, others[next].End).CompareTo((call.Start, call.End)) <= 0) calls.Add(others[next++]);
            calls.Add(call);
            inserted++;
        }

        calls.AddRange(others.AsSpan(next));
        forced.Clear();
        return inserted;
    }

    /// <summary>Whether a call has the allele of a forced call that begins where it does.</summary>
    private static bool Has(Call call, Call forced)
    {
        foreach (ReadOnlyMemory<byte> alternate in call.Alternates)
        {
            if (IsSame(call.Reference.Span, alternate.Span, forced.Reference.Span, forced.Alternates[0].Span)) return true;
        }

        return false;
    }

    /// <summary>Whether two spellings that begin at one base mean the same: what is longer in one is the same behind both its alleles.</summary>
    private static bool IsSame(ReadOnlySpan<byte> reference, ReadOnlySpan<byte> alternate, ReadOnlySpan<byte> shortReference, ReadOnlySpan<byte> shortAlternate)
    {
        int more = reference.Length - shortReference.Length;
        return more >= 0 && alternate.Length - shortAlternate.Length == more
            && reference.StartsWith(shortReference) && alternate.StartsWith(shortAlternate)
            && reference[shortReference.Length..].SequenceEqual(alternate[shortAlternate.Length..]);
    }
}
