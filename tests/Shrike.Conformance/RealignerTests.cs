using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Shrike.Core;
using Shrike.Examples;
using Shrike.Examples.Alleles;
using Shrike.Examples.Partitioning;
using Shrike.Examples.Reads;
using Shrike.Examples.Realigning;
using Shrike.Examples.Realigning.Alignment;
using Shrike.Examples.Realigning.Assembly;
using Shrike.Examples.Realigning.Windows;
using Shrike.Hts;

namespace Shrike.Conformance;

/// <summary>The realigner against reference outputs: windows, haplotypes, and every read's position and CIGAR in list order.</summary>
public sealed class RealignerTests
{
    private static readonly RealignerOptions WithFlags = new()
    {
        Windows = new WindowSelectorOptions { LegacyBehavior = true },
        Aligner = new HaplotypeAlignerOptions { NormalizeReads = true },
    };

    [Theory]
    [InlineData("wgs_golden_region", 10_010_000)]
    [InlineData("wgs", 10_100_000)]
    public void WindowsHaplotypesAndReadsAreEqual(string run, int end)
    {
        Result result = Realign(9_999_999, end, new RealignerOptions(), new ReadFilter());
        AssertLines(TestData.PathOf("reference", run, "windows.tsv.gz"), result.Windows);
        AssertLines(TestData.PathOf("reference", run, "reads.tsv.gz"), result.Reads);
    }

    [Fact]
    public void NormalizedReadsAreEqual()
    {
        Result result = Realign(9_999_999, 10_100_000, new RealignerOptions { Aligner = new HaplotypeAlignerOptions { NormalizeReads = true } }, new ReadFilter(), normalize: true);
        AssertLines(TestData.PathOf("reference", "wgs_normalize_reads", "reads.tsv.gz"), result.Reads);
    }

    [Fact]
    public void SampledReadsAreEqual()
    {
        Result result = Realign(9_999_999, 10_010_000, new RealignerOptions(), new ReadFilter(), maxReads: 300);
        AssertLines(TestData.PathOf("reference", "wgs_max_reads_300", "windows.tsv.gz"), result.Windows);
        AssertLines(TestData.PathOf("reference", "wgs_max_reads_300", "reads.tsv.gz"), result.Reads);
        result = Realign(9_999_999, 10_010_000, new RealignerOptions(), new ReadFilter(), maxReads: 30);
        AssertLines(TestData.PathOf("reference", "wgs_max_reads_30", "reads.tsv.gz"), result.Reads);
    }

    [Fact]
    public void ChecksumsAreEqual()
    {
        // Published sums of the reads (name, start, CIGAR), the haplotypes and the windows.
        Result golden = Realign(9_999_999, 10_010_000, new RealignerOptions(), new ReadFilter());
        Assert.Equal("2508831a863d3da52f6435d63c636054", Md5(golden.Reads.Select(WithoutPartitionAndQuality)));
        Assert.Equal("2a9d3723f577f6ea3782262c712fc01f", Md5(golden.Haplotypes));
        Result flags = Realign(9_999_999, 10_010_000, WithFlags, new ReadFilter { MinMappingQuality = 1 });
        Assert.Equal("d04f3361557117d58072958c13cba3a3", Md5(flags.Reads.Select(WithoutPartitionAndQuality)));
        Result slice = Realign(9_999_999, 10_100_000, new RealignerOptions(), new ReadFilter());
        Assert.Equal("21cbbc71a6d64d384b006265bd05a4e4", Md5(slice.Reads.Select(WithoutPartitionAndQuality)));
        Assert.Equal("ba9b36fa4bf0ce9b06013d8dcf789286", Md5(slice.Haplotypes));
        Assert.Equal("71e3cb9e5286db5370d61c5b71d0c6c8", Md5(slice.Windows.Select(w => w.Split('\t')[1].Split(':')[1].Replace('-', '\t'))));
    }

    private static string WithoutPartitionAndQuality(string line) => string.Join('\t', line.Split('\t')[1..4]);

    private static string Md5(IEnumerable<string> lines)
    {
#pragma warning disable CA5351 // A published checksum, not a secret.
        return Convert.ToHexStringLower(MD5.HashData(Encoding.ASCII.GetBytes(string.Concat(lines.Select(l => l + "\n")))));
#pragma warning restore CA5351
    }

    private static void AssertLines(string expectedPath, List<string> actual)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(expectedPath), CompressionMode.Decompress));
        var expected = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#')) expected.Add(line);
        }

        for (int i = 0; i < Math.Min(expected.Count, actual.Count); i++) Assert.Equal(expected[i], actual[i]);
        Assert.Equal(expected.Count, actual.Count);
    }

    private static Result Realign(int start, int end, RealignerOptions options, ReadFilter filter, bool normalize = false, int maxReads = 1500)
    {
        var reference = ReferenceReader.Open(TestData.Hg19Chr20);
        Assert.True(reference.TryGetContig("chr20", out Contig contig));
        var window = new ReferenceWindow(reference);
        window.Move(contig, start - 2000, end + 2000);
        using var reader = new TileReader([TestData.Na12878Bam], null, filter);
        ReadStore store = reader.Read("chr20", start, end);
        var result = new Result();
        var realigner = new Realigner(options, result);
        var counter = new AlleleCounter(new AlleleCounterOptions { NormalizeReads = true });
        var batch = new ReadBatch();
        var choice = new PartitionReads(maxReads, 0);
        foreach (Region p in CallingRegions.Partition(new RegionSet([new Region("chr20", start, end)], reference.Contigs), 1000))
        {
            choice.Fill(batch, store, p.Start, p.End);
            result.Partition = $"chr20:{p.Start}-{p.End}";
            realigner.Realign(batch, window, p.Start, p.End);
            if (normalize) counter.Count(batch, window, p.Start, p.End, p.Start, p.End);
            for (int i = 0; i < batch.Count; i++) result.Reads.Add($"{result.Partition}\t{batch.KeyText(i)}\t{batch.Start[i]}\t{Cigar.ToText(batch.CigarOf(i))}\t{batch.MappingQualityOf(i)}");
        }

        return result;
    }

    private sealed class Result : IRealignerObserver
    {
        public string Partition { get; set; } = "";

        public List<string> Windows { get; } = [];

        public List<string> Haplotypes { get; } = [];

        public List<string> Reads { get; } = [];

        public void Assembled(Contig contig, int start, int end, int k, HaplotypeSet haplotypes, int reads, WindowAssembler assembler)
        {
            string[] texts = [.. Enumerable.Range(0, haplotypes.Count).Select(h => Encoding.ASCII.GetString(haplotypes[h]))];
            Windows.Add($"{Partition}\t{contig.Name}:{start}-{end}\t{k}\t{texts.Length}\t{reads}\t{string.Join(',', texts)}");
            if (texts.Length > 1) Haplotypes.AddRange(texts);
        }
    }
}
