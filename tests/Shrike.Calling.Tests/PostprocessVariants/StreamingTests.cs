using CsCheck;
using Shrike.Calling.PostprocessVariants;
using Shrike.Formats.Messages;
using Shrike.Hts;

namespace Shrike.Calling.Tests.PostprocessVariants;

public sealed class StreamingTests
{
    [Fact]
    public void OrderShardsThreadsAndStretchesDoNotChangeAByte() => Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[1, 4], Gen.Int[1, 4], Gen.Int[1, 60], Gen.Int[100, 20_000], Gen.Bool).Sample(
        (seed, threads, shards, stretch, sortBytes, shuffled) =>
        {
            using var data = new RandomRun(seed, length: 400);
            PostprocessRun plain = data.Run();
            PostprocessDriver.Run(plain);
            var random = new Random(seed);
            CallVariantsOutput[] predictions = [.. data.Predictions];
            if (shuffled) random.Shuffle(predictions);
            int[] home = [.. predictions.Select(_ => random.Next(shards))];
            int[] blockHome = [.. data.Blocks.Select(_ => random.Next(shards))];
            PostprocessDriver.Run(plain with
            {
                Predictions = data.Write(predictions, shards, i => home[i]),
                NonVariantRecords = data.Write(data.Blocks, shards, i => blockHome[i]),
                Vcf = data["b.vcf"],
                Gvcf = data["b.g.vcf"],
                Threads = threads,
                StretchRecords = stretch,
                SortBytes = sortBytes,
            });
            Assert.Equal(File.ReadAllText(data["out.vcf"]), File.ReadAllText(data["b.vcf"]));
            Assert.Equal(File.ReadAllText(data["out.g.vcf"]), File.ReadAllText(data["b.g.vcf"]));
            Assert.DoesNotContain(Directory.GetFileSystemEntries(data.Folder), f => Path.GetFileName(f).StartsWith('.'));
        },
        iter: 60);

    [Fact]
    public void FedTileByTileTheBytesAreTheSame() => Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[5, 300]).Sample(
        (seed, tile) =>
        {
            using var data = new RandomRun(seed, length: 600);
            PostprocessDriver.Run(data.Run());
            using ReferenceReader reference = ReferenceReader.Open(data["ref.fa"]);
            using (var writer = new CallWriter(new CallingOptions(), reference, "s", data["t.vcf"], data["t.g.vcf"], withModelId: false, []))
            {
                foreach ((string name, string bases) in data.Contigs)
                {
                    reference.TryGetContig(name, out Core.Contig contig);
                    for (int start = 0; start < bases.Length; start += tile)
                    {
                        int end = Math.Min(bases.Length, start + tile);
                        bool Inside(Variant v) => v.ReferenceName == name && v.Start >= start && v.Start < end;
                        writer.Add(data.Predictions.Where(p => Inside(p.Variant)).OrderBy(p => p.Variant.Start).ThenBy(p => p.Variant.End), Tile(data, name, start, end), (contig.Index, end));
                    }
                }

                writer.Complete();
            }

            Assert.Equal(File.ReadAllText(data["out.vcf"]), File.ReadAllText(data["t.vcf"]));
            Assert.Equal(Undivided(data["out.g.vcf"]), Undivided(data["t.g.vcf"]));
        },
        iter: 40);

    [Fact]
    public void CompressedFilesDoNotDependOnThreadsAndHaveTabixsIndex()
    {
        using var data = new RandomRun(5, contigs: 3, length: 60_000, spacing: 6);
        PostprocessRun plain = data.Run("one.vcf.gz", "one.g.vcf.gz");
        PostprocessDriver.Run(plain);
        PostprocessDriver.Run(plain with { Vcf = data["four.vcf.gz"], Gvcf = data["four.g.vcf.gz"], Threads = 4 });
        PostprocessDriver.Run(plain with { Vcf = data["text.vcf"], Gvcf = data["text.g.vcf"], Threads = 2 });
        foreach (string end in new[] { ".vcf.gz", ".vcf.gz.tbi", ".g.vcf.gz", ".g.vcf.gz.tbi" })
        {
            Assert.Equal(File.ReadAllBytes(data["one" + end]), File.ReadAllBytes(data["four" + end]));
        }

        foreach (string kind in new[] { ".vcf", ".g.vcf" })
        {
            Assert.Equal(File.ReadAllText(data["text" + kind]), RandomRun.Text(data[$"one{kind}.gz"]));
            Assert.True(new FileInfo(data[$"one{kind}.gz"]).Length > 3 * BgzfBlock.MaxSize, "too few blocks to tell anything");
            VariantIndex.Build(data[$"one{kind}.gz"], 1, data["tabix.tbi"]);
            Assert.Equal(File.ReadAllBytes(data["tabix.tbi"]), File.ReadAllBytes(data[$"one{kind}.gz.tbi"]));
        }
    }

    [Fact]
    public void VeryLongContigsHaveACsi()
    {
        using var data = new RandomRun(6, contigs: 1, length: 30_000);
        File.WriteAllText(data["ref.fa.fai"], File.ReadAllText(data["ref.fa.fai"]).Replace("30013\t4\t30013", "600000000\t4\t30013", StringComparison.Ordinal));
        PostprocessDriver.Run(data.Run("long.vcf.gz", gvcf: null));
        Assert.False(File.Exists(data["long.vcf.gz.tbi"]));
        VariantIndex.Build(data["long.vcf.gz"], VariantIndex.MaxTabixContig + 1, data["tabix.csi"]);
        Assert.Equal(File.ReadAllBytes(data["tabix.csi"]), File.ReadAllBytes(data["long.vcf.gz.csi"]));
    }

    [Fact]
    public void BcfHoldsTheSameRecords()
    {
        using var data = new RandomRun(7);
        PostprocessDriver.Run(data.Run());
        PostprocessDriver.Run(data.Run("out.bcf", "out.g.bcf"));
        foreach (string kind in new[] { "out", "out.g" })
        {
            using VcfReader bcf = VcfReader.Open(data[kind + ".bcf"]);
            using VcfReader vcf = VcfReader.Open(data[kind + ".vcf"]);
            string[] expected = [.. vcf.ReadAll().Select(Key)];
            Assert.Equal(expected, bcf.ReadAll().Select(Key));
            using VcfReader again = VcfReader.Open(data[kind + ".bcf"]);
            Assert.Equal(expected.Count(k => k.StartsWith("k2", StringComparison.Ordinal)), again.Query("k2", 0, 10_000).Count);
        }

        static string Key(VcfRecord r) => $"{r.Contig} {r.Start} {r.End} {r.Reference}>{string.Join(',', r.Alternates)} {r.Quality} {string.Join(';', r.Filters)} {string.Join(' ', new[] { "GT", "GQ", "DP", "AD", "VAF", "PL", "MIN_DP" }.Select(f => r.Format(0, f)))}";
    }

    [Fact]
    public void NothingInGivesFilesWithoutRecords()
    {
        using var data = new RandomRun(8);
        PostprocessDriver.Run(data.Run("none.vcf.gz", "none.g.vcf.gz", [], []));
        Assert.DoesNotContain(RandomRun.Text(data["none.vcf.gz"]).Split('\n'), l => l.Length > 0 && l[0] != '#');
        using VcfReader reader = VcfReader.Open(data["none.g.vcf.gz"]);
        Assert.Empty(reader.Query("k1", 0, 100));
        Assert.Contains("\tdefault\n", RandomRun.Text(data["none.vcf.gz"]), StringComparison.Ordinal);
    }

    /// <summary>The blocks of a tile as stage 1 makes them: none crosses its edges.</summary>
    private static IEnumerable<Variant> Tile(RandomRun data, string contig, int start, int end)
    {
        foreach (Variant block in data.Blocks.Where(b => b.ReferenceName == contig && b.Start < end && b.End > start))
        {
            Variant part = block.Clone();
            part.Start = Math.Max(start, block.Start);
            part.End = Math.Min(end, block.End);
            part.ReferenceBases = data.Contigs.First(c => c.Name == contig).Bases[(int)part.Start].ToString();
            yield return part;
        }
    }

    /// <summary>A gVCF's calls, and its blocks with neighbours of equal content joined: cutting at tiles is no difference.</summary>
    private static List<string> Undivided(string path)
    {
        var lines = new List<string>();
        long end = -1;
        string last = "";
        foreach (string[] c in RandomRun.Records(path))
        {
            if (c[4] != "<*>")
            {
                lines.Add(string.Join('\t', c));
                last = "";
                continue;
            }

            string content = c[0] + c[9];
            long start = long.Parse(c[1], System.Globalization.CultureInfo.InvariantCulture);
            if (content == last && start == end + 1) lines.RemoveAt(lines.Count - 1);
            end = long.Parse(c[7][4..], System.Globalization.CultureInfo.InvariantCulture);
            last = content;
            lines.Add($"{content} ... {end}");
        }

        return lines;
    }
}
