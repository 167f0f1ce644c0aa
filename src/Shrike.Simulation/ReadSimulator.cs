namespace Shrike.Simulation;

/// <summary>
/// Read pairs of an individual: fragments from both haplotypes (and a few of somebody else), PCR stutter in repeats,
/// qualities from a cycle-wise model, errors as the qualities say, bursts of errors behind long homopolymers, systematic
/// errors at motifs, duplicates, chimeras and fragments so short that reads run on into the adapter.
/// </summary>
public sealed class ReadSimulator
{
    private const int LongHomopolymer = 9;
    private const int WaveLength = 900;
    private const double ArtefactSpread = 0.7;
    private const int BalanceStep = 500;
    private const int FlankBases = 12;
    private const double MostStutter = 0.45;

    /// <summary>What follows a fragment's end: the start of the common sequencing adapter, then nothing in particular.</summary>
    private static readonly byte[] Adapter = "AGATCGGAAGAGC"u8.ToArray();
    private readonly LibraryProfile _profile;
    private readonly RandomSource _random;

    /// <param name="profile">The library.</param>
    /// <param name="random">Random numbers.</param>
    public ReadSimulator(LibraryProfile profile, RandomSource random)
    {
        _profile = profile;
        _random = random;
    }

    /// <summary>One read as sequenced.</summary>
    /// <param name="Bases">Upper-case ASCII.</param>
    /// <param name="Qualities">Without offset.</param>
    public readonly record struct Read(byte[] Bases, byte[] Qualities);

    /// <summary>Pairs at a depth over the individual's stretch.</summary>
    /// <param name="individual">Whose.</param>
    /// <param name="depth">Mean depth of aligned bases.</param>
    /// <param name="stranger">Whose molecules contaminate the library, or null.</param>
    public IEnumerable<(Read First, Read Second)> Pairs(Individual individual, double depth, Individual? stranger = null)
    {
        int length = individual.Haplotypes[0].Length;
        int pairs = (int)(depth * length / (2.0 * _profile.ReadLength));
        ulong loci = (ulong)(_random.Uniform() * (1L << 53));
        byte[][] haplotypes = [.. individual.Haplotypes, .. stranger?.Haplotypes ?? []];
        var repeats = haplotypes.Select(h => Stuttering(h, loci)).ToArray();
        double phase = _random.Uniform() * WaveLength;
        double[] balance = Balance(length);
        double foreignShare = stranger is null ? 0 : 2 * _profile.Contamination * _random.Uniform();
        List<Artefact> artefacts = Artefacts(length);
        for (int made = 0; made < pairs;)
        {
            int insert = _random.Chance(_profile.ShortFragments)
                ? (_profile.ReadLength / 3) + _random.Below(2 * _profile.ReadLength / 3)
                : Math.Max(_profile.ReadLength + 10, (int)_random.Normal(_profile.InsertMean, _profile.InsertSd));
            double place = _random.Uniform();
            int side = _random.Chance(balance[(int)(place * (balance.Length - 1))]) ? 0 : 1;
            if (_random.Chance(foreignShare)) side += 2;
            byte[] haplotype = haplotypes[side];
            if (insert >= haplotype.Length) yield break;
            int start = (int)(place * (haplotype.Length - insert));

            // Depth rises and falls along the genome.
            if (!_random.Chance(0.8 + (0.2 * Math.Sin((start + phase) * 2 * Math.PI / WaveLength)))) continue;
            byte[] fragment = Amplify(haplotype, repeats[side], start, insert);
            if (_random.Chance(_profile.Chimeras))
            {
                int elsewhere = _random.Below(haplotype.Length - insert);
                int cut = fragment.Length / 4 + _random.Below(fragment.Length / 2);
                fragment = [.. fragment.AsSpan(0, cut), .. haplotype.AsSpan(elsewhere, insert - Math.Min(cut, insert - 1))];
            }

            if (fragment.AsSpan().Contains((byte)'N')) continue;
            int copies = _random.Chance(_profile.Duplicates) ? 2 : 1;
            bool flip = _random.Chance(0.5);
            if (fragment.Length == insert) Spoil(fragment, start, artefacts, flip);
            byte[] reverse = WithAdapter(ReverseComplement(fragment));
            fragment = WithAdapter(fragment);
            for (int c = 0; c < copies; c++, made++) yield return flip ? (Sequence(reverse), Sequence(fragment)) : (Sequence(fragment), Sequence(reverse));
        }
    }

    /// <summary>Share of the first haplotype, one value for each <see cref="BalanceStep"/> bases.</summary>
    private double[] Balance(int length)
    {
        var balance = new double[(length / BalanceStep) + 2];
        for (int i = 0; i < balance.Length; i++) balance[i] = 0.5 + _random.Normal(0, _profile.BalanceSd);
        return balance;
    }

    private byte[] WithAdapter(byte[] fragment)
    {
        int missing = _profile.ReadLength - fragment.Length;
        if (missing <= 0) return fragment;
        byte[] longer = [.. fragment, .. Adapter.AsSpan(0, Math.Min(missing, Adapter.Length))];
        while (longer.Length < _profile.ReadLength) longer = [.. longer, "ACGT"u8[_random.Below(4)]];
        return longer;
    }

    /// <summary>Repeats with their own strength of stutter: it depends on the bases before them, so that both haplotypes share it.</summary>
    private List<(Repeat Repeat, double Chance)> Stuttering(byte[] haplotype, ulong seed)
    {
        var loci = new List<(Repeat, double)>();
        foreach (Repeat r in Repeat.Find(haplotype))
        {
            ulong hash = seed;
            for (int i = Math.Max(0, r.Start - FlankBases); i < r.Start; i++) hash = (hash ^ haplotype[i]) * 0x9E3779B97F4A7C15;
            double deviate = new RandomSource(hash).Normal(0, _profile.StutterSpread);
            loci.Add((r, Math.Min(MostStutter, r.StutterChance * _profile.Stutter * Math.Exp(deviate - (_profile.StutterSpread * _profile.StutterSpread / 2)))));
        }

        return loci;
    }

    /// <summary>Complement in reverse order; lower case stays lower.</summary>
    public static byte[] ReverseComplement(byte[] bases)
    {
        var result = new byte[bases.Length];
        for (int i = 0; i < bases.Length; i++)
        {
            int lower = bases[i] & 0x20;
            byte complement = (bases[i] & ~0x20) switch { 'A' => (byte)'T', 'C' => (byte)'G', 'G' => (byte)'C', 'T' => (byte)'A', int b => (byte)b };
            result[bases.Length - 1 - i] = (byte)(complement | lower);
        }

        return result;
    }

    /// <summary>
    /// A place where reads show a wrong base more often than chance: of one strand and with poor quality (chemistry), or of
    /// both and with good quality (molecules from elsewhere).
    /// </summary>
    private readonly record struct Artefact(int Position, double Rate, byte Base, int Strand, bool IsPoor);

    private List<Artefact> Artefacts(int length)
    {
        var artefacts = new List<Artefact>();

        // Some stretches of a genome are dirtier than others.
        double strand = _profile.StrandArtefacts * Math.Exp(_random.Normal(0, ArtefactSpread));
        double foreign = _profile.ForeignAlleles * Math.Exp(_random.Normal(0, ArtefactSpread));
        for (int i = 0; i < length; i++)
        {
            double u = _random.Uniform();
            if (u < strand) artefacts.Add(new Artefact(i, 0.1 + (0.5 * _random.Uniform()), "ACGT"u8[_random.Below(4)], _random.Below(2), true));
            else if (u < strand + foreign) artefacts.Add(new Artefact(i, 0.04 + (0.12 * _random.Uniform()), "ACGT"u8[_random.Below(4)], -1, false));
        }

        return artefacts;
    }

    /// <summary>Puts artefacts into a fragment; lower case marks bases that will be read with poor quality.</summary>
    private void Spoil(byte[] fragment, int start, List<Artefact> artefacts, bool flip)
    {
        int low = 0;
        for (int high = artefacts.Count; low < high;)
        {
            int middle = (low + high) / 2;
            if (artefacts[middle].Position < start) low = middle + 1;
            else high = middle;
        }

        for (int i = low; i < artefacts.Count && artefacts[i].Position < start + fragment.Length; i++)
        {
            Artefact a = artefacts[i];
            if ((a.Strand >= 0 && a.Strand != (flip ? 1 : 0)) || !_random.Chance(a.Rate) || fragment[a.Position - start] == a.Base) continue;
            fragment[a.Position - start] = (byte)(a.IsPoor ? a.Base | 0x20 : a.Base);
        }
    }

    /// <summary>Copies a fragment; repeats may gain or lose units.</summary>
    private byte[] Amplify(byte[] haplotype, List<(Repeat Repeat, double Chance)> repeats, int start, int length)
    {
        int low = 0;
        for (int high = repeats.Count; low < high;)
        {
            int middle = (low + high) / 2;
            if (repeats[middle].Repeat.Start <= start) low = middle + 1;
            else high = middle;
        }

        List<byte>? copy = null;
        int at = start;
        for (int i = low; i < repeats.Count && repeats[i].Repeat.End < start + length; i++)
        {
            (Repeat r, double chance) = repeats[i];
            if (!_random.Chance(chance)) continue;
            copy ??= new List<byte>(length + 8);
            copy.AddRange(haplotype.AsSpan(at, r.Start - at));
            at = r.Start;

            // Losing a unit is likelier than gaining one; more than one at a time is rare.
            int units = _random.Geometric(0.88, 3);
            if (_random.Chance(0.6)) at += r.Unit * Math.Min(units, r.Copies - 1);
            else for (int u = 0; u < units; u++) copy.AddRange(haplotype.AsSpan(r.Start, r.Unit));
        }

        if (copy is null) return haplotype.AsSpan(start, length).ToArray();
        copy.AddRange(haplotype.AsSpan(at, start + length - at));
        return [.. copy];
    }

    private Read Sequence(byte[] fragment)
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

            // A burst repeats what was sequenced before; other errors are any base.
            bases[i] = burst > 0.02 && i > 0 ? (byte)(fragment[i - 1] & ~0x20) : _random.OtherBase(fragment[i]);
            if (_random.Chance(0.3)) qualities[i] = Bin(Math.Min(quality, 8 + (_random.Uniform() * 14)));
        }

        return new Read(bases, qualities);
    }

    private byte Bin(double quality)
    {
        int q = (int)Math.Clamp(Math.Round(quality), 2, 41);
        if (_profile.QualityBins.Length == 0) return (byte)q;
        int best = _profile.QualityBins[0];
        foreach (int bin in _profile.QualityBins)
        {
            if (Math.Abs(bin - q) < Math.Abs(best - q)) best = bin;
        }

        return (byte)best;
    }
}
