using System.Text;
using System.Text.RegularExpressions;
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
