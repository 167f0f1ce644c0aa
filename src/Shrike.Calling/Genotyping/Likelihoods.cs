namespace Shrike.Calling.Genotyping;

/// <summary>Probabilities to phred and log10 scales, and the order of genotypes in a VCF.</summary>
public static class Likelihoods
{
    /// <summary>Largest probability that has a phred value: 1 - 1.25e-10.</summary>
    public const double MaxProbability = 1.0 - 1.25e-10;

    /// <summary>Smallest probability on the log10 scale; the rounded difference, about 1.2500001e-10.</summary>
    public const double MinProbability = 1.0 - MaxProbability;

    /// <summary>Number of genotypes of <paramref name="alleles"/> alleles, reference included.</summary>
    public static int GenotypeCount(int alleles) => alleles * (alleles + 1) / 2;

    /// <summary>Index of the genotype i/j, i at most j.</summary>
    public static int GenotypeIndex(int i, int j) => (j * (j + 1) / 2) + i;

    /// <summary>Alleles of a genotype index.</summary>
    public static (int I, int J) Genotype(int index)
    {
        int j = 0;
        while (GenotypeIndex(0, j + 1) <= index) j++;
        return (index - GenotypeIndex(0, j), j);
    }

    /// <summary>Phred scale of the probability of being wrong.</summary>
    public static double Phred(double probabilityRight) => -10.0 * Math.Log10(1.0 - Math.Min(probabilityRight, MaxProbability));

    /// <summary>Genotype quality of a probability, 0..99.</summary>
    public static int GenotypeQuality(double probability) => (int)Math.Round(Phred(probability), MidpointRounding.ToEven);

    /// <summary>QUAL: phred of any genotype but hom-ref, rounded to 7 decimals.</summary>
    public static double Quality(ReadOnlySpan<double> probabilities)
    {
        double sum = 0;
        foreach (double p in probabilities[1..]) sum += p;
        return Round7(Phred(Math.Min(sum, 1.0)));
    }

    /// <summary>log10 likelihood, bounded below.</summary>
    public static double Log10(double probability) => Math.Log10(Math.Max(probability, MinProbability));

    /// <summary>Index of the first maximum.</summary>
    public static int ArgMax(ReadOnlySpan<double> values)
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i] > values[best]) best = i;
        }

        return best;
    }

    /// <summary>Whether the numbers are probabilities whose sum is one, within what rounding and models do to it.</summary>
    public static bool IsDistribution(IReadOnlyList<double> probabilities)
    {
        const double tolerance = 1e-3;
        double sum = 0;
        for (int i = 0; i < probabilities.Count; i++)
        {
            double p = probabilities[i];
            if (!(p >= 0 && p <= 1)) return false;
            sum += p;
        }

        return Math.Abs(sum - 1) <= tolerance;
    }

    /// <summary>
    /// Rounds to seven decimals as if the exact binary value were written down in decimal; exact ties go to the even digit.
    /// </summary>
    /// <param name="value">0 to 100.</param>
    public static double Round7(double value)
    {
        const double scale = 1e7;
        double product = value * scale;
        double error = Math.FusedMultiplyAdd(value, scale, -product);
        double whole = Math.Floor(product);

        // Both differences are exact, and the error is smaller than any distance from one half but none.
        double beyondHalf = product - whole - 0.5;
        bool up = beyondHalf != 0 ? beyondHalf > 0 : error != 0 ? error > 0 : whole % 2 != 0;
        return (up ? whole + 1 : whole) / scale;
    }
}
