using Shrike.Core;

namespace Shrike.Simulation;

/// <summary>Random numbers of a simulation: MT19937-64, so that a seed gives the same data everywhere.</summary>
public sealed class RandomSource
{
    private readonly MersenneTwister64 _twister;
    private double _spare = double.NaN;

    /// <param name="seed">Seed.</param>
    public RandomSource(ulong seed) => _twister = new MersenneTwister64(seed);

    /// <summary>Uniform in [0, 1).</summary>
    public double Uniform() => _twister.NextDouble();

    /// <summary>Uniform integer in [0, n).</summary>
    public int Below(int n) => (int)(Uniform() * n);

    /// <summary>True with a probability.</summary>
    public bool Chance(double probability) => Uniform() < probability;

    /// <summary>Normal deviate (polar method).</summary>
    public double Normal(double mean, double sd)
    {
        if (!double.IsNaN(_spare))
        {
            double spare = _spare;
            _spare = double.NaN;
            return mean + (sd * spare);
        }

        double u, v, s;
        do
        {
            u = (2 * Uniform()) - 1;
            v = (2 * Uniform()) - 1;
            s = (u * u) + (v * v);
        }
        while (s is >= 1 or 0);
        double factor = Math.Sqrt(-2 * Math.Log(s) / s);
        _spare = v * factor;
        return mean + (sd * u * factor);
    }

    /// <summary>1 + number of failures before the first success.</summary>
    public int Geometric(double success, int most)
    {
        int n = 1;
        while (n < most && !Chance(success)) n++;
        return n;
    }

    /// <summary>One of A, C, G, T, other than a given base.</summary>
    public byte OtherBase(byte b)
    {
        byte other;
        do other = "ACGT"u8[Below(4)];
        while (other == b);
        return other;
    }
}
