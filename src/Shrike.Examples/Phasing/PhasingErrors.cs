namespace Shrike.Examples.Phasing;

/// <summary>Haplotypes of a partition's reads beside those the input's HP tags say (spec 80, 6.6).</summary>
/// <param name="First">Reads on haplotype 1.</param>
/// <param name="Second">Reads on haplotype 2.</param>
/// <param name="Unphased">Reads on neither.</param>
/// <param name="Different">Reads on another haplotype than their tag says.</param>
public readonly record struct PhasingErrors(int First, int Second, int Unphased, int Different)
{
    /// <summary>Errors: the names 1 and 2 mean nothing, so they are exchanged where that leaves fewer.</summary>
    public int Errors => Different > (First + Second) / 2 ? First + Second - Different : Different;

    /// <summary>Counts one more read.</summary>
    /// <param name="tag">Its tag; 0 or less for none.</param>
    /// <param name="haplotype">Its haplotype.</param>
    public PhasingErrors Add(int tag, int haplotype) => new(
        First + (haplotype == 1 ? 1 : 0),
        Second + (haplotype == 2 ? 1 : 0),
        Unphased + (haplotype == 0 ? 1 : 0),
        Different + (tag is not (0 or -1) && haplotype != 0 && tag != haplotype ? 1 : 0));
}
