using System.Globalization;
using Shrike.Core;
using Shrike.Examples.Partitioning;
using Shrike.Hts;

namespace Shrike.Pipeline.Scoring;

/// <summary>Scores the calls of a VCF against a truth VCF inside confident regions.</summary>
public static class VcfScore
{
    private const int Margin = 200;

    /// <summary>Counts of SNPs and indels over all contigs, of calls by genotype quality (those that state one), and what is wrong.</summary>
    /// <param name="referencePath">FASTA.</param>
    /// <param name="truthPath">Truth, first sample.</param>
    /// <param name="bedPath">Confident regions.</param>
    /// <param name="callsPath">Calls, first sample; only PASS or unfiltered records count.</param>
    /// <exception cref="ShrikeException">There is nothing to compare: the inputs have no contig in common (exit 2).</exception>
    public static (ScoreCounts Snp, ScoreCounts Indel, QualityBins Qualities, IReadOnlyList<AlleleError> Errors) Score(string referencePath, string truthPath, string bedPath, string callsPath)
    {
        using ReferenceReader reference = ReferenceReader.Open(referencePath);
        RegionSet confident = ReadConfident(bedPath, reference.Contigs);
        ILookup<string, VcfRecord> truth = ReadAll(truthPath, confident);
        ILookup<string, VcfRecord> calls = ReadAll(callsPath, confident);
        (ScoreCounts snp, ScoreCounts indel) = (default, default);
        var qualities = new QualityBins();
        var errors = new List<AlleleError>();
        foreach (Contig contig in reference.Contigs)
        {
            IReadOnlyList<Region> regions = confident.On(contig.Name);
            if (regions.Count == 0) continue;
            int start = Math.Max(0, regions[0].Start - Margin);
            byte[] bases = reference.Fetch(contig.Name, start, Math.Min(contig.Length, regions[^1].End + Margin));
            char BaseAt(int i) => i >= start && i < start + bases.Length ? (char)bases[i - start] : 'N';
            bool Inside(Allele a) => regions.Any(r => r.Start <= a.Start && a.End <= r.End);
            (ScoreCounts s, ScoreCounts i, IReadOnlyList<(Allele Allele, int Truth, int Called)> differences) = CallScore.Compare(
                Alleles(truth[contig.Name], start, start + bases.Length, BaseAt, all: true),
                Alleles(calls[contig.Name], start, start + bases.Length, BaseAt, all: false),
                Inside,
                BaseAt);
            snp = Sum(snp, s);
            indel = Sum(indel, i);
            errors.AddRange(differences.Select(e => new AlleleError(contig.Name, e.Allele, e.Truth, e.Called)));
            HashSet<Allele> wrong = [.. differences.Where(e => e.Called > 0).Select(e => e.Allele)];
            foreach (VcfRecord r in calls[contig.Name].Where(IsCalled))
            {
                if (!int.TryParse(r.Format(0, "GQ"), NumberStyles.None, CultureInfo.InvariantCulture, out int quality)) continue;
                Allele[] alleles = [.. Alleles([r], start, start + bases.Length, BaseAt, all: false).Keys];
                if (alleles.Length > 0 && alleles.All(Inside)) qualities.Add(quality, alleles.Any(wrong.Contains));
            }
        }

        return (snp, indel, qualities, errors);
    }

    private static bool IsCalled(VcfRecord r) => r.Filters.Count == 0 || r.Filters[0] == "PASS";

    private static RegionSet ReadConfident(string path, IReadOnlyList<Contig> contigs)
    {
        Region[] regions = [.. RegionParser.ReadBed(path)];
        var unknown = new UnknownContigs(regions.Select(r => r.Contig), contigs);
        if (unknown.HasKnown) return new RegionSet(regions, contigs);
        throw ShrikeException.Usage($"{path}: no confident base lies on a contig of the reference: {(regions.Length == 0 ? "the file is empty" : unknown)}");
    }

    /// <summary>The records by contig, at least one contig of which, or of the header, has confident regions.</summary>
    private static ILookup<string, VcfRecord> ReadAll(string path, RegionSet confident)
    {
        using VcfReader reader = VcfReader.Open(path);
        ILookup<string, VcfRecord> records = reader.ReadAll().ToLookup(r => r.Contig);
        string[] names = [.. reader.Header.Contigs.Select(c => c.Name).Union(records.Select(r => r.Key))];
        if (names.Length == 0 || names.Any(n => confident.On(n).Count > 0)) return records;
        throw ShrikeException.Usage($"{path}: shares no contig with the confident regions on the reference: it has {UnknownContigs.Some(names)}, they have {UnknownContigs.Some([.. confident.Regions.Select(r => r.Contig).Distinct()])}");
    }

    private static Dictionary<Allele, int> Alleles(IEnumerable<VcfRecord> records, int start, int end, Func<int, char> baseAt, bool all)
    {
        var table = new Dictionary<Allele, int>();
        foreach (VcfRecord r in records)
        {
            if (r.Start < start || r.Start + r.Reference.Length > end || !(all || IsCalled(r))) continue;
            int[] genotype = r.Genotype(0, out _);
            for (int k = 0; k < r.Alternates.Count; k++)
            {
                int copies = genotype.Count(a => a == k + 1);
                if (copies == 0 || r.Alternates[k].AsSpan().IndexOfAnyExcept("ACGTN") >= 0) continue;
                foreach (Allele a in Allele.Decompose(r.Start, r.Reference, r.Alternates[k], baseAt)) table[a] = Math.Min(2, table.GetValueOrDefault(a) + copies);
            }
        }

        return table;
    }

    private static ScoreCounts Sum(ScoreCounts a, ScoreCounts b) => new(a.TruePositives + b.TruePositives, a.FalsePositives + b.FalsePositives, a.FalseNegatives + b.FalseNegatives);
}
