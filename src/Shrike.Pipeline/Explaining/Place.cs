using System.Globalization;
using Shrike.Core;
using Shrike.Examples.Candidates;

namespace Shrike.Pipeline.Explaining;

/// <summary>What an explanation is asked for: a position, a short interval, or an allele.</summary>
/// <param name="Contig">Contig.</param>
/// <param name="Start">First base, 0-based.</param>
/// <param name="End">One past the last base.</param>
/// <param name="Allele">The allele, spelled as the user did; null for all.</param>
public sealed record Place(Contig Contig, int Start, int End, AlleleSpelling? Allele = null)
{
    /// <summary>Most bases of an interval.</summary>
    public const int Longest = 1000;

    private const string Forms = "write CONTIG:POSITION, CONTIG:FIRST-LAST or CONTIG:POSITION:REF>ALT, positions from 1 on";

    /// <summary>Whether a 0-based interval shares a base with the place.</summary>
    public bool Overlaps(int start, int end) => start < End && end > Start;

    /// <inheritdoc/>
    public override string ToString() => Allele is { } allele
        ? string.Create(CultureInfo.InvariantCulture, $"{Contig.Name}:{allele.Position + 1}:{allele.Reference}>{allele.Alternate}")
        : string.Create(CultureInfo.InvariantCulture, $"{Contig.Name}:{Start + 1}") + (End - Start == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"-{End}"));

    /// <summary>Reads a place as people write it.</summary>
    /// <param name="text"><c>chr20:10,004,223</c>, <c>chr20:10004200-10004300</c> or <c>chr20:10004223:A>G</c>.</param>
    /// <param name="contigs">Contigs of the reference.</param>
    /// <exception cref="ShrikeException">No place, an unknown contig, a position behind its end, or too long an interval (exit 2).</exception>
    public static Place Parse(string text, IReadOnlyList<Contig> contigs)
    {
        (string before, string allele) = text.Contains('>', StringComparison.Ordinal) ? Cut(text, text) : (text, "");
        (string name, string positions) = Cut(before, text);
        Contig contig = Find(name, contigs);
        string[] ends = positions.Replace(",", "", StringComparison.Ordinal).Split('-');
        if (ends.Length > 2 || (ends.Length == 2 && allele.Length > 0) || !TryPosition(ends[0], out long first) || !TryPosition(ends[^1], out long last)) throw NoPlace(text);
        if (last < first) throw ShrikeException.Usage($"{text}: the last position lies before the first");
        string[] alleles = allele.ToUpperInvariant().Split('>');
        if (allele.Length > 0)
        {
            if (alleles.Length != 2 || !IsSequence(alleles[0]) || !IsSequence(alleles[1])) throw ShrikeException.Usage($"{text}: \"{allele}\" is no allele: write REF>ALT in the letters A, C, G and T, with the base before an insertion or deletion as in a VCF");
            if (alleles[0] == alleles[1]) throw ShrikeException.Usage($"{text}: REF and ALT are the same");
            last = first + alleles[0].Length - 1;
        }

        if (last > contig.Length) throw ShrikeException.Usage($"{text}: {contig.Name} has only {contig.Length} bases");
        if (last - first + 1 > Longest) throw ShrikeException.Usage($"{text}: has {last - first + 1} bases; at most {Longest} can be explained at once");
        int start = (int)first - 1;
        return new Place(contig, start, (int)last, allele.Length > 0 ? new AlleleSpelling(start, alleles[0], alleles[1]) : null);
    }

    private static (string Before, string After) Cut(string part, string text)
    {
        int colon = part.LastIndexOf(':');
        return colon > 0 ? (part[..colon], part[(colon + 1)..]) : throw NoPlace(text);
    }

    private static Contig Find(string name, IReadOnlyList<Contig> contigs)
    {
        foreach (Contig contig in contigs)
        {
            if (contig.Name == name) return contig;
        }

        string other = name.StartsWith("chr", StringComparison.Ordinal) ? name[3..] : "chr" + name;
        throw ShrikeException.Usage($"the reference has no contig {name}{(contigs.Any(c => c.Name == other) ? $", but it has {other}" : "")}");
    }

    private static bool TryPosition(string text, out long position) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out position) && position >= 1;

    private static bool IsSequence(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept("ACGT");

    private static ShrikeException NoPlace(string text) => ShrikeException.Usage($"\"{text}\" is no place: {Forms}");
}
