using Shrike.Examples.Candidates;

namespace Shrike.Examples.Phasing;

/// <summary>
/// Decides, candidate by candidate and in order, which sites take part in phasing: those where reads differ, whose alleles are
/// all as long as the reference, and that no site left out for its length covers (spec 80, 6.2).
/// </summary>
internal struct SiteFilter
{
    /// <summary>Name of the allele of reads whose allele was not called. It counts as an allele, and its length as that of one.</summary>
    public const string Uncalled = "UNCALLED_ALLELE";

    /// <summary>Reads, good or not, that the reference needs to be an allele of the site.</summary>
    public const int MinReferenceReads = 3;

    private long _barrier;

    /// <summary>Whether the next candidate takes part.</summary>
    /// <param name="candidate">The candidate.</param>
    /// <param name="alleles">Alleles with reads, without the reference.</param>
    /// <param name="referenceReads">Reads of the reference.</param>
    public bool Keeps(Candidate candidate, IReadOnlyList<string> alleles, int referenceReads)
    {
        if (alleles.Count <= 1 && referenceReads < MinReferenceReads) return false;
        if (alleles.Count == 0) return true;
        int span = candidate.End - candidate.Start;
        bool same = candidate.End > _barrier;
        for (int i = 0; same && i < alleles.Count; i++) same = alleles[i].Length == span;
        if (!same) _barrier = Math.Max(_barrier, candidate.End);
        return same;
    }
}
