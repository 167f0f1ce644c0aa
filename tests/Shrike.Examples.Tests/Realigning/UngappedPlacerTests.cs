using System.Text;
using CsCheck;
using Shrike.Examples.Reads;
using Shrike.Examples.Realigning.Alignment;
using Shrike.Examples.Realigning.Assembly;

namespace Shrike.Examples.Tests.Realigning;

public sealed class UngappedPlacerTests
{
    private const int Prefix = 3, Suffix = 2;

    [Fact]
    public void EqualsWalkingAlongEveryHaplotype()
    {
        // Short seeds and few letters: many seeds in common, clamped starts, rejected and repeated placements.
        Gen<string> letters = Gen.Char["AACCGTN"].Array[8, 40].Select(c => new string(c));
        Gen.Select(letters, Gen.Select(Gen.Int[0, 39], Gen.Char["ACGT"]).Array[0, 3].Array[1, 4], Gen.Select(Gen.Int[0, 39], Gen.Int[3, 20], Gen.Int[0, 19], Gen.Char["ACGTN"]).Array[1, 8], Gen.Int[3, 6], Gen.Int[1, 2]).Sample(
            (reference, changes, cuts, k, maxMismatches) =>
            {
                var texts = new SortedSet<string>(StringComparer.Ordinal) { reference };
                foreach (var change in changes)
                {
                    char[] text = reference.ToCharArray();
                    foreach ((int at, char c) in change) text[at % text.Length] = c;
                    texts.Add(new string(text));
                }

                var reads = new List<string>();
                foreach ((int at, int length, int where, char c) in cuts)
                {
                    string source = "GT" + reference + "CA";
                    char[] text = source[(at % source.Length)..Math.Min(source.Length, (at % source.Length) + length)].ToCharArray();
                    text[where % text.Length] = c;
                    reads.Add(new string(text));
                }

                var haplotypes = new HaplotypeSet();
                foreach (string text in texts) haplotypes.Add(Encoding.ASCII.GetBytes(text));
                var builder = new BatchBuilder();
                foreach (string read in reads) builder.Add(0, $"{read.Length}M", read);
                var options = new HaplotypeAlignerOptions { KmerSize = k, MaxMismatches = maxMismatches };
                var placer = new UngappedPlacer(options);
                int same = texts.ToList().IndexOf(reference);
                placer.Place(haplotypes, same, Prefix, Suffix, builder.Build(0, 1000), [.. Enumerable.Range(0, reads.Count)]);
                int h = 0;
                foreach (string text in texts)
                {
                    (int score, int[] scores, int[] positions) = Literal(text, reference, reads, options);
                    Assert.Equal(score, placer.HaplotypeScores[h]);
                    for (int r = 0; r < reads.Count; r++) Assert.Equal((scores[r], positions[r]), (placer.ScoreOf(h, r), placer.PositionOf(h, r)));
                    h++;
                }
            },
            iter: 5000);
    }

    [Fact]
    public void ScalarAndVectorCountTheSameMismatches() =>
        Gen.Select(Gen.Char["ACGTN"].Array[32, 200], Gen.Select(Gen.Int[0, 199], Gen.Char["ACGTN"]).Array[0, 6], Gen.Int[0, 4]).Sample((letters, changes, limit) =>
        {
            byte[] a = Encoding.ASCII.GetBytes(letters);
            byte[] b = [.. a, (byte)'A'];
            foreach ((int at, char c) in changes) b[at % a.Length] = (byte)c;
            Assert.Equal(Mismatches.CountScalar(a, b, int.MaxValue), Mismatches.CountVector256(a, b, int.MaxValue));
            Assert.Equal(Mismatches.CountScalar(a, b, limit) > limit, Mismatches.CountVector256(a, b, limit) > limit);
        });

    private static (int Sum, int[] Scores, int[] Positions) Literal(string haplotype, string reference, List<string> reads, HaplotypeAlignerOptions options)
    {
        int k = options.KmerSize;
        var index = new Dictionary<string, List<(int Read, int Offset)>>();
        for (int r = 0; r < reads.Count; r++)
        {
            for (int p = 0; reads[r].Length > k && p + k <= reads[r].Length; p++)
            {
                string seed = reads[r].Substring(p, k);
                if (!index.TryGetValue(seed, out var list)) index[seed] = list = [];
                list.Add((r, p));
            }
        }

        int sum = 0;
        int[] scores = new int[reads.Count];
        int[] positions = [.. Enumerable.Repeat(UngappedPlacer.Unplaced, reads.Count)];
        bool[] covered = new bool[haplotype.Length];
        for (int i = 0; i + k <= haplotype.Length; i++)
        {
            if (!index.TryGetValue(haplotype.Substring(i, k), out var list)) continue;
            foreach ((int r, int p) in list)
            {
                int t = Math.Max(0, i - p);
                string read = reads[r];
                if (t + read.Length > haplotype.Length || positions[r] == t) continue;
                int mismatches = Enumerable.Range(0, read.Length).Count(x => read[x] != haplotype[t + x] && read[x] != 'N' && haplotype[t + x] != 'N');
                if (mismatches > options.MaxMismatches) continue;
                Array.Fill(covered, true, t, read.Length);
                int score = (4 * (read.Length - mismatches)) - (6 * mismatches);
                if (score <= scores[r]) continue;
                sum += score - scores[r];
                (scores[r], positions[r]) = (score, t);
            }

            if (covered[i] || i < Prefix || i >= haplotype.Length - Suffix || haplotype == reference) continue;
            sum = 0;
            break;
        }

        if (sum != 0) return (sum, scores, positions);
        return (0, new int[reads.Count], [.. Enumerable.Repeat(UngappedPlacer.Unplaced, reads.Count)]);
    }
}
