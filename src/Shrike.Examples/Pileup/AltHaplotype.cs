using System.Text;
using Shrike.Examples.Realigning.Assembly;
using Shrike.Formats.Messages;

namespace Shrike.Examples.Pileup;

/// <summary>The sequence a chromosome with one ALT of a candidate has around it. Spec 50 section 11.2.</summary>
internal static class AltHaplotype
{
    /// <summary>First position of the haplotype.</summary>
    public static int Start(Variant variant, int half) => Math.Max((int)variant.Start - half, 0);

    /// <summary>Appends the haplotype: <paramref name="half"/> reference bases, the ALT, as many reference bases behind the reference allele. Both flanks end where the contig does.</summary>
    /// <param name="variant">The candidate.</param>
    /// <param name="alt">0-based ALT.</param>
    /// <param name="reference">Reference around it.</param>
    /// <param name="half">Columns of an image left of its middle.</param>
    /// <param name="haplotypes">Receives the haplotype.</param>
    public static void Append(Variant variant, int alt, ReferenceWindow reference, int half, HaplotypeSet haplotypes)
    {
        int start = (int)variant.Start;
        int end = start + variant.ReferenceBases.Length;
        int behind = (int)Math.Min((long)end + half, reference.Contig.Length);
        string letters = variant.AlternateBases[alt];
        Span<byte> middle = letters.Length <= 256 ? stackalloc byte[256] : new byte[letters.Length];
        int length = Encoding.ASCII.GetBytes(letters, middle);
        haplotypes.Add(reference.Bases(Start(variant, half), start), middle[..length], behind > end ? reference.Bases(end, behind) : default);
    }

    /// <summary>Whether a candidate is drawn on its haplotypes: where only indels are, some allele must be longer than one base. Spec 50 section 11.1.</summary>
    public static bool IsWanted(Variant variant, PileupOptions options)
    {
        if (options.AltAligned == AltAlignedPileup.None) return false;
        if (options.AltAlignsAllTypes || variant.ReferenceBases.Length > 1) return true;
        foreach (string alt in variant.AlternateBases)
        {
            if (alt.Length > 1) return true;
        }

        return false;
    }
}
