using Shrike.Core;

namespace Shrike.Examples.Pileup;

/// <summary>Channels with one value per read (or per reference window), and the homopolymer runs of a sequence.</summary>
internal static class ReadChannels
{
    /// <summary>Aligned bases (M and =) in percent of the read.</summary>
    public static byte Identity(ReadOnlySpan<uint> cigar, int length) => length == 0 ? (byte)0 : Colors.Scale(Colors.Percent(Matches(cigar), length), 100);

    /// <summary>Aligned bases in percent of aligned bases plus gaps, each gap counted once.</summary>
    public static byte GapCompressedIdentity(ReadOnlySpan<uint> cigar)
    {
        int all = 0;
        foreach (uint element in cigar)
        {
            all += Cigar.Op(element) switch
            {
                CigarOp.Match or CigarOp.SequenceMatch or CigarOp.SequenceMismatch => Cigar.Length(element),
                CigarOp.Insertion or CigarOp.Deletion => 1,
                _ => 0,
            };
        }

        return all == 0 ? (byte)0 : Colors.Scale(Colors.Percent(Matches(cigar), all), 100);
    }

    /// <summary>Mean base quality.</summary>
    public static byte AverageQuality(ReadOnlySpan<byte> qualities)
    {
        int sum = 0;
        foreach (byte q in qualities) sum += q;
        return qualities.IsEmpty ? (byte)0 : Colors.Scale((int)((float)sum / qualities.Length), 93);
    }

    /// <summary>G and C in percent.</summary>
    public static byte GcContent(ReadOnlySpan<byte> bases)
    {
        int gc = 0;
        foreach (byte b in bases) gc += b is (byte)'G' or (byte)'C' ? 1 : 0;
        return bases.IsEmpty ? (byte)0 : Colors.Scale(Colors.Percent(gc, bases.Length), 100);
    }

    /// <summary>Length, modulo 256, of the run of equal letters each position lies in.</summary>
    public static void Runs(ReadOnlySpan<byte> bases, Span<byte> lengths)
    {
        for (int i = 0; i < bases.Length;)
        {
            int j = i + 1;
            while (j < bases.Length && bases[j] == bases[i]) j++;
            lengths[i..j].Fill(unchecked((byte)(j - i)));
            i = j;
        }
    }

    private static int Matches(ReadOnlySpan<uint> cigar)
    {
        int matches = 0;
        foreach (uint element in cigar)
        {
            if (Cigar.Op(element) is CigarOp.Match or CigarOp.SequenceMatch) matches += Cigar.Length(element);
        }

        return matches;
    }
}
