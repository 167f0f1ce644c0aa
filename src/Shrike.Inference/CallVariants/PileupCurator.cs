using Shrike.Formats.Messages;
using Curation = Shrike.Formats.Messages.CallVariantsOutput.Types.DebugInfo.Types.PileupCuration;

namespace Shrike.Inference.CallVariants;

/// <summary>Says in five numbers what a person would note first about a pileup image. Numbers start at 1.</summary>
internal static class PileupCurator
{
    private const int ReferenceRows = 5;
    private const int BaseQuality = 1, MappingQuality = 2, Strand = 3, Support = 4, Difference = 5;
    private const byte Set = 254, Forward = 240, Reverse = 70, GoodQuality = 127;

    /// <summary>The numbers of an image; null if it lacks the channels or has no rows of reads.</summary>
    /// <param name="image">H x W x C bytes, the base channels first.</param>
    /// <param name="shape">H, W, C.</param>
    public static Curation? Curate(ReadOnlySpan<byte> image, ReadOnlySpan<int> shape)
    {
        (int height, int width, int channels) = (shape[0] - ReferenceRows, shape[1], shape[2]);
        if (channels <= Difference || height < 1) return null;
        ReadOnlySpan<byte> reads = image[(ReferenceRows * width * channels)..];
        int bases = 0, poorBases = 0, mapped = 0, poorlyMapped = 0, rows = 0, supporting = 0, forward = 0, reverse = 0;
        var differences = new int[width];
        var filled = new int[width];
        for (int h = 0; h < height; h++)
        {
            byte quality = 0, strand = 0, support = 0;
            for (int w = 0; w < width; w++)
            {
                ReadOnlySpan<byte> pixel = reads.Slice(((h * width) + w) * channels, channels);
                if (pixel[BaseQuality] > 0) bases++;
                if (pixel[BaseQuality] is > 0 and < GoodQuality) poorBases++;
                quality = Math.Max(quality, pixel[MappingQuality]);
                strand = Math.Max(strand, pixel[Strand]);
                support = Math.Max(support, pixel[Support]);
                if (pixel[Difference] > 0) filled[w]++;
                if (pixel[Difference] == Set) differences[w]++;
            }

            if (quality > 0) mapped++;
            if (quality is > 0 and < GoodQuality) poorlyMapped++;
            if (support > 0) rows++;
            if (support != Set) continue;
            supporting++;
            if (strand == Forward) forward++;
            else if (strand == Reverse) reverse++;
        }

        return new Curation
        {
            DiffCategory = DifferenceCategory(differences, filled),
            BaseQuality = Fraction(poorBases, bases) < 0.05 ? 1 : 2,
            MappingQuality = Fraction(poorlyMapped, mapped) < 0.05 ? 1 : 2,
            StrandBias = TwoSidedBinomial(forward, forward + reverse) < 0.05 ? 2 : 1,
            ReadSupport = Fraction(supporting, rows) switch { > 0.8 => 1, > 0.3 => 2, _ => 3 },
        };
    }

    /// <summary>1 few differences, 2 many, 3 several variants nearby.</summary>
    private static int DifferenceCategory(int[] differences, int[] filled)
    {
        int columns = 0, others = 0;
        for (int w = 0; w < differences.Length; w++)
        {
            if (differences[w] > 4 && (double)differences[w] / (filled[w] + 1) > 0.1) columns++;
            else others += differences[w];
        }

        return Fraction(others, filled.Sum()) > 0.01 ? 2 : columns >= 5 ? 3 : 1;
    }

    /// <summary>How likely a fair coin falls at least as unevenly as k of n.</summary>
    internal static double TwoSidedBinomial(int k, int n)
    {
        if (2 * k == n) return 1;
        double term = Math.Pow(0.5, n), sum = 0;
        for (int x = 0; x <= Math.Min(k, n - k); x++)
        {
            sum += term;
            term *= (double)(n - x) / (x + 1);
        }

        return 2 * sum;
    }

    private static double Fraction(int part, int whole) => whole == 0 ? 0 : (double)part / whole;
}
