using Shrike.Core;

namespace Shrike.Examples.Gvcf;

/// <summary>Likelihoods of the three genotypes at a position without regard to which alternate it is.</summary>
/// <param name="Gq">Raw genotype quality of hom-ref, 0..50.</param>
/// <param name="HomRef">log10 likelihood of hom-ref, normalised, at most 0.</param>
/// <param name="Het">The same of het.</param>
/// <param name="HomAlt">The same of hom-alt.</param>
public readonly record struct Confidence(int Gq, double HomRef, double Het, double HomAlt)
{
    /// <summary>Whether hom-ref is among the most likely.</summary>
    public bool HomRefIsBest => HomRef >= Het && HomRef >= HomAlt;
}

/// <summary>
/// The reference-confidence model: a table over (reference reads k, reads n) for n up to 100; deeper positions are
/// scaled down to 100.
/// </summary>
public sealed class ReferenceConfidence
{
    /// <summary>Cap of the genotype quality.</summary>
    public const int MaxGq = 50;

    private const int MaxDepth = 100;
    private const double Impossible = -999.0;
    private readonly Confidence[] _diploid;
    private readonly Confidence[] _haploid;

    /// <param name="errorProbability">Probability that a read is wrong; float32 on purpose.</param>
    public ReferenceConfidence(float errorProbability = 0.001f)
    {
        _diploid = MakeTable(errorProbability, haploid: false);
        _haploid = MakeTable(errorProbability, haploid: true);
    }

    /// <summary>Confidence at a position.</summary>
    /// <param name="referenceReads">Good reads equal to the reference.</param>
    /// <param name="total">All good reads; at least <paramref name="referenceReads"/>.</param>
    /// <param name="haploid">Exclude het.</param>
    public ref readonly Confidence Of(int referenceReads, int total, bool haploid)
    {
        if (total > MaxDepth)
        {
            double ratio = (double)referenceReads / total;
            referenceReads = (int)Math.Ceiling(ratio * MaxDepth);
            total = MaxDepth;
        }

        return ref (haploid ? _haploid : _diploid)[Index(referenceReads, total)];
    }

    private static int Index(int k, int n) => (n * (n + 1) / 2) + k;

    private static Confidence[] MakeTable(float errorProbability, bool haploid)
    {
        double e = errorProbability;
        double ln10 = Math.Log(10.0);
        double logError = Math.Log(e) / ln10;
        double logRight = Log1P(-e) / ln10;
        var table = new Confidence[Index(MaxDepth, MaxDepth) + 1];
        for (int n = 0; n <= MaxDepth; n++)
        {
            for (int k = 0; k <= n; k++)
            {
                int a = n - k;
                (double x0, double x1, double x2) = n == 0
                    ? (-1, haploid ? Impossible : -1, -1)
                    : ((k * logRight) + (a * logError), haploid ? Impossible : -n * Math.Log(2.0) / ln10, (k * logError) + (a * logRight));
                table[Index(k, n)] = Normalise(x0, x1, x2);
            }
        }

        return table;
    }

    private static Confidence Normalise(double x0, double x1, double x2)
    {
        double m = Math.Max(x0, Math.Max(x1, x2));
        double sum = Math.Pow(10.0, x0 - m) + Math.Pow(10.0, x1 - m) + Math.Pow(10.0, x2 - m);
        double all = m + Math.Log10(sum);
        double g0 = Math.Min(x0 - all, 0);
        double wrong = Math.Log10(1 - Math.Pow(10.0, g0));
        double phred = double.IsFinite(wrong) ? -10 * wrong : MaxGq;
        return new Confidence((int)Math.Min(Math.Floor(phred), MaxGq), g0, Math.Min(x1 - all, 0), Math.Min(x2 - all, 0));
    }

    /// <summary>ln(1 + x) for small x without cancellation (the library has no log1p).</summary>
    private static double Log1P(double x)
    {
        double u = 1 + x;
        return u == 1 ? x : Math.Log(u) * (x / (u - 1));
    }
}
