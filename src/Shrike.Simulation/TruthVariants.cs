using System.Globalization;
using System.Text;
using Shrike.Core;
using Shrike.Hts;

namespace Shrike.Simulation;

/// <summary>Real variants of a VCF's first sample, carried over into simulated blocks.</summary>
/// <param name="truth">The VCF, with its index.</param>
/// <param name="offset">Added to the position of a reference base to get that of the VCF.</param>
internal sealed class TruthVariants(VcfReader truth, int offset)
{
    /// <summary>The variants that lie wholly inside a block, of two called alleles spelled out; in positions of the reference.</summary>
    /// <param name="block">The block.</param>
    /// <param name="bases">Its reference bases, upper case.</param>
    /// <param name="random">Random numbers: one for each variant without phase.</param>
    /// <exception cref="ShrikeException">The reference bases of a variant are not those of the reference.</exception>
    public List<SimulatedVariant> Of(Region block, byte[] bases, RandomSource random)
    {
        var known = new List<SimulatedVariant>();
        foreach (VcfRecord r in truth.Query(block.Contig, block.Start + offset, block.End + offset))
        {
            int[] genotype = r.Genotype(0, out bool phased);
            if (genotype.Length != 2 || genotype.Any(g => g < 0 || g > r.Alternates.Count) || r.Alternates.Any(a => a.AsSpan().IndexOfAnyExcept("ACGT") >= 0)) continue;
            Compare(r, block, bases);
            string Allele(int g) => g == 0 ? r.Reference : r.Alternates[g - 1];
            bool swap = !phased && random.Chance(0.5);
            known.Add(new SimulatedVariant(r.Start - offset, r.Reference, Allele(genotype[swap ? 1 : 0]), Allele(genotype[swap ? 0 : 1])));
        }

        return known;
    }

    /// <summary>Those that reach over the block's ends, or have an N, are not carried over and may be what they are.</summary>
    private void Compare(VcfRecord r, Region block, byte[] bases)
    {
        int at = r.Start - offset - block.Start;
        if (at < 0 || at + r.Reference.Length > bases.Length || r.Reference.Contains('N', StringComparison.Ordinal)) return;
        string here = Encoding.ASCII.GetString(bases, at, r.Reference.Length);
        if (string.Equals(here, r.Reference, StringComparison.OrdinalIgnoreCase)) return;
        throw ShrikeException.InvalidData(string.Create(
            CultureInfo.InvariantCulture,
            $"{truth.Path}: {r.Contig}:{r.Start + 1}: REF is {Short(r.Reference)}, but the reference has {Short(here)} at {block.Contig}:{r.Start - offset + 1}: is it of another genome build, or --truth_offset {offset} wrong?"));
    }

    private static string Short(string bases) => bases.Length <= 20 ? bases : $"{bases[..20]}...";
}
