using CsCheck;
using Shrike.Core;
using Shrike.Examples.Candidates;
using Shrike.Examples.Pileup;
using Shrike.Examples.Reads;
using Shrike.Formats;
using Shrike.Formats.Messages;
using Shrike.Inference.Cuda.Painting;

namespace Shrike.Examples.Tests.Pileup;

public sealed class PaintersTests
{
    private const int Site = 300;

    /// <summary>Reads of any shape: the image painted here and the one a device paints from rows are the same bytes.</summary>
    [Theory]
    [InlineData("BASE_CHANNELS,insert_size", 221)]
    [InlineData("BASE_CHANNELS,read_mapping_percent,avg_base_quality,identity,gap_compressed_identity,gc_content,is_homopolymer,homopolymer_weighted,blank,insert_size", 221)]
    [InlineData("read_base,base_quality", 61)]
    [InlineData("homopolymer_weighted,read_base,read_base", 31)]
    public void BothPaintersAgreeOnAnyRead(string channels, int width)
    {
        using var folder = TestData.Temporary();
        string bases = string.Concat(Enumerable.Range(0, 700).Select(i => "ACGTTTTTTTTGACCCA"[(i * i + (i / 7)) % 17]));
        ReferenceWindow window = BatchBuilder.Window(folder.Path, bases);
        var options = new PileupOptions { Channels = ChannelNames.Parse(channels), Width = width };
        var encoder = new PileupEncoder(options);
        Gen<string> element = Gen.Select(Gen.Int[0, 8], Gen.Int[1, 40], (op, length) => $"{length}{"MMMIDNSX="[op]}");
        Gen<(int, string, int)> read = Gen.Select(Gen.Int[Site - 200, Site + 20], element.Array[1, 7].Select(string.Concat), Gen.Int[0, 1 << 20]);
        int drawn = 0;
        Gen.Select(read.Array[1, 130], Gen.Int[1, 3]).Sample(
            (reads, alts) =>
            {
                var builder = new BatchBuilder();
                foreach ((int start, string cigar, int seed) in reads.OrderBy(r => r.Item1))
                {
                    var random = new Random(seed);
                    int length = BatchBuilder.Parse(cigar).Where(e => Cigar.ConsumesRead(Cigar.Op(e))).Sum(Cigar.Length);
                    if (length == 0) continue;
                    builder.Add(start, cigar, string.Concat(Enumerable.Range(0, length).Select(_ => "ACGTN"[random.Next(random.Next(5) == 0 ? 5 : 2)])), [.. Enumerable.Range(0, length).Select(_ => (byte)random.Next(random.Next(4) == 0 ? 94 : 42))], flags: (ushort)(random.Next(2) * 16), mapq: (byte)random.Next(61), templateLength: random.Next(-1500, 1500));
                }

                ReadBatch batch = builder.Build(0, 700);
                var candidate = new Candidate
                {
                    Variant = new Variant { ReferenceName = "c", Start = Site, End = Site + 1, ReferenceBases = "A", AlternateBases = { "C", "G", "T" } },
                    Support = [.. Enumerable.Range(0, batch.Count).Where(i => i % 3 == 0).Select(i => new AlleleSupport(i, (short)(i % 2), false, 30))],
                };
                while (candidate.Variant.AlternateBases.Count > alts) candidate.Variant.AlternateBases.RemoveAt(alts);
                var painted = new ExampleSet(options.ImageBytes);
                var described = new ExampleSet(options.ImageBytes, PileupEncoder.NewCompact(options));
                encoder.Encode(candidate, batch, window, painted);
                encoder.Encode(candidate, batch, window, described);
                var images = new byte[painted.Count * options.ImageBytes];
                images.AsSpan().Fill(7);
                PaintTwin.Paint(described.Compact!, images);
                Assert.Equal(painted.Keys.Count, described.Compact!.Count);
                drawn += described.Compact.Rows.Length - (PileupOptions.ReferenceRows * painted.Count);
                Assert.True(painted.Images.Span.SequenceEqual(images));
            },
            iter: 60,
            seed: "0N0XIzNsQ0O2",
            threads: 1);
        Assert.True(drawn > 1000);
    }
}
