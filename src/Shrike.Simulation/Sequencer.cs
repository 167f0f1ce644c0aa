namespace Shrike.Simulation;

/// <summary>Reads fragments: qualities from a cycle-wise model, errors as the qualities say, bursts of errors behind long homopolymers, systematic errors at motifs.</summary>
internal sealed class Sequencer
{
    private const int LongHomopolymer = 9;
    private readonly LibraryProfile _profile;
    private readonly RandomSource _random;
    private readonly SubstitutionTable _substitutions;

    /// <param name="profile">The library.</param>
    /// <param name="random">Random numbers.</param>
    public Sequencer(LibraryProfile profile, RandomSource random)
    {
        _profile = profile;
        _random = random;
        _substitutions = new SubstitutionTable(profile.Substitutions, $"profile {profile.Name}");
    }

    /// <summary>The read that begins where a fragment begins.</summary>
    /// <param name="fragment">At least as long as a read; upper-case ASCII, lower case where it is read with poor quality.</param>
    public ReadSimulator.Read Read(byte[] fragment)
    {
        int n = _profile.ReadLength;
        byte[] bases = fragment.AsSpan(0, n).ToArray();
        var qualities = new byte[n];
        double level = _random.Normal(0, _profile.QualityReadSd);
        double noise = 0;
        int tail = _random.Chance(_profile.BadTailRate) ? n / 3 + _random.Below(2 * n / 3) : n;
        bool losesPhase = _random.Chance(_profile.Dephasing);
        double burst = 0;
        int run = 1;
        for (int i = 0; i < n; i++)
        {
            double rise = Math.Min(1, i / 8.0);
            double mean = _profile.QualityFirst + ((_profile.QualityPlateau - _profile.QualityFirst) * rise)
                - ((_profile.QualityPlateau - _profile.QualityLast) * Math.Pow(i / (double)n, 2));
            noise = (0.6 * noise) + _random.Normal(0, _profile.QualityStepSd);
            run = i > 0 && fragment[i] == fragment[i - 1] ? run + 1 : 1;
            if (run == LongHomopolymer && losesPhase) burst = 0.12;
            double quality = mean + Math.Min(level, 2) + Math.Min(noise, 2) - (burst * 90);
            if (i >= tail) quality = 2;
            double error = Math.Pow(10, -quality / 10) * _profile.ErrorScale;
            bool motif = i >= 3 && fragment[i - 1] == (byte)'G' && fragment[i - 2] == (byte)'G' && fragment[i - 3] == (byte)'C';
            if (motif)
            {
                error = (error * 3) + 0.002;
                quality -= 4;
            }

            error = Math.Min(0.6, error + (run < LongHomopolymer ? burst : 0));
            burst *= 0.93;
            qualities[i] = Bin(quality);
            if ((fragment[i] & 0x20) != 0)
            {
                bases[i] = (byte)(fragment[i] & ~0x20);
                qualities[i] = Bin(Math.Min(quality, 9 + (_random.Uniform() * 22)));
                continue;
            }

            if (!_random.Chance(error)) continue;

            // A burst repeats what was sequenced before; other errors are as the chemistry has them.
            bases[i] = burst > 0.02 && i > 0 ? (byte)(fragment[i - 1] & ~0x20) : _substitutions.Draw(fragment[i], quality, i, n, _random.Uniform());
            if (_random.Chance(0.3)) qualities[i] = Bin(Math.Min(quality, 8 + (_random.Uniform() * 14)));
        }

        return new ReadSimulator.Read(bases, qualities);
    }

    private byte Bin(double quality)
    {
        int q = (int)Math.Clamp(Math.Round(quality), 2, LibraryProfile.MostQuality);
        if (_profile.QualityBins.Length == 0) return (byte)q;
        int best = _profile.QualityBins[0];
        foreach (int bin in _profile.QualityBins)
        {
            if (Math.Abs(bin - q) < Math.Abs(best - q)) best = bin;
        }

        return (byte)best;
    }
}
