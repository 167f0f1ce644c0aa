using Shrike.Core;
using Shrike.Hts;

namespace Shrike.Examples.Candidates;

/// <summary>What keeps an ALT of a given site from being looked for.</summary>
public enum SiteFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>REF is not what the reference has.</summary>
    WrongReference,

    /// <summary>ALT is symbolic, or REF itself: no bases that a read could show.</summary>
    NoBases,
}

/// <summary>ALTs of a VCF's records as reads would show them. Belongs to one thread.</summary>
public sealed class SiteSpelling
{
    /// <summary>An allele begins at most so many bases before its record: so far indels are moved to the left.</summary>
    public const int Reach = 1000;

    private readonly ReferenceWindow _reference;
    private readonly Func<int, char> _baseAt;

    /// <param name="reference">The reference; whoever uses the alleles moves it.</param>
    public SiteSpelling(ReferenceWindow reference)
    {
        _reference = reference;
        _baseAt = at => (char)_reference.Bases(at, at + 1)[0];
    }

    /// <summary>One ALT of a record.</summary>
    /// <param name="record">A record on the contig of the reference window.</param>
    /// <param name="alternate">Index of the ALT.</param>
    /// <param name="allele">The allele, spelled in the shortest and leftmost way; as it is where there is a fault.</param>
    public SiteFault Read(VcfRecord record, int alternate, out AlleleSpelling allele)
    {
        allele = new AlleleSpelling(record.Start, record.Reference, record.Alternates[alternate]);
        if (allele.Alternate.AsSpan().ContainsAnyExcept("ACGT") || allele.Alternate == allele.Reference) return SiteFault.NoBases;
        if (!Fits(record)) return SiteFault.WrongReference;
        if (allele.Reference.Length > 1 || allele.Alternate.Length > 1) allele = allele.Normalize(Reach - 1, _baseAt);
        return SiteFault.None;
    }

    /// <summary>Whether an allele is one that reads are counted for: a base instead of a base, an insertion, or a deletion.</summary>
    public static bool IsCounted(AlleleSpelling allele) => (allele.Reference.Length == 1 || allele.Alternate.Length == 1) && !allele.Reference.AsSpan().ContainsAnyExcept("ACGT");

    /// <summary>Whether the reference has the REF of a record.</summary>
    private bool Fits(VcfRecord record)
    {
        int end = record.Start + record.Reference.Length;
        if (record.Start < 0 || end > _reference.Contig.Length) return false;
        ReadOnlySpan<byte> there = _reference.Bases(record.Start, end);
        for (int i = 0; i < there.Length; i++)
        {
            if (there[i] != record.Reference[i]) return false;
        }

        return true;
    }
}
