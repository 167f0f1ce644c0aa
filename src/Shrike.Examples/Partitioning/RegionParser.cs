using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using Shrike.Core;

namespace Shrike.Examples.Partitioning;

/// <summary>
/// Regions as users give them: words that are literals (<c>chr20</c>, <c>chr20:100</c>, <c>chr20:1,000-2,000</c>, 1-based
/// inclusive) or files (.bed, .bed.gz, .bedpe). An exact contig name goes before the syntax of literals.
/// </summary>
public static partial class RegionParser
{
    /// <summary>The set a text stands for; contigs outside the table do not count.</summary>
    /// <exception cref="ShrikeException">A word that is no region, or a file that is not BED.</exception>
    public static RegionSet Parse(string text, IReadOnlyList<Contig> contigs) => new(Read(text, contigs), contigs);

    /// <summary>The regions of a text in its order; those on contigs outside the table too, a whole contig of which is one base.</summary>
    /// <exception cref="ShrikeException">A word that is no region, or a file that is not BED.</exception>
    public static IEnumerable<Region> Read(string text, IReadOnlyList<Contig> contigs) => Words(text).SelectMany(word => IsFile(word) ? ReadBed(word) : [ParseLiteral(word, contigs)]);

    /// <summary>The files that a text names.</summary>
    public static IEnumerable<string> Files(string text) => Words(text).Where(IsFile);

    /// <summary>Intervals of a BED or BEDPE file, in file order; comments and the lines of genome browsers are passed over.</summary>
    public static IEnumerable<Region> ReadBed(string path)
    {
        bool pairs = path.EndsWith(".bedpe", StringComparison.OrdinalIgnoreCase);
        int columns = 0;
        int number = 0;
        foreach (string line in ReadLines(path))
        {
            number++;
            if ((line.StartsWith('#') && !pairs) || BrowserLine().IsMatch(line)) continue;
            string[] fields = line.Split('\t');
            if (pairs)
            {
                if (fields.Length >= 6 && fields[0] == fields[3]) yield return new Region(fields[0], Number(fields[1], path, number), Number(fields[5], path, number));
                continue;
            }

            if (columns == 0) columns = fields.Length;
            if (fields.Length != columns || columns is not (3 or 4 or 5 or 6 or 8 or 9 or 12))
            {
                throw ShrikeException.InvalidData($"{path}: line {number}: a BED line has 3, 4, 5, 6, 8, 9 or 12 columns separated by tabs, the same number in every line, not {fields.Length}");
            }

            var region = new Region(fields[0], Number(fields[1], path, number), Number(fields[2], path, number));
            if (region.Start >= region.End) throw ShrikeException.InvalidData($"{path}: line {number}: the interval {fields[0]}:{region.Start}-{region.End} has no bases");
            yield return region;
        }
    }

    /// <summary>The words of a text, which are one where a file has blanks in its name.</summary>
    private static string[] Words(string text) => IsFile(text) && File.Exists(text) ? [text] : text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static bool IsFile(string word) => word.EndsWith(".bed", StringComparison.OrdinalIgnoreCase)
        || word.EndsWith(".bed.gz", StringComparison.OrdinalIgnoreCase) || word.EndsWith(".bedpe", StringComparison.OrdinalIgnoreCase);

    private static Region ParseLiteral(string word, IReadOnlyList<Contig> contigs)
    {
        foreach (Contig contig in contigs)
        {
            if (contig.Name == word) return new Region(word, 0, checked((int)contig.Length));
        }

        int colon = word.LastIndexOf(':');
        if (!contigs.Any(c => colon > 0 && c.Name == word[..colon]) && LooksLikeFile().IsMatch(word)) throw ShrikeException.Usage($"{word}: a file of regions must be named .bed or .bed.gz");
        if (Commas().IsMatch(word)) throw ShrikeException.Usage($"\"{word}\" is not a region: separate regions by blanks");
        if (colon > 0)
        {
            string[] ends = word[(colon + 1)..].Replace(",", "", StringComparison.Ordinal).Split('-');
            if (ends.Length <= 2 && int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
                && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int last) && first >= 1 && last >= first)
            {
                return new Region(word[..colon], first - 1, last);
            }

            throw ShrikeException.Usage($"\"{word}\" is not a region: write contig:start-end with 1-based positions, start at least 1 and not behind end");
        }

        // An unknown contig vanishes like any other bases that the reference does not have.
        return new Region(word, 0, 1);
    }

    private static IEnumerable<string> ReadLines(string path)
    {
        if (!File.Exists(path)) throw ShrikeException.InputOutput($"{path}: no such file");
        if (NamedPipe.Is(path)) throw ShrikeException.InputOutput($"{path}: is a pipe: write the regions to a file");
        using FileStream file = File.OpenRead(path);
        bool gzip = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        using var reader = new StreamReader(gzip ? new GZipStream(file, CompressionMode.Decompress) : file);
        while (reader.ReadLine() is { } line) yield return line;
    }

    private static int Number(string text, string path, int line) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int n)
            ? n
            : throw ShrikeException.InvalidData($"{path}: line {line}: \"{text}\" is not a position");

    // "track name=targets", "browser position chr1:1-100": a blank or tab and no number behind the word.
    [GeneratedRegex(@"^(track|browser)(\s+\D|\s*$)")]
    private static partial Regex BrowserLine();

    [GeneratedRegex(@"/|\.(txt|tsv|csv|list|intervals?|interval_list|gff3?|gtf|vcf|gz)$", RegexOptions.IgnoreCase)]
    private static partial Regex LooksLikeFile();

    // A comma that does not stand between the digits of a position.
    [GeneratedRegex(@"^[^:]*,|,.*[^\d,-]")]
    private static partial Regex Commas();
}
