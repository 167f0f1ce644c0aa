namespace Shrike.Simulation;

/// <summary>
/// A place where reads show a wrong base more often than chance: of one strand and with poor quality (chemistry), or of
/// both and with good quality (molecules from elsewhere).
/// </summary>
/// <param name="Position">Place in the haplotype.</param>
/// <param name="Rate">Share of the fragments that show it.</param>
/// <param name="Base">What they show, upper case.</param>
/// <param name="Strand">0 or 1; -1 for both.</param>
/// <param name="IsPoor">Read with poor quality.</param>
internal readonly record struct Artefact(int Position, double Rate, byte Base, int Strand, bool IsPoor)
{
    private const double Spread = 0.7;

    /// <summary>Draws the artefacts of a stretch, ascending.</summary>
    /// <param name="profile">The library.</param>
    /// <param name="length">Bases of the stretch.</param>
    /// <param name="random">Random numbers.</param>
    public static List<Artefact> Draw(LibraryProfile profile, int length, RandomSource random)
    {
        var artefacts = new List<Artefact>();

        // Some stretches of a genome are dirtier than others.
        double strand = profile.StrandArtefacts * Math.Exp(random.Normal(0, Spread));
        double foreign = profile.ForeignAlleles * Math.Exp(random.Normal(0, Spread));
        for (int i = 0; i < length; i++)
        {
            double u = random.Uniform();
            if (u < strand) artefacts.Add(new Artefact(i, 0.1 + (0.5 * random.Uniform()), "ACGT"u8[random.Below(4)], random.Below(2), true));
            else if (u < strand + foreign) artefacts.Add(new Artefact(i, 0.04 + (0.12 * random.Uniform()), "ACGT"u8[random.Below(4)], -1, false));
        }

        return artefacts;
    }

    /// <summary>Puts artefacts into a fragment; lower case marks bases that will be read with poor quality.</summary>
    /// <param name="fragment">Its bases.</param>
    /// <param name="start">Where it begins in the haplotype.</param>
    /// <param name="artefacts">Artefacts, ascending.</param>
    /// <param name="flip">It is sequenced from its end first.</param>
    /// <param name="random">Random numbers.</param>
    public static void Spoil(byte[] fragment, int start, List<Artefact> artefacts, bool flip, RandomSource random)
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
            if ((a.Strand >= 0 && a.Strand != (flip ? 1 : 0)) || !random.Chance(a.Rate) || fragment[a.Position - start] == a.Base) continue;
            fragment[a.Position - start] = (byte)(a.IsPoor ? a.Base | 0x20 : a.Base);
        }
    }
}
