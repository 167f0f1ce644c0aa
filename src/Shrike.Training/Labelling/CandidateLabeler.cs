using Shrike.Core;
using Shrike.Formats.Messages;
using Shrike.Hts;
using Shrike.Pipeline.Scoring;

namespace Shrike.Training.Labelling;

/// <summary>
/// Labels candidates by known truth: an ALT's label is the number of its copies in the truth, alleles compared after
/// trimming and left-alignment. Candidates near truth that no candidate matches are not labelled: their image may show
/// it in another spelling.
/// </summary>
public sealed class CandidateLabeler
{
    private const int Doubtful = 25;
    private readonly ReferenceReader _reference;
    private readonly Dictionary<string, Dictionary<Allele, int>> _truth = [];
    private readonly Dictionary<string, int[]> _starts = [];

    /// <param name="reference">Reference.</param>
    /// <param name="truthPath">Truth VCF, first sample.</param>
    public CandidateLabeler(ReferenceReader reference, string truthPath)
    {
        _reference = reference;
        using VcfReader reader = VcfReader.Open(truthPath);
        foreach (VcfRecord r in reader.ReadAll())
        {
            if (!_truth.TryGetValue(r.Contig, out Dictionary<Allele, int>? table)) _truth[r.Contig] = table = [];
            int[] genotype = r.Genotype(0, out _);
            for (int k = 0; k < r.Alternates.Count; k++)
            {
                int copies = genotype.Count(g => g == k + 1);
                foreach (Allele a in copies == 0 ? [] : Allele.Decompose(r.Start, r.Reference, r.Alternates[k], i => BaseAt(r.Contig, i))) table[a] = Math.Min(2, table.GetValueOrDefault(a) + copies);
            }
        }

        foreach ((string contig, var table) in _truth) _starts[contig] = [.. table.Keys.Select(a => a.Start).Order()];
    }

    /// <summary>Copies of every ALT of a candidate; null if it lies near truth that it does not match.</summary>
    public int[]? Label(Variant candidate)
    {
        Dictionary<Allele, int>? table = _truth.GetValueOrDefault(candidate.ReferenceName);
        var copies = new int[candidate.AlternateBases.Count];
        if (table is null) return copies;
        for (int k = 0; k < copies.Length; k++)
        {
            Allele[] parts = [.. Allele.Decompose((int)candidate.Start, candidate.ReferenceBases, candidate.AlternateBases[k], i => BaseAt(candidate.ReferenceName, i))];
            copies[k] = parts.Length == 0 ? 0 : parts.Min(a => table.GetValueOrDefault(a));
        }

        return copies.Sum() == 0 && HasTruthNear(candidate) ? null : copies;
    }

    /// <summary>Copies of any ALT of a set, at most two.</summary>
    public static int OfSet(int[] copies, IEnumerable<int> alts) => Math.Min(2, alts.Sum(a => copies[a]));

    private bool HasTruthNear(Variant v)
    {
        int[] starts = _starts[v.ReferenceName];
        int at = Array.BinarySearch(starts, (int)v.Start - Doubtful);
        at = at < 0 ? ~at : at;
        return at < starts.Length && starts[at] <= v.End + Doubtful;
    }

    private char BaseAt(string contig, int position) =>
        _reference.TryGetContig(contig, out Contig c) && position >= 0 && position < c.Length ? (char)_reference.Fetch(contig, position, position + 1)[0] : 'N';
}
