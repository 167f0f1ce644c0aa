using CsCheck;
using Shrike.Core;
using Shrike.Examples.Reads;
using Shrike.Examples.Realigning;
using Shrike.Examples.Realigning.Windows;

namespace Shrike.Examples.Tests.Realigning;

/// <summary>Unusual reads and places: nothing fails, and what comes out is defined.</summary>
public sealed class RealignerTests
{
    // 1200 letters without long repeats.
    private static readonly string Contig = MakeContig(1200);

    [Fact]
    public void AnInsertionShownByClippedReadsIsFound()
    {
        string sample = Contig[..500] + "GTACGC" + Contig[500..];
        var builder = new BatchBuilder();
        for (int i = 0; i < 12; i++)
        {
            // Reads that end in the insertion were clipped by the mapper.
            int start = 410 + (i * 7);
            string bases = sample.Substring(start, 100);
            int aligned = 500 - start;
            builder.Add(start, aligned >= 60 ? $"{aligned}M{100 - aligned}S" : $"{aligned}M6I{94 - aligned}M", bases);
        }

        ReadBatch batch = Realign(builder, 400, 700);
        for (int i = 0; i < batch.Count; i++)
        {
            int start = 410 + (batch.Row[i] * 7);
            Assert.Equal(start, batch.Start[i]);
            int left = 500 - start;
            string expected = left + 6 >= 100 ? $"{left}M{100 - left}I" : $"{left}M6I{94 - left}M";
            Assert.Equal(expected, Cigar.ToText(batch.CigarOf(i)));
        }
    }

    [Theory]
    [InlineData(30)]
    [InlineData(1170)]
    public void WindowsBeyondTheContigAreDropped(int position)
    {
        var builder = new BatchBuilder();
        for (int i = 0; i < 10; i++) builder.Add(Math.Clamp(position - 50, 0, 1100), "100M", Mutate(Contig.Substring(Math.Clamp(position - 50, 0, 1100), 100), position - Math.Clamp(position - 50, 0, 1100)));
        ReadBatch batch = Realign(builder, 0, 1200);
        Assert.All(Enumerable.Range(0, batch.Count), i => Assert.Equal("100M", Cigar.ToText(batch.CigarOf(i))));
    }

    [Fact]
    public void AWindowThatEndsWithTheContigIsAssembledButItsReadsStay()
    {
        // The last mark lies exactly 80 bases before the end.
        var builder = new BatchBuilder();
        for (int i = 0; i < 10; i++) builder.Add(1060, "100M", Mutate(Contig.Substring(1060, 100), 60));
        var seen = new Observer();
        ReadBatch batch = Realign(builder, 1000, 1200, observer: seen);
        Assert.Equal((1040, 1200, 2), Assert.Single(seen.Windows));
        Assert.All(Enumerable.Range(0, batch.Count), i => Assert.Equal("100M", Cigar.ToText(batch.CigarOf(i))));
    }

    [Fact]
    public void RunsOfNAreNoObstacle()
    {
        string contig = Contig[..600] + new string('N', 300) + Contig[900..];
        var builder = new BatchBuilder();
        for (int i = 0; i < 10; i++)
        {
            builder.Add(540, "100M", Contig.Substring(540, 100));
            builder.Add(850, "100M", Contig.Substring(850, 100), name: $"right{i}");
        }

        ReadBatch batch = Realign(builder, 500, 1000, contig: contig);
        Assert.Equal(20, batch.Count);
        Assert.All(Enumerable.Range(0, batch.Count), i => Assert.Equal(100, Cigar.ReadSpan(batch.CigarOf(i))));
    }

    [Fact]
    public void TenThousandReadsAtOnePlace()
    {
        var builder = new BatchBuilder();
        var one = new BatchBuilder();
        string sample = Contig[..550] + Contig[560..];
        for (int i = 0; i < 100; i++) one.Add(480 + (i % 60), $"{70 - (i % 60)}M10D{30 + (i % 60)}M", sample.Substring(480 + (i % 60), 100));
        ReadStore store = Repeat(one.Store, 100);
        var batch = new ReadBatch();
        new PartitionReads(0, 0).Fill(batch, store, 400, 700);
        Assert.Equal(10_000, batch.Count);
        using var folder = TestData.Temporary();
        new Realigner(new RealignerOptions { Windows = new WindowSelectorOptions { MaxSupportingReads = int.MaxValue } }).Realign(batch, BatchBuilder.Window(folder.Path, Contig), 400, 700);
        Assert.Equal(10_000, batch.Count);
        Assert.Equal(10_000, batch.Row.AsSpan(0, batch.Count).ToArray().Distinct().Count());
        for (int i = 0; i < batch.Count; i++) Assert.Equal(100, Cigar.ReadSpan(batch.CigarOf(i)));
    }

    [Fact]
    public void LongReadsStayInFront()
    {
        var builder = new BatchBuilder();
        for (int i = 0; i < 6; i++)
        {
            builder.Add(300 + i, "101M", Mutate(Contig.Substring(300 + i, 101), 50 - i));
            builder.Add(310, "501M", Contig.Substring(310, 501), name: $"long{i}");
        }

        ReadBatch batch = Realign(builder, 200, 900);
        Assert.Equal([501, 501, 501, 501, 501, 501, 101, 101, 101, 101, 101, 101], Enumerable.Range(0, batch.Count).Select(i => batch.BasesOf(i).Length));
        Assert.Equal(["long0", "long1", "long2", "long3", "long4", "long5"], Enumerable.Range(0, 6).Select(i => System.Text.Encoding.ASCII.GetString(batch.NameOf(i))));
        batch = Realign(builder, 200, 900, new RealignerOptions { MaxReadLength = 0 });
        Assert.Equal(101, batch.BasesOf(0).Length);
    }

    [Fact]
    public void ReadsOfOneBaseAndReadsWithoutAlignedBases()
    {
        var builder = new BatchBuilder();
        for (int i = 0; i < 8; i++)
        {
            builder.Add(500, "60M", Mutate(Contig.Substring(500, 60), 30));
            builder.Add(530, "1M", "A", name: $"one{i}");
            builder.Add(520, "40S", new string('A', 40), name: $"clipped{i}");
            builder.Add(525, "", "", name: $"empty{i}");
        }

        ReadBatch batch = Realign(builder, 400, 700);
        for (int i = 0; i < batch.Count; i++) Assert.Equal(batch.BasesOf(i).Length, Cigar.ReadSpan(batch.CigarOf(i)));
        Assert.Equal(builder.Build(400, 700).Count, batch.Count);
    }

    [Fact]
    public void AReadWithAHugeGapDoesNotExhaustAnything()
    {
        string contig = MakeContig(70_000);
        var builder = new BatchBuilder();
        for (int i = 0; i < 8; i++) builder.Add(1000, "60M", Mutate(contig.Substring(1000, 60), 30));
        builder.Add(1020, "30M68000N30M", contig[1020..1050] + contig[69_050..69_080], name: "spliced");
        ReadBatch batch = Realign(builder, 900, 1200, contig: contig);
        Assert.Equal(9, batch.Count);
    }

    [Fact]
    public void AnyReadsComeBackOnceEach() =>
        Gen.Select(Gen.Int[0, 1100], Gen.Int[0, 90], Gen.Int[1, 90], Gen.Int[0, 3], Gen.Char["ACGTN"].Array[0, 40]).Array[0, 60].Sample(
            reads =>
            {
                var builder = new BatchBuilder();
                foreach ((int start, int m1, int m2, int kind, char[] extra) in reads)
                {
                    string insert = new(extra);
                    int n = insert.Length;
                    string cigar = (m1 > 0 ? $"{m1}M" : "") + (n == 0 ? "" : kind switch { 0 => $"{n}I", 1 => "", _ => $"{n}D" }) + $"{m2}M" + (kind == 1 && n > 0 ? $"{n}S" : "");
                    string left = Take(start, m1);
                    string bases = kind switch { 0 => left + insert + Take(start + m1, m2), 1 => left + Take(start + m1, m2) + insert, _ => left + Take(start + m1 + n, m2) };
                    builder.Add(start, cigar, bases);
                }

                ReadBatch before = builder.Build(0, 1200);
                ReadBatch batch = Realign(builder, 0, 1200);
                Assert.Equal(before.Row[..before.Count].Order(), batch.Row[..batch.Count].Order());
                for (int i = 0; i < batch.Count; i++) Assert.Equal(batch.BasesOf(i).Length, Cigar.ReadSpan(batch.CigarOf(i)));
            },
            iter: 200);

    private static string Take(int start, int length) => string.Concat(Enumerable.Range(start, length).Select(i => Contig[i % Contig.Length]));

    private static string Mutate(string bases, int at) => bases[..at] + (bases[at] == 'A' ? 'C' : 'A') + bases[(at + 1)..];

    private static string MakeContig(int length)
    {
        var random = new Random(11);
        return new([.. Enumerable.Range(0, length).Select(_ => "ACGT"[random.Next(4)])]);
    }

    private static ReadStore Repeat(ReadStore one, int times)
    {
        var store = new ReadStore { FileOffset = [0, 0] };
        for (int t = 0; t < times; t++)
        {
            for (int row = 0; row < one.Count; row++)
            {
                store.EnsureRow();
                int n = store.Count;
                store.EnsureBases(store.SequenceOffset[n] + one.BasesOf(row).Length);
                one.BasesOf(row).CopyTo(store.Bases.AsSpan(store.SequenceOffset[n]));
                one.QualitiesOf(row).CopyTo(store.Qualities.AsSpan(store.SequenceOffset[n]));
                store.EnsureCigars(store.CigarOffset[n] + one.CigarOf(row).Length);
                one.CigarOf(row).CopyTo(store.Cigars.AsSpan(store.CigarOffset[n]));
                byte[] name = System.Text.Encoding.ASCII.GetBytes($"r{t}.{row}");
                store.EnsureNames(store.NameOffset[n] + name.Length);
                name.CopyTo(store.Names.AsSpan(store.NameOffset[n]));
                (store.Start[n], store.End[n], store.MappingQuality[n]) = (one.Start[row], one.End[row], 60);
                store.SequenceOffset[n + 1] = store.SequenceOffset[n] + one.BasesOf(row).Length;
                store.CigarOffset[n + 1] = store.CigarOffset[n] + one.CigarOf(row).Length;
                store.NameOffset[n + 1] = store.NameOffset[n] + name.Length;
                store.KeyHash[n] = ReadStore.HashKey(name, 0);
                store.ReachedEnd[n] = Math.Max(n == 0 ? 0 : store.ReachedEnd[n - 1], store.End[n]);
                store.Count = n + 1;
            }
        }

        // In order of position, as a file has them, is not needed here: all reads overlap the partition.
        store.FileOffset = [0, store.Count];
        return store;
    }

    private static ReadBatch Realign(BatchBuilder builder, int start, int end, RealignerOptions? options = null, string? contig = null, IRealignerObserver? observer = null)
    {
        using var folder = TestData.Temporary();
        ReadBatch batch = builder.Build(start, end);
        new Realigner(options ?? new RealignerOptions(), observer).Realign(batch, BatchBuilder.Window(folder.Path, contig ?? Contig), start, end);
        return batch;
    }

    private sealed class Observer : IRealignerObserver
    {
        public List<(int Start, int End, int Haplotypes)> Windows { get; } = [];

        public void Assembled(Contig contig, int start, int end, int k, Examples.Realigning.Assembly.HaplotypeSet haplotypes, int reads, Examples.Realigning.Assembly.WindowAssembler assembler) =>
            Windows.Add((start, end, haplotypes.Count));
    }
}
