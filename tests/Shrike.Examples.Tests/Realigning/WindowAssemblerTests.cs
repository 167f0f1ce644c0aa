using System.Text;
using CsCheck;
using Shrike.Examples.Reads;
using Shrike.Examples.Realigning.Assembly;

namespace Shrike.Examples.Tests.Realigning;

public sealed class WindowAssemblerTests
{
    private static readonly DeBruijnGraphOptions Tiny = new() { MinK = 3, MaxK = 3 };

    [Fact]
    public void PublishedExamples()
    {
        Assert.Equal((3, "GATGACA,GATTACA"), Assemble(Tiny, "GATTACA", "GATGACA", "GATGACA"));
        Assert.Equal((3, "GATTACA"), Assemble(Tiny, "GATTACA", "GATGACA"));
        Assert.Equal((3, "GATGACA,GATTACA"), Assemble(Tiny, "GATTACA", "CCGATGACACC", "CCGATGACACC"));
        Assert.Equal((WindowAssembler.NoGraph, "GATTACA"), Assemble(new DeBruijnGraphOptions { MinK = 7, MaxK = 7 }, "GATTACA"));
    }

    [Theory]
    [InlineData("ACGTACGT", 5)]
    [InlineData("ACGTAAACGT", 5)]
    [InlineData("ACGTAAACGTAAA", 8)]
    [InlineData("AAACGTAAACGT", 7)]
    [InlineData("AAACGTAAACGTAAA", 10)]
    public void SmallestK(string window, int k) => Assert.Equal(k, Assemble(new DeBruijnGraphOptions { MinK = 1, MaxK = 101 }, window).K);

    [Fact]
    public void HaplotypesEqualBruteForce()
    {
        // Few letters and short sequences: cycles, forks, rejoining paths and dead ends in plenty.
        Gen<string> sequence = Gen.Char["ACG"].Array[6, 24].Select(c => new string(c));
        Gen.Select(sequence, Gen.Select(Gen.Int[0, 20], Gen.Int[0, 2], Gen.Int[4, 24], Gen.Int[1, 3]).Array[0, 5], Gen.Int[2, 4], Gen.Int[1, 3], Gen.Int[1, 40]).Sample(
            (window, reads, minK, step, maxPaths) =>
            {
                var texts = new List<string>();
                foreach ((int at, int change, int length, int copies) in reads)
                {
                    // Reads that follow the window but for one letter, so that they join it again.
                    char[] letters = (window + "GATTACA").ToCharArray();
                    letters[at % letters.Length] = "ACG"[change];
                    string text = new string(letters)[..Math.Min(length, letters.Length)];
                    for (int c = 0; c < copies; c++) texts.Add(text);
                }

                var options = new DeBruijnGraphOptions { MinK = minK, MaxK = 12, StepK = step, MaxPaths = maxPaths };
                Assert.Equal(BruteForce(options, window, texts), Assemble(options, window, [.. texts]));
            },
            iter: 4000);
    }

    [Fact]
    public void NInTheWindowIsALetterOfItsOwn()
    {
        (int k, string haplotypes) = Assemble(new DeBruijnGraphOptions { MinK = 4, MaxK = 30 }, "ACGGTCANNNNTTGCAAG", "ACGGTCA", "TTGCAAG");
        Assert.Equal((4, "ACGGTCANNNNTTGCAAG"), (k, haplotypes));
        Assert.Equal(WindowAssembler.NoGraph, Assemble(new DeBruijnGraphOptions { MinK = 4, MaxK = 8 }, "ACGGTCANNNNNNNNNNNNNTTGCAAG").K);
    }

    [Fact]
    public void TheGraphCanBeSeen()
    {
        var assembler = new WindowAssembler(Tiny);
        var batch = Batch("GATGACA", "GATGACA");
        assembler.Assemble("GATTACA"u8, batch, [0, 1], new HaplotypeSet());
        var text = new StringWriter();
        assembler.WriteDot(text);
        Assert.StartsWith("digraph G {\n0[label=GAT];\n", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("[label=2];", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("[label=1 color=red];", text.ToString(), StringComparison.Ordinal);
        Assert.Equal(8, text.ToString().Split("->").Length - 1);
    }

    [Fact]
    public void ScalarAndVectorFindTheSameBadBases() =>
        Gen.Select(Gen.Char["ACGTNR"].Array[32], Gen.Byte.Array[32], Gen.Byte).Sample((letters, qualities, floor) =>
        {
            byte[] bases = Encoding.ASCII.GetBytes(letters);
            Assert.Equal(GoodStretches.BadBasesScalar(bases, qualities, floor), GoodStretches.BadBasesVector256(bases, qualities, floor));
        });

    private static ReadBatch Batch(params string[] reads)
    {
        var builder = new BatchBuilder();
        foreach (string read in reads) builder.Add(0, $"{read.Length}M", read);
        return reads.Length == 0 ? new ReadBatch() : builder.Build(0, 1000);
    }

    private static (int K, string Haplotypes) Assemble(DeBruijnGraphOptions options, string window, params string[] reads)
    {
        var haplotypes = new HaplotypeSet();
        int k = new WindowAssembler(options).Assemble(Encoding.ASCII.GetBytes(window), Batch(reads), [.. Enumerable.Range(0, reads.Length)], haplotypes);
        return (k, string.Join(',', Enumerable.Range(0, haplotypes.Count).Select(h => Encoding.ASCII.GetString(haplotypes[h]))));
    }

    private static (int K, string Haplotypes) BruteForce(DeBruijnGraphOptions options, string window, List<string> reads)
    {
        for (int k = options.MinK; k <= Math.Min(options.MaxK, window.Length - 1); k += options.StepK)
        {
            var weight = new Dictionary<(string From, string To), int>();
            var reference = new HashSet<(string, string)>();
            void Insert(string text, bool isReference)
            {
                for (int i = 0; i + k < text.Length; i++)
                {
                    var edge = (text.Substring(i, k), text.Substring(i + 1, k));
                    weight[edge] = weight.GetValueOrDefault(edge) + 1;
                    if (isReference) reference.Add(edge);
                }
            }

            Insert(window, true);
            reads.ForEach(r => Insert(r, false));
            if (HasCycle(weight.Keys) || Enumerable.Range(0, window.Length - k + 1).Select(i => window.Substring(i, k)).Distinct().Count() != window.Length - k + 1) continue;
            var kept = weight.Where(e => e.Value >= options.MinEdgeWeight || reference.Contains(e.Key)).Select(e => e.Key).ToLookup(e => e.From, e => e.To);
            string sink = window[^k..];
            var paths = new List<string>();
            void Follow(string vertex, string path)
            {
                if (vertex == sink) paths.Add(path);
                else
                {
                    foreach (string next in kept[vertex]) Follow(next, path + next[^1]);
                }
            }

            Follow(window[..k], window[..k]);
            return (k, paths.Count > options.MaxPaths ? "" : string.Join(',', paths.Order(StringComparer.Ordinal)));
        }

        return (WindowAssembler.NoGraph, window);
    }

    private static bool HasCycle(IEnumerable<(string From, string To)> edges)
    {
        var left = edges.ToHashSet();
        while (left.RemoveWhere(e => !left.Any(o => o.To == e.From)) > 0)
        {
        }

        return left.Count > 0;
    }
}
