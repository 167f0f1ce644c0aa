using System.Globalization;
using Shrike.Examples.Candidates;
using Shrike.Examples.Phasing;
using Shrike.Examples.Reads;
using Shrike.Formats.Messages;

namespace Shrike.Examples.Tests.Phasing;

/// <summary>Sites written as text: <c>100 A:1,2,3 C:4,5 REF:6</c>; reads are numbered from 1, and a bad observation has a minus.</summary>
internal static class PhasingCase
{
    /// <summary>Candidates of sites separated by semicolons. Where the reference is longer than a base the position says so: <c>100/3</c>.</summary>
    public static List<Candidate> Candidates(string sites) => [.. sites.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Candidate)];

    /// <summary>As many reads as asked for, all in one place.</summary>
    public static ReadBatch Batch(int reads)
    {
        var builder = new BatchBuilder();
        for (int i = 0; i < reads; i++) builder.Add(100, "4M", "ACGT", name: $"r{i + 1}");
        return builder.Build(0, 1000);
    }

    public static PhasedReads Phase(string sites, int reads) => ReadPhaser.Phase(Candidates(sites), Batch(reads), 0, 1000);

    public static string Text(PhasedReads phased) => string.Join(',', phased.Haplotypes) + " | " + string.Join(' ', phased.Sites.Select(s => $"{s.Start}:{s.First}/{s.Second}"));

    private static Candidate Candidate(string site)
    {
        string[] words = site.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[] place = words[0].Split('/');
        int start = Number(place[0]);
        int length = place.Length > 1 ? Number(place[1]) : 1;
        string[][] alleles = [.. words.Skip(1).Select(w => w.Split(':'))];
        string[] alts = [.. alleles.Select(a => a[0]).Where(a => a is not ("REF" or "UNCALLED"))];
        return new Candidate
        {
            Variant = new Variant { ReferenceName = "c", Start = start, End = start + length, ReferenceBases = new string('N', length), AlternateBases = { alts } },
            Support =
            [
                .. alleles.SelectMany(a => a[1].Split(',').Select(Number).Select(r => new AlleleSupport(
                    Math.Abs(r) - 1,
                    a[0] == "REF" ? AlleleSupport.Reference : a[0] == "UNCALLED" ? AlleleSupport.Uncalled : (short)Array.IndexOf(alts, a[0]),
                    r < 0,
                    30))),
            ],
        };
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
