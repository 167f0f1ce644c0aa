using System.Text;

namespace Shrike.Simulation;

/// <summary>Rates of the variants that are made up, per base unless said otherwise.</summary>
public sealed record VariantRates
{
    /// <summary>SNPs.</summary>
    public double Snps { get; init; } = 6e-4;

    /// <summary>Insertions and deletions outside repeats.</summary>
    public double Indels { get; init; } = 2e-4;

    /// <summary>Changed length, per repeat with a stutter chance of one in a hundred; others in proportion.</summary>
    public double RepeatChange { get; init; } = 0.06;

    /// <summary>Share of changed repeats with two alleles of changed length.</summary>
    public double TwoChanged { get; init; } = 0.15;

    /// <summary>Share of the sequence in which one haplotype is diverged.</summary>
    public double DivergedShare { get; init; } = 0.012;

    /// <summary>SNPs per base there.</summary>
    public double DivergedSnps { get; init; } = 0.02;
}

/// <summary>Two haplotypes of a stretch of reference: real variants, if given, and made-up ones that do not touch them.</summary>
public sealed class Individual
{
    private const int Gap = 3;
    private const double Homozygous = 1 / 3.0;
    private const int DivergedLength = 600;

    private Individual(byte[] first, byte[] second, IReadOnlyList<SimulatedVariant> variants)
    {
        Haplotypes = [first, second];
        Variants = variants;
    }

    /// <summary>The two sequences.</summary>
    public IReadOnlyList<byte[]> Haplotypes { get; }

    /// <summary>All variants, ascending, in coordinates of the contig.</summary>
    public IReadOnlyList<SimulatedVariant> Variants { get; }

    /// <summary>Makes an individual.</summary>
    /// <param name="reference">Reference bases of the stretch, upper case.</param>
    /// <param name="start">Position of the first of them in the contig.</param>
    /// <param name="known">Real variants, ascending, wholly inside.</param>
    /// <param name="rates">Rates of made-up variants.</param>
    /// <param name="random">Random numbers.</param>
    public static Individual Make(byte[] reference, int start, IEnumerable<SimulatedVariant> known, VariantRates rates, RandomSource random)
    {
        var variants = new List<SimulatedVariant>();
        var taken = new bool[reference.Length + 1];
        bool TryAdd(SimulatedVariant v)
        {
            int from = Math.Max(0, v.Start - start - Gap);
            int to = Math.Min(reference.Length, v.End - start + Gap);
            if (v.Start - start < 1 || v.End - start > reference.Length || taken.AsSpan(from, to - from).Contains(true) || v.Reference.AsSpan().IndexOfAnyExcept("ACGT") >= 0) return false;
            taken.AsSpan(from, to - from).Fill(true);
            variants.Add(v);
            return true;
        }

        foreach (SimulatedVariant v in known) TryAdd(v);
        string Text(int at, int length) => Encoding.ASCII.GetString(reference, at, length);
        void AddAllele(int at, string r, string alt)
        {
            string second = random.Chance(Homozygous) ? alt : r;
            TryAdd(random.Chance(0.5) ? new SimulatedVariant(start + at, r, alt, second) : new SimulatedVariant(start + at, r, second, alt));
        }

        foreach (Repeat repeat in Repeat.Find(reference))
        {
            if (repeat.Start < 2 || !random.Chance(rates.RepeatChange * Math.Min(4, repeat.StutterChance / 0.01))) continue;
            // Two lengths: two changed alleles, twice the same, or one beside the reference.
            int Change() => random.Geometric(0.65, 4) * (random.Chance(0.5) ? 1 : -1);
            int first = Change();
            int second = random.Chance(rates.TwoChanged) ? Change() : random.Chance(Homozygous) ? first : 0;
            int deleted = Math.Max(0, -Math.Min(first, second));
            if (deleted >= repeat.Copies) continue;
            string r = Text(repeat.Start - 1, 1 + (deleted * repeat.Unit));
            string Allele(int change) => r[..1] + string.Concat(Enumerable.Repeat(Text(repeat.Start, repeat.Unit), deleted + change));
            (string left, string right) = random.Chance(0.5) ? (Allele(first), Allele(second)) : (Allele(second), Allele(first));
            TryAdd(new SimulatedVariant(start + repeat.Start - 1, r, left, right));
        }

        for (int i = 2; i < reference.Length - 60; i++)
        {
            double u = random.Uniform();
            byte b = reference[i];
            if (u < rates.Snps)
            {
                AddAllele(i, Text(i, 1), ((char)random.OtherBase(b)).ToString());
            }
            else if (u < rates.Snps + (rates.Indels / 2))
            {
                AddAllele(i, Text(i, 1 + random.Geometric(0.35, 40)), Text(i, 1));
            }
            else if (u < rates.Snps + rates.Indels)
            {
                int length = random.Geometric(0.35, 40);
                AddAllele(i, Text(i, 1), Text(i, 1) + string.Concat(Enumerable.Range(0, length).Select(_ => (char)"ACGT"u8[random.Below(4)])));
            }
            else if (u < rates.Snps + rates.Indels + (rates.DivergedShare / DivergedLength))
            {
                bool first = random.Chance(0.5);
                for (int j = i; j < Math.Min(i + DivergedLength, reference.Length - 60); j++)
                {
                    if (!random.Chance(rates.DivergedSnps)) continue;
                    string alt = ((char)random.OtherBase(reference[j])).ToString();
                    TryAdd(new SimulatedVariant(start + j, Text(j, 1), first ? alt : Text(j, 1), first ? Text(j, 1) : alt));
                }
            }
        }

        variants.Sort((a, b) => a.Start.CompareTo(b.Start));
        return new Individual(Spell(reference, start, variants, v => v.First), Spell(reference, start, variants, v => v.Second), variants);
    }

    private static byte[] Spell(byte[] reference, int start, List<SimulatedVariant> variants, Func<SimulatedVariant, string> allele)
    {
        var haplotype = new List<byte>(reference.Length + 1000);
        int at = 0;
        foreach (SimulatedVariant v in variants)
        {
            haplotype.AddRange(reference.AsSpan(at, v.Start - start - at));
            haplotype.AddRange(Encoding.ASCII.GetBytes(allele(v)));
            at = v.End - start;
        }

        haplotype.AddRange(reference.AsSpan(at));
        return [.. haplotype];
    }
}
