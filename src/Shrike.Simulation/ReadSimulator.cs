namespace Shrike.Simulation;

/// <summary>
/// Read pairs of an individual: fragments from both haplotypes (and a few of somebody else), PCR stutter in repeats,
/// qualities from a cycle-wise model, errors as the qualities say, bursts of errors behind long homopolymers, systematic
/// errors at motifs, duplicates, chimeras and fragments so short that reads run on into the adapter.
/// </summary>
public sealed class ReadSimulator
{
    private const int BalanceStep = 500;
    private const int FlankBases = 12;
    private const double MostStutter = 0.45;

    /// <summary>Bases by which a fragment is longer than a read, unless it is one of the short ones.</summary>
    internal const int LeastBeyondRead = 10;

    /// <summary>What follows a fragment's end: the start of the common sequencing adapter, then nothing in particular.</summary>
    private static readonly byte[] Adapter = "AGATCGGAAGAGC"u8.ToArray();
    private readonly LibraryProfile _profile;
    private readonly RandomSource _random;
    private readonly Sequencer _sequencer;

    /// <param name="profile">The library.</param>
    /// <param name="random">Random numbers.</param>
    public ReadSimulator(LibraryProfile profile, RandomSource random)
    {
        _profile = profile;
        _random = random;
        _sequencer = new Sequencer(profile, random);
    }

    /// <summary>One read as sequenced.</summary>
    /// <param name="Bases">Upper-case ASCII.</param>
    /// <param name="Qualities">Without offset.</param>
    public readonly record struct Read(byte[] Bases, byte[] Qualities);

    /// <summary>Pairs at a depth over the individual's stretch; none where most fragments are longer than it. A fragment with anything but A, C, G, T is left out.</summary>
    /// <param name="individual">Whose.</param>
    /// <param name="depth">Mean depth of aligned bases.</param>
    /// <param name="stranger">Whose molecules contaminate the library, or null.</param>
    public IEnumerable<(Read First, Read Second)> Pairs(Individual individual, double depth, Individual? stranger = null)
    {
        int length = individual.Haplotypes[0].Length;
        if (Math.Max(_profile.ReadLength + LeastBeyondRead, _profile.InsertMean) >= individual.Haplotypes.Max(h => h.Length)) yield break;
        int pairs = (int)(depth * length / (2.0 * _profile.ReadLength));
        ulong loci = (ulong)(_random.Uniform() * (1L << 53));
        byte[][] haplotypes = [.. individual.Haplotypes, .. stranger?.Haplotypes ?? []];
        var repeats = haplotypes.Select(h => Stuttering(h, loci)).ToArray();
        double phase = _random.Uniform() * _profile.DepthWaveLength;
        double[] balance = Balance(length);
        double foreignShare = stranger is null ? 0 : 2 * _profile.Contamination * _random.Uniform();
        double calm = 1 - _profile.DepthWave;
        List<Artefact> artefacts = Artefact.Draw(_profile, length, _random);
        for (int made = 0; made < pairs;)
        {
            int insert = _random.Chance(_profile.ShortFragments)
                ? (_profile.ReadLength / 3) + _random.Below(2 * _profile.ReadLength / 3)
                : Math.Max(_profile.ReadLength + LeastBeyondRead, (int)_random.Normal(_profile.InsertMean, _profile.InsertSd));
            double place = _random.Uniform();
            int side = _random.Chance(balance[(int)(place * (balance.Length - 1))]) ? 0 : 1;
            if (_random.Chance(foreignShare)) side += 2;
            byte[] haplotype = haplotypes[side];
            if (insert >= haplotype.Length) continue;
            int start = (int)(place * (haplotype.Length - insert));

            // Depth rises and falls along the genome.
            if (!_random.Chance(calm + (_profile.DepthWave * Math.Sin((start + phase) * 2 * Math.PI / _profile.DepthWaveLength)))) continue;
            byte[] fragment = Amplify(haplotype, repeats[side], start, insert);
            if (_random.Chance(_profile.Chimeras))
            {
                int elsewhere = _random.Below(haplotype.Length - insert);
                int cut = fragment.Length / 4 + _random.Below(fragment.Length / 2);
                fragment = [.. fragment.AsSpan(0, cut), .. haplotype.AsSpan(elsewhere, insert - Math.Min(cut, insert - 1))];
            }

            if (fragment.AsSpan().IndexOfAnyExcept("ACGT"u8) >= 0) continue;
            int copies = _random.Chance(_profile.Duplicates) ? 2 : 1;
            bool flip = _random.Chance(0.5);
            if (fragment.Length == insert) Artefact.Spoil(fragment, start, artefacts, flip, _random);
            byte[] reverse = WithAdapter(ReverseComplement(fragment));
            fragment = WithAdapter(fragment);
            for (int c = 0; c < copies; c++, made++) yield return flip ? (_sequencer.Read(reverse), _sequencer.Read(fragment)) : (_sequencer.Read(fragment), _sequencer.Read(reverse));
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
}
