using Shrike.Calling.Tests.PostprocessVariants;
using Shrike.Formats;
using Shrike.Formats.Messages;
using Shrike.Hts;

namespace Shrike.Calling.Tests;

/// <summary>Predictions of given sites among random others, which overlap in every way.</summary>
public sealed class ForcedPredictionsTests
{
    private static readonly CallingOptions Options = new() { HasForcedSites = true };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void TheOthersAreWhatTheyAreWithoutThem(int seed)
    {
        using var data = new RandomRun(seed, contigs: 1, length: 6000);
        (string contig, string bases) = data.Contigs[0];
        CallVariantsOutput[] forced = Forced(new Random(seed), contig, bases, data.Predictions);
        string[] without = Write(data, "a", bases.Length, []);
        foreach (int step in new[] { 300, 7000 })
        {
            string[] with = Write(data, "b", step, forced);
            Assert.Equal(without, with.Where(l => l.Split('\t')[7] != "FORCED"));
            (string, string, string)[] added = [.. with.Select(l => l.Split('\t')).Where(c => c[7] == "FORCED").Select(c => (c[1], c[3], c[4]))];

            // Those and no others are there whose allele no other record has.
            HashSet<(long, string, string)> known = [.. without.Select(l => l.Split('\t')).SelectMany(c => c[4].Split(',').Select(a => Shortest(long.Parse(c[1]), c[3], a)))];
            Assert.Equal(
                forced.Select(f => Shortest(f.Variant.Start + 1, f.Variant.ReferenceBases, f.Variant.AlternateBases[0])).Where(a => !known.Contains(a)).Order(),
                added.Select(a => (long.Parse(a.Item1), a.Item2, a.Item3)).Order());
            Assert.True(added.Length < forced.Length && added.Length > forced.Length / 2);
            string[] starts = [.. with.Select(l => l.Split('\t')[1])];
            Assert.Equal(starts.OrderBy(long.Parse), starts);

            // In the gVCF too, between blocks that leave them room.
            List<string[]> blocks = RandomRun.Records(data["b.g.vcf"]);
            Assert.Equal(added, blocks.Where(c => c[7] == "FORCED").Select(c => (c[1], c[3], c[4].Replace(",<*>", "", StringComparison.Ordinal))));
            var covered = new int[bases.Length];
            foreach (string[] c in blocks)
            {
                int start = int.Parse(c[1]) - 1;
                bool isBlock = c[4] == "<*>";
                for (int i = start; i < (isBlock ? int.Parse(c[7]["END=".Length..]) : start + c[3].Length); i++) covered[i] = isBlock ? covered[i] + 1_000 : Math.Max(covered[i], 1);
            }

            Assert.All(covered, n => Assert.True(n is 1 or 1_000));
        }
    }

    private static (long Position, string Reference, string Alternate) Shortest(long position, string reference, string alternate)
    {
        while (reference.Length > 1 && alternate.Length > 1 && reference[^1] == alternate[^1]) (reference, alternate) = (reference[..^1], alternate[..^1]);
        return (position, reference, alternate);
    }

    /// <summary>Alleles of other candidates, and as many new ones, with and without reads.</summary>
    private static CallVariantsOutput[] Forced(Random random, string contig, string bases, List<CallVariantsOutput> others)
    {
        var alleles = new HashSet<(long, string, string)>();
        foreach (Variant v in others.Select(p => p.Variant).Where(_ => random.Next(3) == 0)) alleles.Add(Shortest(v.Start, v.ReferenceBases, v.AlternateBases[random.Next(v.AlternateBases.Count)]));
        for (int at = random.Next(9); at + 40 < bases.Length; at += random.Next(20))
        {
            string reference = bases.Substring(at, random.Next(2) == 0 ? 1 : 1 + random.Next(8));
            string alternate = reference.Length > 1 ? reference[..1] : random.Next(2) == 0 ? reference + "ACGT"[random.Next(4)] : "ACGT".First(b => b != reference[0]).ToString();
            alleles.Add((at, reference, alternate));
        }

        return [.. alleles.Where(a => a.Item2 != a.Item3).OrderBy(a => a.Item1).ThenBy(a => a.Item2.Length).Select(a =>
        {
            var v = new Variant { ReferenceName = contig, Start = a.Item1, End = a.Item1 + a.Item2.Length, ReferenceBases = a.Item2, AlternateBases = { a.Item3 } };
            ListValue Integers(params int[] values) => new() { Values = { values.Select(x => new Value { IntValue = x }) } };
            int reads = random.Next(3) * random.Next(20);
            v.Calls.Add(new VariantCall { CallSetName = "s", Genotype = { -1, -1 }, Info = { ["AD"] = Integers(9, reads), ["DP"] = Integers(9 + reads), ["VAF"] = new ListValue { Values = { new Value { NumberValue = reads / (9.0 + reads) } } } } });
            ForcedSite.Mark(v, random.Next(9) > 0);
            double[] p = [.. Enumerable.Range(0, 3).Select(_ => Math.Pow(random.NextDouble(), 6))];
            return new CallVariantsOutput { Variant = v, AltAlleleIndices = new CallVariantsOutput.Types.AltAlleleIndices { Indices = { 0 } }, GenotypeProbabilities = { p.Select(x => Math.Round(x / p.Sum(), 7)) } };
        })];
    }

    /// <summary>Writes all, fed in pieces of so many bases; gives the lines of the VCF.</summary>
    private static string[] Write(RandomRun data, string name, int step, CallVariantsOutput[] forced)
    {
        using ReferenceReader reference = ReferenceReader.Open(data["ref.fa"]);
        using (var writer = new CallWriter(Options, reference, "s", data[name + ".vcf"], data[name + ".g.vcf"], withModelId: false, []))
        {
            CallVariantsOutput[] all = [.. data.Predictions.Concat(forced).OrderBy(p => p.Variant.Start).ThenBy(p => p.Variant.End).ThenBy(p => ForcedSite.IsMarked(p.Variant))];
            int length = data.Contigs[0].Bases.Length;
            var pieces = new List<Variant>();
            foreach (Variant block in data.Blocks)
            {
                // No block may cross the end of a piece.
                long start = block.Start;
                for (long cut = ((start / step) + 1) * step; cut < block.End; cut += step, start = pieces[^1].End) pieces.Add(Part(block, start, cut, data));
                pieces.Add(Part(block, start, block.End, data));
            }

            for (int from = 0; from < length; from += step)
            {
                bool Here(Variant v) => v.Start >= from && v.Start < from + step;
                writer.Add(all.Where(p => Here(p.Variant)), pieces.Where(Here), (0, Math.Min(length, from + step)));
            }

            writer.Complete();
        }

        return [.. File.ReadLines(data[name + ".vcf"]).Where(l => l[0] != '#')];
    }

    private static Variant Part(Variant block, long start, long end, RandomRun data)
    {
        Variant part = block.Clone();
        (part.Start, part.End, part.ReferenceBases) = (start, end, data.Contigs[0].Bases[(int)start].ToString());
        return part;
    }
}
