using System.Globalization;
using Shrike.Formats;
using Shrike.Formats.Messages;
using Shrike.Formats.TfRecord;

namespace Shrike.Benchmarks;

/// <summary>
/// Input of stage 3 of any size: a reference of five contigs, sorted predictions with the mixture of a genome (SNPs,
/// indels, sites with two ALTs, reference calls, overlaps) and the reference blocks between them, in eight shards.
/// </summary>
internal static class SyntheticPredictions
{
    private const int Contigs = 5;
    private const int Shards = 8;
    private const int PartitionBases = 1000;
    private const int Spacing = 26;
    private const string Bases = "ACGT";

    /// <summary>Writes <c>ref.fa</c>, <c>cvo@8.tfrecord.gz</c> and <c>gvcf@8.tfrecord.gz</c> into a folder.</summary>
    public static void Write(string folder, int records)
    {
        Directory.CreateDirectory(folder);
        int perContig = records / Contigs;
        int length = (((perContig / 4 * 5 * Spacing) / PartitionBases) + 20) * PartitionBases;
        WriteReference(Path.Combine(folder, "ref.fa"), length);
        TfRecordWriter[] predictions = [.. Enumerable.Range(0, Shards).Select(i => new TfRecordWriter(Path.Combine(folder, ShardedName.Shard("cvo", i, Shards, ".tfrecord.gz"))))];
        TfRecordWriter[] blocks = [.. Enumerable.Range(0, Shards).Select(i => new TfRecordWriter(Path.Combine(folder, ShardedName.Shard("gvcf", i, Shards, ".tfrecord.gz"))))];
        var random = new Random(1);
        for (int contig = 0; contig < Contigs; contig++)
        {
            string name = $"c{contig + 1}";
            long at = 100;
            long covered = 0;
            for (int written = 0; written < perContig;)
            {
                Variant site = Site(random, name, at);
                int shard = (int)(at / PartitionBases % Shards);
                if (covered < at) blocks[shard].Write(Block(random, name, covered, at));
                covered = Math.Max(covered, site.End);
                foreach (int[] set in Sets(site.AlternateBases.Count))
                {
                    predictions[shard].Write(Prediction(random, site, set));
                    written++;
                }

                at += 1 + random.Next(2 * Spacing * (site.AlternateBases.Count == 1 ? 1 : 3));
            }
        }

        foreach (TfRecordWriter writer in predictions.Concat(blocks))
        {
            writer.Complete();
            writer.Dispose();
        }
    }

    private static Variant Site(Random random, string contig, long at)
    {
        double kind = random.NextDouble();
        string reference = kind < 0.1 ? Text(random, 2 + random.Next(8)) : Text(random, 1);
        var v = new Variant { ReferenceName = contig, Start = at, End = at + reference.Length, ReferenceBases = reference };
        v.AlternateBases.Add(kind < 0.1 ? reference[..1] : kind < 0.2 ? reference + Text(random, 1 + random.Next(6)) : Other(reference[0], 1));
        if (random.NextDouble() < 0.03) v.AlternateBases.Add(reference + Text(random, 7));
        int depth = 20 + random.Next(30);
        var call = new VariantCall { CallSetName = "sample", Genotype = { -1, -1 } };
        var counts = new ListValue();
        var fractions = new ListValue();
        int[] alternates = [.. v.AlternateBases.Select(_ => random.Next(depth / v.AlternateBases.Count))];
        counts.Values.Add(new Value { IntValue = depth - alternates.Sum() });
        foreach (int n in alternates)
        {
            counts.Values.Add(new Value { IntValue = n });
            fractions.Values.Add(new Value { NumberValue = (double)n / depth });
        }

        call.Info.Add("AD", counts);
        call.Info.Add("DP", new ListValue { Values = { new Value { IntValue = depth } } });
        call.Info.Add("VAF", fractions);
        v.Calls.Add(call);
        return v;
    }

    private static CallVariantsOutput Prediction(Random random, Variant site, int[] set)
    {
        double sure = Math.Round(1 - Math.Pow(10, -1 - (4 * random.NextDouble())), 7);
        double rest = Math.Round((1 - sure) * random.NextDouble(), 7);
        double[] p = [sure, rest, Math.Round(1 - sure - rest, 7)];
        int turn = random.Next(3);
        return new CallVariantsOutput
        {
            Variant = site,
            AltAlleleIndices = new CallVariantsOutput.Types.AltAlleleIndices { Indices = { set } },
            GenotypeProbabilities = { p[turn], p[(turn + 1) % 3], p[(turn + 2) % 3] },
        };
    }

    private static Variant Block(Random random, string contig, long start, long end) => new()
    {
        ReferenceName = contig,
        Start = start,
        End = end,
        ReferenceBases = Bases[random.Next(4)].ToString(),
        AlternateBases = { "<*>" },
        Calls =
        {
            new VariantCall
            {
                CallSetName = "sample",
                Genotype = { 0, 0 },
                GenotypeLikelihood = { -0.0001, -3.5 - random.NextDouble(), -30 - random.NextDouble() },
                Info = { ["GQ"] = One(random.Next(50)), ["MIN_DP"] = One(20 + random.Next(20)) },
            },
        },
    };

    private static ListValue One(int value) => new() { Values = { new Value { IntValue = value } } };

    private static IEnumerable<int[]> Sets(int alternates)
    {
        for (int i = 0; i < alternates; i++)
        {
            yield return [i];
            for (int j = i + 1; j < alternates; j++) yield return [i, j];
        }
    }

    private static string Text(Random random, int length) => new([.. Enumerable.Range(0, length).Select(_ => Bases[random.Next(4)])]);

    private static string Other(char b, int by) => Bases[(Bases.IndexOf(b, StringComparison.Ordinal) + by) % 4].ToString();

    private static void WriteReference(string path, int length)
    {
        var random = new Random(2);
        using var fasta = new StreamWriter(path);
        using var index = new StreamWriter(path + ".fai");
        long offset = 0;
        for (int c = 1; c <= Contigs; c++)
        {
            string head = $">c{c}\n";
            fasta.Write(head);
            offset += head.Length;
            index.Write(string.Create(CultureInfo.InvariantCulture, $"c{c}\t{length}\t{offset}\t{PartitionBases}\t{PartitionBases + 1}\n"));
            var line = new char[PartitionBases + 1];
            line[PartitionBases] = '\n';
            for (int i = 0; i < length; i += PartitionBases)
            {
                for (int k = 0; k < PartitionBases; k++) line[k] = Bases[random.Next(4)];
                fasta.Write(line);
                offset += line.Length;
            }
        }
    }
}
