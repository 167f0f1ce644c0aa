using Shrike.Core;

namespace Shrike.Simulation;

/// <summary>What a misread base is read as, for a part of the reads and a range of qualities.</summary>
public sealed record SubstitutionRule
{
    /// <summary>Third of the read, 1..3; 0 for all.</summary>
    public int Third { get; init; }

    /// <summary>The rule is for bases of less than this quality.</summary>
    public int QualityBelow { get; init; } = 100;

    /// <summary>Weights of C, G, T for a misread A.</summary>
    public required double[] A { get; init; }

    /// <summary>Weights of A, G, T for a misread C.</summary>
    public required double[] C { get; init; }

    /// <summary>Weights of A, C, T for a misread G.</summary>
    public required double[] G { get; init; }

    /// <summary>Weights of A, C, G for a misread T.</summary>
    public required double[] T { get; init; }
}

/// <summary>Which base stands for a misread one: by the base, its quality and the third of the read. The first rule that fits is taken.</summary>
internal sealed class SubstitutionTable
{
    private const int Qualities = LibraryProfile.MostQuality + 1;
    private const string Order = "ACGT";

    /// <summary>Chances of the first and of the first two of the other bases, by third, quality and base.</summary>
    private readonly (double First, double Second)[] _chances = new (double, double)[3 * Qualities * 4];

    /// <param name="rules">The rules; where none fits, the other bases are equally likely.</param>
    /// <param name="where">Whose rules, for messages.</param>
    /// <exception cref="ShrikeException">A rule is not three weights a base.</exception>
    public SubstitutionTable(IReadOnlyList<SubstitutionRule> rules, string where)
    {
        foreach (SubstitutionRule r in rules)
        {
            if (r.Third is < 0 or > 3) throw ShrikeException.InvalidData($"{where}: substitutions: third is {r.Third}; it must be 1, 2, 3, or 0 for all");
            foreach (double[] w in (double[][])[r.A, r.C, r.G, r.T])
            {
                if (w is not { Length: 3 } || w.Any(v => !(v >= 0 && v < double.PositiveInfinity)) || w.Sum() <= 0) throw ShrikeException.InvalidData($"{where}: substitutions: every base needs three weights, not negative, not all zero");
            }
        }

        for (int third = 0; third < 3; third++)
        {
            for (int quality = 0; quality < Qualities; quality++)
            {
                SubstitutionRule? rule = rules.FirstOrDefault(r => (r.Third == 0 || r.Third == third + 1) && quality < r.QualityBelow);
                double[][] weights = rule is null ? [] : [rule.A, rule.C, rule.G, rule.T];
                for (int b = 0; b < 4; b++)
                {
                    double[] w = rule is null ? [1, 1, 1] : weights[b];
                    _chances[(((third * Qualities) + quality) * 4) + b] = (w[0] / w.Sum(), (w[0] + w[1]) / w.Sum());
                }
            }
        }
    }

    /// <summary>What a base is misread as.</summary>
    /// <param name="b">Upper-case A, C, G or T; anything else stays what it is.</param>
    /// <param name="quality">Its quality.</param>
    /// <param name="cycle">Its place in the read.</param>
    /// <param name="length">Length of the read.</param>
    /// <param name="uniform">A random number in [0, 1).</param>
    public byte Draw(byte b, double quality, int cycle, int length, double uniform)
    {
        int q = (int)Math.Clamp(quality, 0, Qualities - 1);
        int from = Order.IndexOf((char)b, StringComparison.Ordinal);
        if (from < 0) return b;
        (double first, double second) = _chances[(((cycle * 3 / length * Qualities) + q) * 4) + from];
        int other = uniform < first ? 0 : uniform < second ? 1 : 2;
        return (byte)Order[other < from ? other : other + 1];
    }
}
