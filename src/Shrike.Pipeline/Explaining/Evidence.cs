using Shrike.Calling;
using Shrike.Examples.Candidates;
using Shrike.Hts;

namespace Shrike.Pipeline.Explaining;

/// <summary>What a verdict is made of.</summary>
/// <param name="Place">The place.</param>
/// <param name="Wanted">The allele that was asked for, normalised; null for all.</param>
/// <param name="Reference">The reference.</param>
/// <param name="Calling">Options of stage 3.</param>
/// <param name="Reads">Reads over the place.</param>
/// <param name="Positions">Alleles at and beside it.</param>
/// <param name="Candidates">Candidates there.</param>
internal sealed record Evidence(Place Place, AlleleSpelling? Wanted, ReferenceReader Reference, CallingOptions Calling, ReadReport Reads, IReadOnlyList<PositionReport> Positions, IReadOnlyList<CandidateReport> Candidates)
{
    /// <summary>Whether an allele of a report is the one that was asked for.</summary>
    public bool IsWanted(int position, string reference, string alternate) =>
        Wanted is not null && new AlleleSpelling(position - 1, reference, alternate).Normalize(Place.Contig, Reference) == Wanted;
}
