using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Text;
using CsCheck;
using Shrike.Core;
using Shrike.Examples.Realigning.Alignment;

namespace Shrike.Examples.Tests.Realigning;

public sealed class LocalAlignerTests
{
    private static readonly AlignmentScoring Usual = new(4, 6, 8, 2);

    // Low-complexity sequences (a short unit, mutated) are where ties between paths are common.
    private static readonly Gen<string> Sequence = Gen.OneOf(
        Gen.Char["ACGT"].Array[1, 120].Select(c => new string(c)),
        Gen.Char["ACGTN"].Array[1, 60].Select(c => new string(c)),
        Gen.Select(Gen.Char["ACGT"].Array[1, 6], Gen.Int[3, 160], Gen.Select(Gen.Int[0, 159], Gen.Char["ACGTN"]).Array[0, 5]).Select((unit, length, changes) =>
        {
            char[] s = [.. Enumerable.Range(0, length).Select(i => unit[i % unit.Length])];
            foreach ((int at, char c) in changes) s[at % length] = c;
            return new string(s);
        }));

    [Theory]
    [InlineData("GATTACATTTTTGGCCAAGT", "GATTACATTTTTTGGCCAAGT", 72, 0, "7=1D13=")]
    [InlineData("GATTACATTTTTTGGCCAAGT", "GATTACATTTTTGGCCAAGT", 72, 0, "7=1I13=")]
    [InlineData("CCGATCACACACTTGGA", "CCGATCACACACACTTGGA", 58, 0, "5=2D12=")]
    [InlineData("ACGTTGCA", "ACGTTGCATTTTACGTTGCA", 32, 0, "8=")]
    [InlineData("ACGTTGCAACGTTGCA", "TTACGTTGCATT", 32, 2, "8=8S")]
    [InlineData("AACCGGTTAGACCATTGG", "AACCGGTTNGACCATTGG", 62, 0, "8=1X9=")]
    [InlineData("ACGTNCGTACGT", "ACGTNCGTACGT", 38, 0, "12=")]
    [InlineData("ACGTACGTACGAC", "ACGTACGTACGTC", 44, 0, "11=2S")]
    [InlineData("ACGTACGTACGACA", "ACGTACGTACGTCA", 46, 0, "11=1X2=")]
    [InlineData("GGCATCGTAGCATTTTTTTTTTGCATCGGATTACG", "GGCATCGTAGCAGACCAGACCAGCATCGGATTACG", 52, 22, "22S13=")]
    [InlineData("TTTTTTTTTACGTACGTAAAAAA", "ACGTACGTGGGAAAAAAGTGTGATC", 44, 0, "9S8=3D6=")]
    [InlineData("CCAACCCAAACCCAACCACACAAAAACCACCACCAACCCAACCCAA", "CCCAACCCAACCCAACCCAACCCAAACCCAACCCAACCCAACCCAA", 108, 1, "7=1I9=1I2=2D1=1X3=1X3=1X1=1I14=")]
    public void PublishedExamples(string query, string target, int score, int begin, string cigar) =>
        Assert.Equal((score, begin, cigar), Align(query, target, Usual));

    [Theory]
    [InlineData("CTGAGCCGGTAAATC", "CAGCCTTTCTGACCCGGAAATCAAAATAGGCACAACAAA", 2, 2, 3, 1, 21, 8, "4=1X4=1I5=")]
    [InlineData("CAGCCTTTCTGACCCGGAAATCAAAATAGGCACAACAAA", "CTGAGCCGGTAAATC", 2, 2, 3, 1, 21, 0, "8S4=1X4=1D5=17S")]
    [InlineData("ttAtt", "tttt", 4, 2, 4, 2, 12, 0, "2=1I2=")]
    [InlineData("TTTTTTTTTACGTACGTAAAAAA", "ACGTACGTGGGAAAAAAGTGTGATC", 4, 6, 8, 1, 46, 0, "9S8=3D6=")]
    public void PublishedExamplesOfOtherScores(string query, string target, int match, int mismatch, int open, int extend, int score, int begin, string cigar) =>
        Assert.Equal((score, begin, cigar), Align(query, target, new(match, mismatch, open, extend)));

    [Fact]
    public void EqualsTheLiteralRules() =>
        Gen.Select(Sequence, Sequence, Gen.OneOfConst(Usual, new AlignmentScoring(4, 6, 8, 1), new AlignmentScoring(2, 2, 3, 1), new AlignmentScoring(1, 4, 6, 1), new AlignmentScoring(5, 4, 10, 3)))
            .Sample((query, target, scoring) => Assert.Equal(LiteralAligner.Align(query, target, scoring), Align(query, target, scoring)), iter: 2000);

    [Fact]
    public void RelatedSequencesEqualTheLiteralRules() =>
        Gen.Select(Gen.Char["ACGT"].Array[30, 300], Gen.Select(Gen.Int[0, 2], Gen.Int[0, 299], Gen.Int[1, 30]).Array[0, 4], Gen.Int[0, 60], Gen.Int[0, 60]).Sample(
            (target, edits, left, right) =>
            {
                var query = new StringBuilder(new string(target));
                foreach ((int kind, int at, int length) in edits)
                {
                    int position = at % query.Length;
                    if (kind == 0) query[position] = 'T';
                    else if (kind == 1) query.Insert(position, new string('A', length));
                    else query.Remove(position, Math.Min(length, Math.Max(0, query.Length - position - 1)));
                }

                string q = query.ToString();
                if (left + right < q.Length) q = q[left..^right];
                Assert.Equal(LiteralAligner.Align(q, new string(target), Usual), Align(q, new string(target), Usual));
            },
            iter: 300);

    [Fact]
    public void EveryKernelEqualsTheScalarTwin() =>
        Gen.Select(Sequence, Sequence.Array[1, 6]).Sample(
            (queryText, targetTexts) =>
            {
                byte[] query = QueryCodes(queryText);
                string[] texts = [.. targetTexts.Select(t => targetTexts[0][..(targetTexts[0].Length / 2)] + t).Order(StringComparer.Ordinal)];
                AlignmentScoring scaled = Usual.DividedBy(Usual.CommonDivisor);
                foreach ((IScoringKernel scores, ILocatingKernel? ends, int longest, bool bytes) in Kernels())
                {
                    if (query.Length > longest || (bytes && query.Length * scaled.Match > byte.MaxValue)) continue;
                    scores.SetQuery(query, scaled);
                    for (int i = 0; i < texts.Length; i++)
                    {
                        int shared = i == 0 ? 0 : texts[i].AsSpan().CommonPrefixLength(texts[i - 1]);
                        Assert.Equal(ScalarAligner.Align(query, TargetCodes(texts[i]), scaled).Score, scores.Score(TargetCodes(texts[i]), shared));
                    }

                    if (ends is null) continue;
                    ends.SetQuery(query, scaled);
                    foreach (string text in texts)
                    {
                        AlignmentEnd expected = ScalarAligner.Align(query, TargetCodes(text), scaled);
                        Assert.Equal(expected, ends.Locate(TargetCodes(text), -query.Length, text.Length, -1));
                        Assert.Equal(expected, ends.Locate(TargetCodes(text), -query.Length, text.Length, expected.Score));
                    }
                }
            },
            iter: 1500);

    [Fact]
    public void LongSequencesKeepToTheRules()
    {
        // More letters than 8 or 16 bits of score hold: the wide lanes, then the scalar twin.
        var random = new Random(5);
        string target = new([.. Enumerable.Range(0, 900).Select(_ => "ACGT"[random.Next(4)])]);
        string query = target[..400] + "ACGTACGTAC" + target[420..];
        Assert.Equal(LiteralAligner.Align(query, target, Usual), Align(query, target, Usual));
        var large = new AlignmentScoring(201, 100, 250, 50);
        Assert.Equal((201 * 900, 0, "900="), Align(target, target, large));
        Assert.Equal(LiteralAligner.Align(query, target, large), Align(query, target, large));
    }

    [Fact]
    public void NothingInCommonIsNoAlignment()
    {
        Assert.Equal((0, 0, ""), Align("AAAA", "CCCC", Usual));
        Assert.Equal((0, 0, ""), Align("NNNN", "NNNN", Usual));
        Assert.Equal((0, 0, ""), Align("", "ACGT", Usual));
        Assert.Equal((4, 0, "1="), Align("A", "A", Usual));
    }

    private static IEnumerable<(IScoringKernel Scores, ILocatingKernel? Ends, int Longest, bool Bytes)> Kernels()
    {
        if (Avx2.IsSupported)
        {
            var bytes = new AntiDiagonalKernel<Bytes256, Vector256<byte>, byte>();
            var shorts = new AntiDiagonalKernel<Shorts256, Vector256<ushort>, ushort>();
            yield return (bytes, bytes, int.MaxValue, true);
            yield return (shorts, shorts, int.MaxValue, false);
            yield return (new ShortQueryKernel<Bytes256, Vector256<byte>, byte>(), null, 64, true);
        }

        if (Avx512BW.IsSupported && Avx512Vbmi.IsSupported)
        {
            var bytes = new AntiDiagonalKernel<Bytes512, Vector512<byte>, byte>();
            var shorts = new AntiDiagonalKernel<Shorts512, Vector512<ushort>, ushort>();
            yield return (bytes, bytes, int.MaxValue, true);
            yield return (shorts, shorts, int.MaxValue, false);
            yield return (new ShortQueryKernel<Bytes512, Vector512<byte>, byte>(), null, 128, true);
        }
    }

    private static (int Score, int Begin, string Cigar) Align(string query, string target, AlignmentScoring scoring)
    {
        var aligner = new LocalAligner(scoring);
        aligner.SetQuery(Encoding.ASCII.GetBytes(query));
        byte[] codes = TargetCodes(target);
        int score = aligner.Score(codes);
        var cigar = new List<uint>();
        if (!aligner.TryTrace(codes, score, out int begin, cigar)) return (0, 0, "");
        var again = new List<uint>();
        Assert.True(aligner.TryTrace(codes, -1, out int beginAgain, again));
        Assert.Equal((begin, Cigar.ToText([.. cigar])), (beginAgain, Cigar.ToText([.. again])));
        return (score, begin, Cigar.ToText([.. cigar]));
    }

    private static byte[] QueryCodes(string letters)
    {
        byte[] codes = new byte[letters.Length];
        LetterCodes.CodeQuery(Encoding.ASCII.GetBytes(letters), codes);
        return codes;
    }

    private static byte[] TargetCodes(string letters)
    {
        byte[] codes = new byte[letters.Length];
        LetterCodes.CodeTarget(Encoding.ASCII.GetBytes(letters), codes);
        return codes;
    }
}
