using Shrike.Core;
using Shrike.Examples.Realigning.Alignment;
using Shrike.Formats;

namespace Shrike.Examples.Pileup;

/// <summary>Which C++ library's shuffle chooses the rows of an image with more reads than rows.</summary>
public enum RowShuffle
{
    /// <summary>That of libstdc++, as in released programs.</summary>
    LibStdCxx,

    /// <summary>That of libc++, as in the published reference outputs.</summary>
    LibCxx,
}

/// <summary>Size, channels and rules of pileup images. Checked by <see cref="Validate"/>.</summary>
public sealed record PileupOptions
{
    /// <summary>Rows of every image that show the reference.</summary>
    public const int ReferenceRows = 5;

    private const int SixthChannel = 5;
    private static readonly int[] Supported = [1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15, 16, 17, 18, 19, 22];

    /// <summary>Rows, reference included.</summary>
    public int Height { get; init; } = 100;

    /// <summary>Columns, odd.</summary>
    public int Width { get; init; } = 221;

    /// <summary>Channel numbers in image order.</summary>
    public required int[] Channels { get; init; }

    /// <summary>Reads below are not drawn.</summary>
    public int MinMappingQuality { get; init; } = 5;

    /// <summary>Reads whose base at the variant's first position is below are not drawn.</summary>
    public int MinBaseQuality { get; init; } = 10;

    /// <summary>Paint reads that support another ALT darker than reads without support.</summary>
    public bool MarkOtherAlternates { get; init; }

    /// <summary>Draw pairs of ALTs as well.</summary>
    public bool HetAltImages { get; init; } = true;

    /// <summary>Order rows by haplotype first.</summary>
    public bool SortByHaplotypes { get; init; }

    /// <summary>With <see cref="SortByHaplotypes"/>: haplotype whose rows stand on top, 0 for none. At 2 the channel shows haplotypes 1 and 2 exchanged.</summary>
    public int PolishedHaplotype { get; init; }

    /// <summary>How rows are chosen where there are too many reads.</summary>
    public RowShuffle Shuffle { get; init; }

    /// <summary>How reads are shown on the ALT haplotypes. The two channels this may add must stand last in <see cref="Channels"/>.</summary>
    public AltAlignedPileup AltAligned { get; init; }

    /// <summary>Show them so for SNPs too, not only where an allele is longer than one base.</summary>
    public bool AltAlignsAllTypes { get; init; }

    /// <summary>How reads are aligned to the ALT haplotypes.</summary>
    public HaplotypeAlignerOptions AltAligner { get; init; } = new();

    /// <summary>Rows of a whole image: those of the ALT haplotypes may stand below the ordinary ones.</summary>
    public int ImageHeight => AltAligned == AltAlignedPileup.Rows ? 3 * Height : Height;

    /// <summary>Bytes of one image.</summary>
    public int ImageBytes => ImageHeight * Width * Channels.Length;

    /// <summary>The channels that a way of showing ALT haplotypes puts behind all others.</summary>
    public static int[] AltChannels(AltAlignedPileup kind) => kind switch
    {
        AltAlignedPileup.DiffChannels => [9, 10],
        AltAlignedPileup.BaseChannels => [20, 21],
        _ => [],
    };

    /// <summary>Number of the channel of an image on an ALT haplotype that is shown as a channel of its own; 18, which is blank, if it is painted elsewhere.</summary>
    internal int AltShownChannel
    {
        get
        {
            ReadOnlySpan<int> painted = Channels.AsSpan(0, Channels.Length - AltChannels(AltAligned).Length);
            int shown = AltAligned == AltAlignedPileup.DiffChannels ? SixthChannel : 0;
            return painted.LastIndexOf(painted[shown]) == shown ? painted[shown] : 18;
        }
    }

    /// <summary>What the haplotype channel shows of a read's haplotype.</summary>
    internal int HaplotypeShown(int haplotype) => PolishedHaplotype == 2 && haplotype is 1 or 2 ? 3 - haplotype : haplotype;

    /// <summary>Place of a haplotype among the rows: the polished one, reads without one, 1, 2, ...</summary>
    internal int HaplotypeOrder(int haplotype) => PolishedHaplotype > 0 && haplotype == PolishedHaplotype ? -1 : Math.Max(0, haplotype);

    /// <summary>Checks the values.</summary>
    /// <exception cref="ShrikeException">A value is out of range or not supported (exit 2).</exception>
    public void Validate()
    {
        if (Width < 3 || Width % 2 == 0) throw ShrikeException.Usage($"--pileup_image_width must be odd and at least 3, not {Width}");
        if (Height is < 75 or > 362) throw ShrikeException.Usage($"--pileup_image_height must be 75 to 362, not {Height}");
        if (Channels.Length == 0) throw ShrikeException.Usage("--channel_list is empty");
        ValidateAltChannels();
        foreach (int channel in Channels.SkipLast(AltChannels(AltAligned).Length))
        {
            if (!Supported.Contains(channel)) throw ShrikeException.Usage($"--channel_list: this version cannot draw {ChannelNames.NameOf(channel)}");
        }
    }
    /// <summary>The channels of ALT haplotypes and <see cref="AltAligned"/> must agree: a model's list names them, and nothing else says how to paint them.</summary>
    private void ValidateAltChannels()
    {
        if (AltAligned != AltAlignedPileup.None) AltAligner.Validate();
        foreach ((AltAlignedPileup kind, string flag) in ((AltAlignedPileup, string)[])[(AltAlignedPileup.DiffChannels, "diff_channels"), (AltAlignedPileup.BaseChannels, "base_channels")])
        {
            int[] wanted = AltChannels(kind);
            string names = string.Join(" and ", wanted.Select(ChannelNames.NameOf));
            int listed = Channels.Count(c => wanted.Contains(c));
            if (kind != AltAligned)
            {
                if (listed > 0) throw ShrikeException.Usage($"the channels {names} need --alt_aligned_pileup {flag}");
                continue;
            }

            if (listed != 2 || !Channels.AsSpan().EndsWith(wanted)) throw ShrikeException.Usage($"--alt_aligned_pileup {flag} needs {names} as the last channels of the list, once");
            int needed = kind == AltAlignedPileup.DiffChannels ? SixthChannel + 1 : 1;
            if (Channels.Length < needed + 2) throw ShrikeException.Usage($"--alt_aligned_pileup {flag} shows channel {needed} of the list, which has only {Channels.Length - 2}");
        }
    }
}
