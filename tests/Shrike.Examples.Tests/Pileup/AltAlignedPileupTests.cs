using System.Text;
using Shrike.Core;
using Shrike.Examples.Candidates;
using Shrike.Examples.Pileup;
using Shrike.Examples.Reads;
using Shrike.Examples.Realigning.Alignment;
using Shrike.Examples.Realigning.Assembly;
using Shrike.Formats;
using Shrike.Formats.Messages;

namespace Shrike.Examples.Tests.Pileup;

public sealed class AltAlignedPileupTests
{
    private const int Width = 61;
    private const int Half = 30;
    private const int Site = 150;
    private static readonly string Contig = string.Concat(Enumerable.Range(0, 300).Select(i => "ACGT"[((i * i * 7) + (i / 3) + (i * i * i / 11)) & 3]));

    private static PileupOptions Options(AltAlignedPileup kind, string channels = "BASE_CHANNELS") => new()
    {
        Channels = [.. ChannelNames.Parse(channels), .. PileupOptions.AltChannels(kind)],
        Width = Width,
        AltAligned = kind,
    };

    private static Candidate Indel(int start, int reference, params string[] alts)
    {
        var variant = new Variant { ReferenceName = "c", Start = start, End = start + reference, ReferenceBases = Contig.Substring(start, reference) };
        variant.AlternateBases.AddRange(alts);
        return new Candidate { Variant = variant, Support = [] };
    }

    private static ExampleSet Draw(PileupOptions options, Candidate candidate, BatchBuilder builder)
    {
        using var folder = TestData.Temporary();
        var examples = new ExampleSet(options.ImageBytes);
        new PileupEncoder(options).Encode(candidate, builder.Build(0, Contig.Length), BatchBuilder.Window(folder.Path, Contig), examples);
        return examples;
    }

    private static byte[] Channel(ExampleSet set, int image, PileupOptions options, int channel) =>
        [.. Enumerable.Range(0, options.ImageHeight * options.Width).Select(i => set.Image(image)[(i * options.Channels.Length) + channel])];

    /// <summary>Reads over the site, with and without the last <paramref name="alt"/> in place of the reference allele.</summary>
    private static BatchBuilder Reads(Candidate candidate, string alt, int flank = 45)
    {
        var builder = new BatchBuilder();
        int start = candidate.Start, end = candidate.End;
        int gap = candidate.Variant.ReferenceBases.Length - alt.Length;
        for (int i = 0; i < 12; i++)
        {
            int from = start - flank + i;
            bool hasAlt = i % 2 == 0;
            string bases = hasAlt ? $"{Contig[from..start]}{alt}{Contig[end..(end + flank)]}" : Contig[from..(end + flank)];
            string cigar = !hasAlt ? $"{bases.Length}M" : $"{start - from + 1}M{Math.Abs(gap)}{(gap > 0 ? 'D' : 'I')}{flank}M";
            builder.Add(from, cigar, bases);
        }

        return builder;
    }

    [Theory]
    [InlineData(10, "G", "GTTC", 10, "AGTGGGGGGGGTTCGATGGGGGTG")]
    [InlineData(10, "GG", "G", 4, "GGGGGATGG")]
    [InlineData(2, "T", "TT", 10, "AGTTGGGGGGGGGA")]
    [InlineData(18, "GTG", "G", 10, "GGGGATGGGGG")]
    [InlineData(20, "G", "GA", 3, "GGTGA")]
    public void HaplotypeIsTheAltBetweenItsFlanks(int start, string reference, string alt, int half, string expected)
    {
        using var folder = TestData.Temporary();
        var haplotypes = new HaplotypeSet();
        var variant = new Variant { ReferenceName = "c", Start = start, ReferenceBases = reference, AlternateBases = { alt } };
        AltHaplotype.Append(variant, 0, BatchBuilder.Window(folder.Path, "AGTGGGGGGGGGATGGGGGTG"), half, haplotypes);
        Assert.Equal(expected, Encoding.ASCII.GetString(haplotypes[0]));
    }

    [Theory]
    [InlineData("ACGGTCATTGCAAGCTTAGGCATCCGATAGCTAACCGTTAGACTGCATGG", "ACGGTCATTGCAAGCTTAGGATAGCTAACCGTTAGACTGCATGG", 2, "19M6D25M", 0)]
    [InlineData("ACGGTCATTGCAAGCTTAGGCATCCGATAGCTAACCGTTAGACTGCATGG", "GTCATTGCAAGCTTAGGCATCCGATAGCTAACCGTTA", 2, "37M", 3)]
    [InlineData("ACGGTCATTGCAAGCTTAGGCATCCGATAGCTAACCGTTAGACTGCATGG", "TTTTTTTTACGGTCATTGCAAGCTTAGGCAATAGCTAACCGTTA", 2, "8S22M4D14M", 0)]
    [InlineData("ACGTACGTGGGAAAAAAGTGTGATC", "ACGTACGTGGGAAAAAAGTGTGATC", 1, "25M", 0)]
    [InlineData("ACGTACGTGGGAAAAAAGTGTGATC", "ACGTACGTAAAAAAGTGTGATC", 1, "8M3D14M", 0)]
    [InlineData("ACGTACGTGGGAAAAAAGTGTGATC", "GTGGGAAAAAAGTGTGA", 1, "17M", 6)]
    [InlineData("ACGTACGTGGGAAAAAAGTGTGATC", "TTTTTTTTTACGTACGTAAAAAA", 1, "9S8M3D6M", 0)]
    [InlineData("ACGTACGTGGGAAAAAAGTGTGATC", "NNNNNNNNNNNNNNNNNNNN", 1, null, 0)]
    public void ReadsAreAlignedToOneHaplotype(string haplotype, string read, int gapExtend, string? cigar, int position)
    {
        var builder = new BatchBuilder().Add(20, $"{read.Length}M", read);
        ReadBatch batch = builder.Build(0, 200);
        var set = new HaplotypeSet();
        set.Add(Encoding.ASCII.GetBytes(haplotype));
        var isAligned = new bool[1];
        new HaplotypeAligner(new HaplotypeAlignerOptions { GapExtend = gapExtend }).AlignToOne(batch, [0], set, 20, isAligned);
        Assert.Equal(cigar is not null, isAligned[0]);
        if (cigar is not null) Assert.Equal((cigar, 20 + position), (Cigar.ToText(batch.CigarOf(0)), batch.Start[0]));
    }

    /// <summary>On its own haplotype a read differs nowhere; a read of the reference does, and the other way round in the ordinary channel.</summary>
    [Theory]
    [InlineData(12, "", 0)]
    [InlineData(1, "TTGCATG", 0)]
    [InlineData(12, "", 2)]
    public void ReadsMatchTheirOwnHaplotype(int reference, string inserted, int mismatchedBases)
    {
        Candidate candidate = Indel(Site, reference, Contig[Site] + inserted);
        PileupOptions options = Options(AltAlignedPileup.DiffChannels);
        BatchBuilder builder = Reads(candidate, candidate.Variant.AlternateBases[0]);
        if (mismatchedBases > 0) builder.Store.Bases.AsSpan(20, mismatchedBases).Fill((byte)'N');
        ExampleSet set = Draw(options, candidate, builder);
        byte[] first = Channel(set, 0, options, 6);
        Assert.Equal(first, Channel(set, 0, options, 7));
        Assert.Equal(Enumerable.Repeat((byte)50, 5 * Width), first.Take(5 * Width));
        for (int row = 0; row < 12; row++)
        {
            ReadOnlySpan<byte> pixels = first.AsSpan((5 + row) * Width, Width);
            Assert.Equal(row % 2 == 0 && (mismatchedBases == 0 || row > 0), pixels.IndexOfAnyExcept((byte)50, (byte)0) < 0);
        }
    }

    /// <summary>The channels are those of the images that stand below in the other mode.</summary>
    [Fact]
    public void ChannelsAreThoseOfTheRows()
    {
        Candidate candidate = Indel(Site, 5, Contig[Site..(Site + 1)], Contig[Site] + "CAGTTACA" + Contig[(Site + 1)..(Site + 5)], Contig[Site..(Site + 2)]);
        PileupOptions rows = Options(AltAlignedPileup.Rows, "BASE_CHANNELS,insert_size,avg_base_quality,is_homopolymer");
        ExampleSet below = Draw(rows, candidate, Reads(candidate, candidate.Variant.AlternateBases[0]));
        Assert.Equal(6, below.Count);
        foreach ((AltAlignedPileup kind, int shown) in ((AltAlignedPileup, int)[])[(AltAlignedPileup.DiffChannels, 5), (AltAlignedPileup.BaseChannels, 0)])
        {
            PileupOptions options = Options(kind, "BASE_CHANNELS,insert_size,avg_base_quality,is_homopolymer");
            ExampleSet beside = Draw(options, candidate, Reads(candidate, candidate.Variant.AlternateBases[0]));
            int pixels = options.Height * Width;
            for (int image = 0; image < 6; image++)
            {
                byte[] all = Channel(below, image, rows, shown);
                Assert.Equal(all[..pixels], Channel(beside, image, options, shown));
                Assert.Equal(all[pixels..(2 * pixels)], Channel(beside, image, options, 9));
                bool isPair = beside.Keys[image].AltIndices.Length == 2;
                Assert.Equal(isPair ? all[(2 * pixels)..] : all[pixels..(2 * pixels)], Channel(beside, image, options, 10));
                if (!isPair) Assert.Equal(-1, all.AsSpan(2 * pixels).IndexOfAnyExcept((byte)0));
            }
        }
    }

    [Fact]
    public void WithoutReadsOnlyTheHaplotypeIsShown()
    {
        Candidate candidate = Indel(Site, 1, Contig[Site] + "GGGG");
        PileupOptions options = Options(AltAlignedPileup.BaseChannels);
        byte[] alt = Channel(Draw(options, candidate, new BatchBuilder()), 0, options, 6);
        string haplotype = (Contig[(Site - Half)..(Site + 1)] + "GGGG" + Contig[(Site + 1)..])[..Width];
        byte[] band = [.. haplotype.Select(b => (byte)(b switch { 'A' => 250, 'G' => 180, 'T' => 100, _ => 30 }))];
        for (int row = 0; row < 5; row++) Assert.Equal(band, alt.Skip(row * Width).Take(Width));
        Assert.All(alt.Skip(5 * Width), v => Assert.Equal(0, v));
    }

    /// <summary>A haplotype that the contig's end makes shorter than an image is not shown, nor are those of the ALTs behind it.</summary>
    [Theory]
    [InlineData(AltAlignedPileup.DiffChannels)]
    [InlineData(AltAlignedPileup.Rows)]
    public void HaplotypesCutByTheContigAreNotShown(AltAlignedPileup kind)
    {
        int start = Contig.Length - Half - 4;
        string reference = Contig[start..(start + 12)];
        Candidate candidate = Indel(start, 12, reference[..1], reference + "TTTTTTTTTTTTTTTT");
        PileupOptions options = Options(kind);
        ExampleSet set = Draw(options, candidate, Reads(candidate, reference[..1], flank: 20));
        Assert.Equal(3, set.Count);
        bool[] shown = [.. Enumerable.Range(0, 3).Select(i => kind == AltAlignedPileup.Rows
            ? set.Image(i)[(options.ImageBytes / 3)..].IndexOfAnyExcept((byte)0) >= 0
            : Channel(set, i, options, 6).Concat(Channel(set, i, options, 7)).Any(v => v != 0))];
        Assert.Equal([false, true, false], shown);
    }

    [Fact]
    public void SubstitutionsAreShownOnlyIfAskedFor()
    {
        Candidate candidate = Indel(Site, 1, Contig[Site] == 'A' ? "C" : "A");
        PileupOptions options = Options(AltAlignedPileup.DiffChannels);
        BatchBuilder Builder() => new BatchBuilder().Add(Site - 50, "101M", Contig[(Site - 50)..(Site + 51)]);
        Assert.All(Channel(Draw(options, candidate, Builder()), 0, options, 6), v => Assert.Equal(0, v));
        options = options with { AltAlignsAllTypes = true };
        byte[] alt = Channel(Draw(options, candidate, Builder()), 0, options, 6);
        Assert.Equal(254, alt[(5 * Width) + Half]);
        Assert.Equal(50, alt[(5 * Width) + Half + 1]);
    }

    /// <summary>Reads that fit nowhere lose their row on the haplotype, not in the ordinary image.</summary>
    [Fact]
    public void ReadsThatFitNowhereAreLeftOut()
    {
        Candidate candidate = Indel(Site, 1, Contig[Site] + "GATTACA");
        PileupOptions options = Options(AltAlignedPileup.DiffChannels);
        BatchBuilder builder = new BatchBuilder().Add(Site - 50, "101M", new string('N', 101)).Add(Site - 49, "100M", Contig[(Site - 49)..(Site + 51)]);
        ExampleSet set = Draw(options, candidate, builder);
        Assert.Equal(254, Channel(set, 0, options, 5)[5 * Width]);
        Assert.Equal(50, Channel(set, 0, options, 5)[6 * Width]);
        Assert.Equal(50, Channel(set, 0, options, 6)[5 * Width]);
        Assert.Equal(0, Channel(set, 0, options, 6)[6 * Width]);
    }

    [Theory]
    [InlineData(AltAlignedPileup.None, "BASE_CHANNELS,diff_channels_alternate_allele_1,diff_channels_alternate_allele_2", "need --alt_aligned_pileup diff_channels")]
    [InlineData(AltAlignedPileup.Rows, "BASE_CHANNELS,base_channels_alternate_allele_1", "need --alt_aligned_pileup base_channels")]
    [InlineData(AltAlignedPileup.DiffChannels, "BASE_CHANNELS,diff_channels_alternate_allele_1", "once")]
    [InlineData(AltAlignedPileup.DiffChannels, "read_base,strand", "has only 2")]
    public void ChannelsMustGoWithTheMode(AltAlignedPileup kind, string channels, string said) =>
        Assert.Contains(said, Assert.Throws<ShrikeException>(() => Options(kind, channels).Validate()).Message, StringComparison.Ordinal);
}
