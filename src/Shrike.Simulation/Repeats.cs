namespace Shrike.Simulation;

/// <summary>A stretch of a repeated unit.</summary>
/// <param name="Start">First base.</param>
/// <param name="Unit">Bases of the unit, 1..4.</param>
/// <param name="Copies">Whole copies.</param>
public readonly record struct Repeat(int Start, int Unit, int Copies)
{
    /// <summary>One past the last base of whole copies.</summary>
    public int End => Start + (Unit * Copies);

    /// <summary>
    /// Chance that one amplified molecule has gained or lost a unit: grows with the number of copies, levels off.
    /// </summary>
    public double StutterChance => Math.Min(0.3, Unit == 1 ? 0.003 * Math.Pow(1.4, Copies - 6) : 0.004 * Math.Pow(1.22, Copies - 4));

    /// <summary>Homopolymers of at least 6 and units of 2 to 4 bases with at least 4 copies, ascending, not overlapping.</summary>
    public static List<Repeat> Find(ReadOnlySpan<byte> bases)
    {
        var found = new List<Repeat>();
        for (int i = 0; i < bases.Length;)
        {
            Repeat best = default;
            for (int unit = 1; unit <= 4 && i + (unit * 4) <= bases.Length; unit++)
            {
                int j = i + unit;
                while (j < bases.Length && bases[j] == bases[j - unit]) j++;
                int copies = (j - i) / unit;
                if (copies >= (unit == 1 ? 6 : 4) && bases[i] != (byte)'N' && unit * copies > best.Unit * best.Copies) best = new Repeat(i, unit, copies);
            }

            if (best.Copies > 0) found.Add(best);
            i = best.Copies > 0 ? best.End : i + 1;
        }

        return found;
    }
}
