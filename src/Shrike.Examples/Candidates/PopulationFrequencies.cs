using System.Globalization;
using System.Text;
using Shrike.Core;
using Shrike.Formats.Messages;
using Shrike.Hts;

namespace Shrike.Examples.Candidates;

/// <summary>
/// Looks up how frequent the alleles of candidates are in a population. Alleles are the same if they make the same sequence out of
/// the reference, however they are written. Spec 50 section 12. Belongs to one thread.
/// </summary>
/// <param name="vcfs">Where the frequencies stand.</param>
public sealed class PopulationFrequencies(PopulationVcfs vcfs) : IDisposable
{
    private readonly Dictionary<string, VcfReader> _readers = [];

    /// <summary>Gives every candidate of a partition its frequencies.</summary>
    /// <param name="candidates">The candidates, of one contig.</param>
    /// <param name="reference">Reference around them.</param>
    /// <exception cref="ShrikeException">A record that matches has no frequency (exit 3).</exception>
    public void Attach(List<Candidate> candidates, ReferenceWindow reference)
    {
        if (candidates.Count == 0) return;
        IReadOnlyList<VcfRecord> near = Records(reference.Contig.Name, candidates.Min(c => c.Start), candidates.Max(c => c.End));
        foreach (Candidate candidate in candidates)
        {
            VcfRecord[] cohort = [.. near.Where(r => r.Start < candidate.End && r.End > candidate.Start)];
            candidate.Frequencies = Find(candidate.Variant, cohort, reference);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (VcfReader reader in _readers.Values) reader.Dispose();
    }

    private IReadOnlyList<VcfRecord> Records(string contig, int start, int end)
    {
        if (vcfs.Of(contig) is not { } path) return [];
        if (!_readers.TryGetValue(path, out VcfReader? reader)) _readers[path] = reader = VcfReader.Open(path);
        return reader.Header.Contigs.Count > 0 && !reader.Header.Contigs.Any(c => c.Name == contig) ? [] : reader.Query(contig, start, end);
    }

    /// <summary>Frequencies of one candidate's alleles.</summary>
    /// <param name="variant">The candidate.</param>
    /// <param name="cohort">Records that overlap it, in file order.</param>
    /// <param name="reference">Reference around it.</param>
    private AlleleFrequencies Find(Variant variant, VcfRecord[] cohort, ReferenceWindow reference)
    {
        var frequencies = new float[variant.AlternateBases.Count];
        int start = cohort.Aggregate((int)variant.Start, (least, r) => Math.Min(least, r.Start));
        int end = cohort.Aggregate((int)variant.End, (most, r) => Math.Max(most, Math.Max(r.End, r.Start + r.Reference.Length)));
        if (cohort.Length == 0 || end > reference.Contig.Length) return new AlleleFrequencies(1, frequencies);
        string letters = Encoding.ASCII.GetString(reference.Bases(start, end));
        string With(int at, int length, string alt) => string.Concat(letters.AsSpan(0, at - start), alt, letters.AsSpan(at - start + length));
        VcfRecord? first = null;
        for (int a = 0; a < frequencies.Length; a++)
        {
            string haplotype = With((int)variant.Start, variant.ReferenceBases.Length, variant.AlternateBases[a]);
            foreach (VcfRecord record in cohort)
            {
                for (int i = 0; i < record.Alternates.Count; i++)
                {
                    if (With(record.Start, record.Reference.Length, record.Alternates[i]) != haplotype) continue;
                    frequencies[a] = Frequency(record, i);
                    if (frequencies[a] != 0) first ??= record;
                }
            }
        }

        // Without a match the reference is as frequent as a record of other ALTs of the same bases leaves it.
        if (first is null)
        {
            (int, string) same = Trimmed((int)variant.Start, variant.ReferenceBases, variant.AlternateBases);
            first = cohort.FirstOrDefault(r => Trimmed(r.Start, r.Reference, r.Alternates) == same);
        }

        float others = 0;
        for (int i = 0; i < (first?.Alternates.Count ?? 0); i++) others += Frequency(first!, i);
        return new AlleleFrequencies(1 - others, frequencies);
    }

    private static (int Start, string Reference) Trimmed(int start, string reference, IReadOnlyList<string> alts)
    {
        int shared = 0;
        while (shared + 1 < reference.Length && alts.All(a => shared + 1 < a.Length && a[shared] == reference[shared])) shared++;
        return (start + shared, reference[shared..]);
    }

    /// <summary>INFO/AF of one ALT, through double as in the original's reader.</summary>
    private float Frequency(VcfRecord record, int alt)
    {
        string[] values = record.Info("AF")?.Split(',') ?? [];
        return alt < values.Length && double.TryParse(values[alt], NumberStyles.Float, CultureInfo.InvariantCulture, out double frequency)
            ? (float)frequency
            : throw ShrikeException.InvalidData($"{vcfs.Of(record.Contig)}: {record.Contig}:{record.Start + 1}: has no INFO/AF of its ALT {record.Alternates[alt]}");
    }
}
