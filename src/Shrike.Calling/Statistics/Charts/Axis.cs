namespace Shrike.Calling.Statistics.Charts;

/// <summary>Values along a line of a drawing.</summary>
/// <param name="From">Smallest value; above 0 on a logarithmic axis.</param>
/// <param name="To">Largest value, above <paramref name="From"/>.</param>
/// <param name="Low">Where the smallest value is drawn.</param>
/// <param name="High">Where the largest value is drawn; may lie before <paramref name="Low"/>.</param>
/// <param name="IsLog">Equal ratios, not equal differences, are equally far apart.</param>
internal sealed record Axis(double From, double To, double Low, double High, bool IsLog = false)
{
    // A single record is worth a bar: the axis begins below it.
    private const double LogFrom = 0.5;

    /// <summary>An axis of counts, which begins at nothing and ends at a round number.</summary>
    /// <param name="most">Largest count.</param>
    /// <param name="low">Where nothing is drawn.</param>
    /// <param name="high">Where the largest count is drawn.</param>
    /// <param name="isLog">See <see cref="IsLog"/>.</param>
    public static Axis OfCounts(long most, double low, double high, bool isLog = false)
    {
        most = Math.Max(most, 1);
        if (isLog) return new Axis(LogFrom, Math.Max(10, most * 1.3), low, high, IsLog: true);
        double step = Step(most, 4, 1);
        return new Axis(0, Math.Ceiling(most / step) * step, low, high);
    }

    /// <summary>Where a value is drawn; values beyond the ends are drawn at them.</summary>
    public double At(double value)
    {
        value = Math.Clamp(value, From, To);
        double share = IsLog ? Math.Log10(value / From) / Math.Log10(To / From) : (value - From) / (To - From);
        return Low + (share * (High - Low));
    }

    /// <summary>Round values to print beside the axis, ascending.</summary>
    /// <param name="most">How many there is room for.</param>
    /// <param name="least">Smallest distance between two: 1 where only whole numbers have a meaning.</param>
    public IReadOnlyList<double> Ticks(int most, double least = 1)
    {
        var ticks = new List<double>();
        if (IsLog)
        {
            int decades = (int)Math.Floor(Math.Log10(To));
            int every = (decades / most) + 1;
            for (int power = 0; power <= decades; power += every) ticks.Add(Math.Pow(10, power));
            return ticks;
        }

        double step = Step(To - From, most, least);
        for (double k = Math.Ceiling(From / step); k * step <= To; k++) ticks.Add((k * step) + 0.0);
        return ticks;
    }

    /// <summary>The smallest of 1, 2, 5, 10, 20 ... times a power of ten that cuts a range into no more than so many parts.</summary>
    internal static double Step(double range, int most, double least)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(range / most)));
        foreach (int factor in (int[])[1, 2, 5, 10])
        {
            // Halves of a hair, because a power of ten below one is not exact.
            if (power * factor * most >= range * (1 - 1e-9)) return Math.Max(power * factor, least);
        }

        return Math.Max(power * 10, least);
    }
}
