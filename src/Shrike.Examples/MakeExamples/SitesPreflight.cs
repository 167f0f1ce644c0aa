using System.Globalization;
using Shrike.Core;
using Shrike.Examples.Candidates;
using Shrike.Hts;

namespace Shrike.Examples.MakeExamples;

/// <summary>
/// Reads all sites of the regions to call once, before any work, so that what is wrong with them is not found hours later. Nothing
/// is kept of them.
/// </summary>
public sealed class SitesPreflight
{
    // An index leads to pieces of this many bases: nearer regions are read in one go.
    private const int IndexStep = 1 << 14;
    private const int WindowBases = 1 << 13;
    private readonly string _path;
    private readonly RegionSet _regions;
    private readonly ReferenceWindow _reference;
    private readonly SiteSpelling _spelling;
    private readonly Tally _wrong = new(), _noBases = new(), _uncounted = new();
    private long _inside;

    private SitesPreflight(string path, ReferenceReader reference, RegionSet regions)
    {
        _path = path;
        _regions = regions;
        _reference = new ReferenceWindow(reference);
        _spelling = new SiteSpelling(_reference);
    }

    /// <summary>Checks a file of sites.</summary>
    /// <param name="path">VCF or BCF with index.</param>
    /// <param name="reference">The reference.</param>
    /// <param name="regions">What is called.</param>
    /// <param name="log">Receives a line on every kind of site that has no record, or no genotype.</param>
    /// <exception cref="ShrikeException">
    /// The file cannot be read (exit 4), has no index or only contigs that the reference lacks (exit 2), is not sorted, or does not fit the reference (exit 3).
    /// </exception>
    public static void Check(string path, ReferenceReader reference, RegionSet regions, Action<string> log)
    {
        using VcfReader reader = VcfReader.Open(path);
        IReadOnlyList<(string Contig, long Records)> contigs = reader.IndexedContigs();
        string[] unknown = [.. contigs.Select(c => c.Contig).Where(c => !reference.TryGetContig(c, out _))];
        if (unknown.Length > 0)
        {
            string some = $"{string.Join(", ", unknown.Take(3))}{(unknown.Length > 3 ? ", ..." : "")}";
            string[] names = [.. reference.Contigs.Take(3).Select(c => c.Name)];
            if (unknown.Length == contigs.Count) throw ShrikeException.Usage($"{path}: none of its sites lie on the reference: it speaks of {some}, the reference of {string.Join(", ", names)}: bcftools annotate --rename-chrs");
            log($"{path}: sites on {some} have no record: the reference has no such contig");
        }

        var preflight = new SitesPreflight(path, reference, regions);
        foreach ((string contig, _) in contigs)
        {
            if (reference.TryGetContig(contig, out Contig known)) preflight.Read(reader, known);
        }

        preflight.Report(contigs.Any(c => c.Records < 0) ? -1 : contigs.Sum(c => c.Records), log);
    }

    private void Read(VcfReader reader, Contig contig)
    {
        IReadOnlyList<Region> regions = _regions.On(contig.Name);
        for (int first = 0; first < regions.Count;)
        {
            int last = first;
            while (last + 1 < regions.Count && regions[last + 1].Start - regions[last].End < IndexStep) last++;
            (int start, int end) = (regions[first].Start, regions[last].End);
            _reference.Move(contig, start, start);
            int before = 0;
            foreach (VcfRecord record in reader.Stream(contig.Name, start, (long)end + SiteSpelling.Reach))
            {
                if (record.Start < before) throw ShrikeException.InvalidData(string.Create(CultureInfo.InvariantCulture, $"{_path}: {contig.Name}:{record.Start + 1} stands behind {contig.Name}:{before + 1}: sites must be sorted: bcftools sort, then bcftools index -t"));
                before = record.Start;
                if (record.Start >= start) Look(record, contig);
            }

            first = last + 1;
        }
    }

    private void Look(VcfRecord record, Contig contig)
    {
        if (record.Start + record.Reference.Length > _reference.End || record.Start - SiteSpelling.Reach < _reference.Start) _reference.Move(contig, record.Start - SiteSpelling.Reach, record.Start + WindowBases);
        bool isInside = false;
        if (record.Alternates.Count == 0) isInside = Note(SiteFault.NoBases, record, ".", record.Start);
        for (int i = 0; i < record.Alternates.Count; i++)
        {
            SiteFault fault = _spelling.Read(record, i, out AlleleSpelling allele);

            // What lies behind the contig's end lies in no region, and yet it says that the sites are of another reference.
            if (record.Start >= contig.Length && fault == SiteFault.WrongReference) _wrong.Add(record, record.Alternates[i]);
            else isInside |= Note(fault, record, record.Alternates[i], allele.Position);
            if (fault == SiteFault.None && !SiteSpelling.IsCounted(allele) && _regions.Contains(record.Contig, allele.Position)) _uncounted.Add(record, record.Alternates[i]);
            if (fault == SiteFault.WrongReference) break;
        }

        if (isInside) _inside++;
    }

    /// <summary>Counts a fault of an allele inside the regions; false if it lies outside.</summary>
    private bool Note(SiteFault fault, VcfRecord record, string alternate, int position)
    {
        if (!_regions.Contains(record.Contig, position)) return false;
        if (fault == SiteFault.WrongReference) _wrong.Add(record, alternate);
        if (fault == SiteFault.NoBases) _noBases.Add(record, alternate);
        return true;
    }

    private void Report(long all, Action<string> log)
    {
        if (_wrong.Count > 0) throw ShrikeException.InvalidData($"{_path}: {Text(_wrong.Count)} with another REF than the reference, the first {_wrong.First}: sites and reads must be of the same reference (bcftools norm -c x -f REFERENCE leaves such sites out)");
        if (_noBases.Count > 0) log($"{_path}: {Text(_noBases.Count)} without bases that a read could show, the first {_noBases.First}: no record for these ALTs");
        if (_uncounted.Count > 0) log($"{_path}: {Text(_uncounted.Count)} neither one base for another nor an insertion or deletion, the first {_uncounted.First}: their records are no-calls (bcftools norm --atomize splits what replaces several bases)");
        if (_inside == 0) log($"{_path}: no site lies in the regions that are called");
        else if (all > _inside) log(string.Create(CultureInfo.InvariantCulture, $"{_path}: {_inside} of {all} sites lie in the regions that are called; the others have no record"));
    }

    private static string Text(long count) => string.Create(CultureInfo.InvariantCulture, $"{count} allele{(count == 1 ? "" : "s")}");

    /// <summary>How many alleles, and which was the first.</summary>
    private sealed class Tally
    {
        private const int Longest = 30;

        public long Count { get; private set; }

        public string First { get; private set; } = "";

        public void Add(VcfRecord record, string alternate)
        {
            if (Count++ == 0) First = string.Create(CultureInfo.InvariantCulture, $"{record.Contig}:{record.Start + 1} {Short(record.Reference)}>{Short(alternate)}");
        }

        private static string Short(string allele) => allele.Length <= Longest ? allele : allele[..Longest] + "...";
    }
}
