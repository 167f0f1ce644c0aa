using System.Globalization;
using Shrike.Core;

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

    /// <summary>Checks that a probability is one.</summary>
    /// <exception cref="ShrikeException">It is not in [0, 1].</exception>
    public static void Require(double probability, string where)
    {
        if (!(probability >= 0 && probability <= 1))
        {
            throw ShrikeException.InvalidData(string.Create(CultureInfo.InvariantCulture, $"{where}: {probability} is not a probability: the predictions are damaged"));
        }
    }

    /// <summary>Decimal rounding of the exact binary value; exact ties go to the even digit.</summary>
    public static double Round7(double value)
    {
        string digits = value.ToString("F40", CultureInfo.InvariantCulture);
        int cut = digits.IndexOf('.', StringComparison.Ordinal) + 8;
        bool tie = digits[cut] == '5' && digits.AsSpan(cut + 1).IndexOfAnyExcept('0') < 0;
        return tie && (digits[cut - 1] - '0') % 2 == 0
            ? double.Parse(digits.AsSpan(0, cut), CultureInfo.InvariantCulture)
            : double.Parse(value.ToString("F7", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
