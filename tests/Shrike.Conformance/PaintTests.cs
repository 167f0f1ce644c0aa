using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Shrike.Core;
using Shrike.Examples.Candidates;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Partitioning;
using Shrike.Examples.Pileup;
using Shrike.Examples.Realigning;
using Shrike.Formats;
using Shrike.Formats.Examples;
using Shrike.Formats.TfRecord;
using Shrike.Inference.Cuda.Painting;

namespace Shrike.Conformance;

/// <summary>Images that are painted from compact rows, as a GPU does it, against reference images and against the kernel itself.</summary>
public sealed class PaintTests
{
    private static CompactImages Describe(string reads, string regions, PileupOptions pileup)
    {
        InputPreflight inputs = InputPreflight.Check(TestData.Hg19Chr20, [reads], _ => { });
        var options = new StageOneOptions
        {
            Reference = TestData.Hg19Chr20,
            Reads = [reads],
            Realigner = new RealignerOptions(),
            Caller = new CandidateCallerOptions { SampleName = "NA12878" },
            Pileup = pileup,
        };
        CompactImages compact = PileupEncoder.NewCompact(pileup);
        var set = new ExampleSet(pileup.ImageBytes, compact);
        using var processor = new TileProcessor(options);
        RegionSet region = CallingRegions.Select(inputs.Reference, CallingRegions.CommonContigs(inputs.Reference, inputs.ReadContigs), regions, "");
        foreach (Tile tile in Tile.Group(CallingRegions.Partition(region, 1000), inputs.Reference, 20_000)) processor.Process(tile, set);
        Assert.Equal(set.Count, compact.Count);
        return compact;
    }

    private static byte[] Twin(CompactImages compact)
    {
        var images = new byte[compact.Count * compact.Height * compact.Width * compact.Layout.Channels];
        images.AsSpan().Fill(1);
        PaintTwin.Paint(compact, images);
        return images;
    }

    private static void EqualToReference(byte[] images, int imageBytes, string path)
    {
        int count = 0;
        using var reader = new TfRecordReader(path);
        for (; reader.Read(); count++)
        {
            PileupExampleCodec.Decoded example = PileupExampleCodec.Decode(reader.Current, path);
            Assert.True(images.AsSpan(count * imageBytes, imageBytes).SequenceEqual(example.Image.Span), $"image {count + 1} differs");
        }

        Assert.Equal(images.Length / imageBytes, count);
    }

    [Theory]
    [InlineData("wgs", "chr20:10,000,000-10,100,000", "BASE_CHANNELS,insert_size")]
    [InlineData("channels_all_wgs", "chr20:10,000,000-10,010,000", "BASE_CHANNELS,read_mapping_percent,avg_base_quality,identity,gap_compressed_identity,gc_content,is_homopolymer,homopolymer_weighted,blank,insert_size")]
    public void TheTwinPaintsReferenceImages(string reference, string regions, string channels)
    {
        var pileup = new PileupOptions { Channels = ChannelNames.Parse(channels) };
        CompactImages compact = Describe(TestData.Na12878Bam, regions, pileup);
        EqualToReference(Twin(compact), pileup.ImageBytes, TestData.PathOf("reference", reference, "examples.tfrecord.gz"));
        Assert.True(compact.Bytes * 5 < (long)compact.Count * pileup.ImageBytes, $"{compact.Bytes} bytes for {compact.Count} images");
    }

    [Fact]
    public void ImagesOfTooManyReadsAreEqual()
    {
        var pileup = new PileupOptions { Channels = ChannelNames.Parse("BASE_CHANNELS,insert_size"), Shuffle = RowShuffle.LibCxx };
        CompactImages compact = Describe(TestData.PathOf("derived", "NA12878_x3.chr20.10_10p01mb.bam"), "chr20:10,000,000-10,010,000", pileup);
        EqualToReference(Twin(compact), pileup.ImageBytes, TestData.PathOf("reference", "downsampling_deep_libcxx_shuffle", "examples.tfrecord.gz"));
    }

    /// <summary>The device's source, run by the emulator, on the same rows.</summary>
    [Theory]
    [InlineData("BASE_CHANNELS,insert_size")]
    [InlineData("BASE_CHANNELS,is_homopolymer,homopolymer_weighted,gc_content,insert_size")]
    public void TheKernelPaintsAsItsTwin(string channels)
    {
        using var folder = TestData.Temporary();
        string source = Path.Combine(TestData.RepositoryRoot(), "tools", "gpu", "emulate.cpp");
        try
        {
            using Process compiler = Process.Start("g++", ["-std=c++20", "-O2", "-w", source, "-o", folder["emulate"]]);
            compiler.WaitForExit();
            Assert.Equal(0, compiler.ExitCode);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("g++ is not installed");
        }

        CompactImages compact = Describe(TestData.Na12878Bam, "chr20:10,000,000-10,003,000", new PileupOptions { Channels = ChannelNames.Parse(channels) });
        WriteDump(folder["rows"], compact, Twin(compact));
        using Process run = Process.Start(new ProcessStartInfo(folder["emulate"], [folder["rows"]]) { RedirectStandardOutput = true })!;
        string output = run.StandardOutput.ReadToEnd();
        run.WaitForExit();
        Assert.True(run.ExitCode == 0, output);
        Assert.Contains($"{compact.Count} images painted", output, StringComparison.Ordinal);
        Assert.True(compact.Count > 10);
    }

    /// <summary>What tools/gpu/emulate.cpp reads: numbers, then each array behind its length in bytes.</summary>
    private static void WriteDump(string path, CompactImages compact, byte[] images)
    {
        using FileStream file = File.Create(path);
        void Number(int value)
        {
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
            file.Write(bytes);
        }

        void Bytes(ReadOnlySpan<byte> bytes)
        {
            Number(bytes.Length);
            file.Write(bytes);
        }

        PixelLayout layout = compact.Layout;
        foreach (int n in new[] { compact.Count, compact.Height, compact.Width, layout.Channels, layout.Base, layout.Quality, layout.Differs, layout.InRun, layout.RunLength }) Number(n);
        Bytes(compact.Letters);
        Bytes(compact.Qualities);
        Bytes(compact.Templates);
        Bytes(MemoryMarshal.AsBytes(compact.Rows));
        Bytes(MemoryMarshal.AsBytes(compact.Spans));
        Bytes(MemoryMarshal.AsBytes(compact.FirstRow));
        Bytes(images);
    }
}
