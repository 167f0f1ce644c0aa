using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using Shrike.Core;
using Shrike.Examples.Reads;
using Shrike.Examples.Realigning.Alignment;
using Shrike.Examples.Realigning.Assembly;

namespace Shrike.Examples.Tests.Realigning;

/// <summary>102 published reads of one window, before and after realignment.</summary>
public sealed partial class HaplotypeAlignerTests
{
    private const int ReferenceStart = 38_091_533;
    private static readonly string[] CigarNames = ["", "ALIGNMENT_MATCH", "INSERT", "DELETE", "SKIP", "CLIP_SOFT", "CLIP_HARD", "PAD", "SEQUENCE_MATCH", "SEQUENCE_MISMATCH"];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void PublishedReadsAreRealigned(bool normalize)
    {
        string reference = File.ReadAllText(TestData.PathOf("upstream", "input", "reference.pbtxt")).Trim();
        string[] haplotypeTexts = File.ReadAllText(TestData.PathOf("upstream", "input", "haplotypes.pbtxt")).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        List<(string Name, int Start, string Cigar, string Bases)> reads = Read("reads.pbtxt");
        List<(string Name, int Start, string Cigar, string Bases)> expected = Read("realigned_reads.pbtxt");
        Assert.Equal((102, 102), (reads.Count, expected.Count));

        var builder = new BatchBuilder();
        foreach (var read in reads) builder.Add(read.Start, read.Cigar, read.Bases, name: read.Name);
        ReadBatch batch = builder.Build(ReferenceStart - 1000, ReferenceStart + 2000);
        var haplotypes = new HaplotypeSet();
        foreach (string text in haplotypeTexts) haplotypes.Add(Encoding.ASCII.GetBytes(text));
        new HaplotypeAligner(new HaplotypeAlignerOptions { NormalizeReads = normalize })
            .Align(batch, [.. Enumerable.Range(0, reads.Count)], haplotypes, Encoding.ASCII.GetBytes(reference), ReferenceStart, 0, 0);

        // Without normalisation the file's one alignment that could be moved left is given up.
        if (!normalize) expected[3] = expected[3] with { Cigar = "145M3S" };
        int changed = 0;
        for (int i = 0; i < reads.Count; i++)
        {
            Assert.Equal((i, expected[i].Start, expected[i].Cigar), (i, batch.Start[i], Cigar.ToText(batch.CigarOf(i))));
            if ((reads[i].Start, reads[i].Cigar) != (expected[i].Start, expected[i].Cigar)) changed++;
        }

        Assert.Equal(normalize ? 30 : 29, changed);
    }

    [Fact]
    public void ZeroMeansTheBuiltInValue()
    {
        HaplotypeAlignerOptions o = new HaplotypeAlignerOptions { Match = 0, Mismatch = 0, GapOpen = 0, GapExtend = 0, KmerSize = 0, MaxMismatches = 0, SimilarityThreshold = 0 }.Resolved();
        Assert.Equal((4, 6, 8, 1, 32, 2, 0.85), (o.Match, o.Mismatch, o.GapOpen, o.GapExtend, o.KmerSize, o.MaxMismatches, o.SimilarityThreshold));
        Assert.Equal(1, new HaplotypeAlignerOptions().ScoreThreshold(101));
        Assert.Equal(250, o.ScoreThreshold(100));
        Assert.Throws<ShrikeException>(() => new HaplotypeAlignerOptions { GapOpen = 2, GapExtend = 2 }.Validate());
        Assert.Throws<ShrikeException>(() => new HaplotypeAlignerOptions { KmerSize = 33 }.Validate());
    }

    /// <summary>With one haplotype that is its own reference a read gets its best ungapped place, or else the path of the Smith-Waterman rules.</summary>
    [Fact]
    public void OneHaplotypeEqualsTheLiteralRules()
    {
        var aligner = new HaplotypeAligner(new HaplotypeAlignerOptions());
        Gen<string> letters = Gen.OneOf(Gen.Char["ACGT"].Array[30, 140], Gen.Char["AAAC"].Array[30, 90]).Select(c => new string(c));
        var edit = Gen.Select(Gen.Int[0, 2], Gen.Int[0, 139], Gen.Int[1, 12]);
        Gen.Select(letters, Gen.Int[0, 60], Gen.Int[1, 140], Gen.Select(edit.Array[0, 3], Gen.Char["ACGT"].Array[0, 9])).Sample(
            (haplotype, from, length, change) =>
            {
                (var edits, char[] clip) = change;
                var text = new StringBuilder(haplotype[(from % haplotype.Length)..Math.Min(haplotype.Length, (from % haplotype.Length) + length)]);
                foreach ((int kind, int where, int n) in edits)
                {
                    int at = where % text.Length;
                    if (kind == 0) text[at] = text[at] == 'A' ? 'C' : 'A';
                    else if (kind == 1) text.Insert(at, $"{new string(clip)}{"ACG"[..(n % 3)]}");
                    else if (text.Length - at > n) text.Remove(at, n);
                }

                string read = $"{text.Insert(0, new string(clip))}";
                ReadBatch batch = new BatchBuilder().Add(7, $"{read.Length}M", read).Build(0, 1000);
                var set = new HaplotypeSet();
                set.Add(Encoding.ASCII.GetBytes(haplotype));
                var isAligned = new bool[1];
                aligner.AlignToOne(batch, [0], set, 100, isAligned);
                (int Position, string Cigar)? expected = LiteralPlacement(haplotype, read);
                Assert.Equal(expected is not null, isAligned[0]);
                if (expected is { } e) Assert.Equal((100 + e.Position, e.Cigar), (batch.Start[0], Cigar.ToText(batch.CigarOf(0))));
            },
            iter: 4000,
            threads: 1);
    }

    private static (int Position, string Cigar)? LiteralPlacement(string haplotype, string read)
    {
        const int k = 32;
        (int score, int position) = (0, -1);
        for (int i = 0; read.Length > k && i + k <= haplotype.Length; i++)
        {
            for (int p = 0; p + k <= read.Length; p++)
            {
                int t = Math.Max(0, i - p);
                if (string.CompareOrdinal(read, p, haplotype, i, k) != 0 || t + read.Length > haplotype.Length || t == position) continue;
                int mismatches = Enumerable.Range(0, read.Length).Count(x => read[x] != haplotype[t + x]);
                int s = (4 * (read.Length - mismatches)) - (6 * mismatches);
                if (mismatches <= 2 && s > score) (score, position) = (s, t);
            }
        }

        if (position >= 0) return (position, $"{read.Length}M");
        (int best, int begin, string cigar) = LiteralAligner.Align(read, haplotype, new AlignmentScoring(4, 6, 8, 2));
        return best == 0 ? null : (begin, Cancelled(cigar));
    }

    /// <summary>Where insertion and deletion meet, each pair of bases becomes a match in front of what is left.</summary>
    private static string Cancelled(string cigar)
    {
        var units = new List<char>();
        foreach (uint element in BatchBuilder.Parse(cigar))
        {
            char op = "MIDNSHPMM"[(int)Cigar.Op(element)];
            for (int n = 0; n < Cigar.Length(element); n++)
            {
                if (units.Count > 0 && (units[^1], op) is ('I', 'D') or ('D', 'I'))
                {
                    int first = units.Count - 1;
                    while (first > 0 && units[first - 1] == units[^1]) first--;
                    units.RemoveAt(units.Count - 1);
                    units.Insert(first, 'M');
                    continue;
                }

                units.Add(op);
            }
        }

        var packed = new List<uint>();
        foreach (char op in units) Cigar.Append(packed, Cigar.Pack((CigarOp)"MIDNS".IndexOf(op, StringComparison.Ordinal), 1));
        return Cigar.ToText(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(packed));
    }

    private static List<(string Name, int Start, string Cigar, string Bases)> Read(string file)
    {
        string text = File.ReadAllText(TestData.PathOf("upstream", "input", file));
        var reads = new List<(string, int, string, string)>();
        foreach (string one in text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            if (!one.Contains("aligned_sequence", StringComparison.Ordinal)) continue;
            var cigar = new StringBuilder();
            foreach (Match m in CigarUnit().Matches(one)) cigar.Append(m.Groups[2].Value).Append("MIDNSHP=X"[Array.IndexOf(CigarNames, m.Groups[1].Value) - 1]);
            reads.Add((Name().Match(one).Groups[1].Value, int.Parse(Position().Match(one).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), cigar.ToString(), Sequence().Match(one).Groups[1].Value));
        }

        return reads;
    }

    [GeneratedRegex(@"cigar\s*{\s*operation:\s*(\w+)\s*operation_length:\s*(\d+)\s*}")]
    private static partial Regex CigarUnit();

    [GeneratedRegex("fragment_name: \"([^\"]+)\"")]
    private static partial Regex Name();

    [GeneratedRegex(@"\bposition: (\d+)")]
    private static partial Regex Position();

    [GeneratedRegex("aligned_sequence: \"([^\"]+)\"")]
    private static partial Regex Sequence();
}
