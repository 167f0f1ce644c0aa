using System.Text;
using Shrike.Hts;

namespace Shrike.Simulation.Tests;

/// <summary>Inputs of these tests.</summary>
internal static class Given
{
    /// <summary>A library without errors and without anything odd.</summary>
    public static LibraryProfile Clean => LibraryProfile.Named("hiseqx150") with
    {
        Stutter = 0,
        Dephasing = 0,
        Chimeras = 0,
        BadTailRate = 0,
        StrandArtefacts = 0,
        ForeignAlleles = 0,
        ShortFragments = 0,
        Contamination = 0,
        HiddenParalogs = 0,
        ErrorScale = 0,
        Duplicates = 0,
    };

    /// <summary>Nothing made up.</summary>
    public static VariantRates NoVariants { get; } = new() { Snps = 0, Indels = 0, RepeatChange = 0, DivergedShare = 0 };

    /// <summary>Random bases.</summary>
    public static byte[] Bases(int length, RandomSource random) => [.. Enumerable.Range(0, length).Select(_ => "ACGT"u8[random.Below(4)])];

    /// <summary>An individual of random sequence.</summary>
    public static (Individual Individual, string Text) Someone(int length, VariantRates rates, RandomSource random)
    {
        byte[] bases = Bases(length, random);
        return (Individual.Make(bases, 0, [], rates, random), Encoding.ASCII.GetString(bases));
    }

    /// <summary>Writes a FASTA, a line a contig, and its index.</summary>
    public static void Fasta(string path, params (string Name, byte[] Bases)[] contigs)
    {
        var text = new StringBuilder();
        var index = new StringBuilder();
        foreach ((string name, byte[] bases) in contigs)
        {
            text.Append('>').Append(name).Append('\n');
            index.Append(name).Append('\t').Append(bases.Length).Append('\t').Append(text.Length).Append('\t').Append(bases.Length).Append('\t').Append(bases.Length + 1).Append('\n');
            text.Append(Encoding.ASCII.GetString(bases)).Append('\n');
        }

        File.WriteAllText(path, text.ToString());
        File.WriteAllText(path + ".fai", index.ToString());
    }

    /// <summary>Writes a compressed VCF of one contig and one sample, and its index.</summary>
    public static void Vcf(string path, string contig, params (int Position, string Reference, string Alternate, string Genotype)[] records)
    {
        var text = new StringBuilder($"##fileformat=VCFv4.2\n##contig=<ID={contig}>\n##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tx\n");
        foreach (var r in records) text.Append(contig).Append('\t').Append(r.Position).Append("\t.\t").Append(r.Reference).Append('\t').Append(r.Alternate).Append("\t.\tPASS\t.\tGT\t").Append(r.Genotype).Append('\n');
        using (var file = new BgzfWriter(path)) file.Write(Encoding.ASCII.GetBytes(text.ToString()));
        VariantIndex.Build(path, 1_000_000);
    }
}
