using System.Globalization;

namespace Shrike.Calling.Statistics.Charts;

/// <summary>Bars of a histogram in ascending order, joined where there are more than can be shown.</summary>
internal sealed class Histogram
{
    private readonly bool _isDiscrete;

    private Histogram(IReadOnlyList<Bar> bars, bool isDiscrete, double width)
    {
        Bars = bars;
        _isDiscrete = isDiscrete;
        Width = width;
    }

    /// <summary>The bars; none is empty.</summary>
    public IReadOnlyList<Bar> Bars { get; }

    /// <summary>Width of a bar.</summary>
    public double Width { get; }

    /// <summary>Left edge of the first bar; 0 without bars.</summary>
    public double From => Bars.Count == 0 ? 0 : Bars[0].Start;

    /// <summary>Right edge of the last bar that has one; 0 without bars.</summary>
    public double To => Bars.Count == 0 ? 0 : double.IsPositiveInfinity(Bars[^1].End) ? Bars[^1].Start : Bars[^1].End;

    /// <summary>Number of records.</summary>
    public long Total => Bars.Sum(b => b.Count);

    /// <summary>Largest number of records in a bar, 0 without bars.</summary>
    public long Most => Bars.Count == 0 ? 0 : Bars.Max(b => b.Count);

    /// <summary>Whole numbers: a bar reaches half a unit to both sides of its value.</summary>
    public static Histogram OfValues(IEnumerable<(int Value, long Count)> values) =>
        new([.. values.Where(v => v.Count > 0).OrderBy(v => v.Value).Select(v => new Bar(v.Value - 0.5, v.Value + 0.5, v.Count))], isDiscrete: true, 1);

    /// <summary>Bins of equal width.</summary>
    public static Histogram OfBins(IEnumerable<(double Start, double End, long Count)> bins, double width) =>
        new([.. bins.Where(b => b.Count > 0).Select(b => new Bar(b.Start, b.End, b.Count))], isDiscrete: false, width);

    /// <summary>The same records in fewer bars: those of unit width are joined to 2, 5, 10, 20 ... units.</summary>
    /// <param name="most">Most bars to lie in the range.</param>
    /// <param name="range">Range of values; that of the bars if not given.</param>
    public Histogram Grouped(int most, double range = 0)
    {
        if (Bars.Count == 0) return this;
        double width = Axis.Step(range > 0 ? range : Bars[^1].End - Bars[0].Start, most, 1);
        if (width <= Width || Width < 1) return this;
        double shift = _isDiscrete ? 0.5 : 0;
        IEnumerable<Bar> joined = Bars
            .GroupBy(b => Math.Floor((b.Start + shift) / width))
            .Select(g => new Bar((g.Key * width) - shift, ((g.Key + 1) * width) - shift, g.Sum(b => b.Count)));
        return new([.. joined], _isDiscrete, width);
    }

    /// <summary>
    /// The same records, the rare largest values (five in a thousand) in one last bar without an end, where they would
    /// squeeze the others.
    /// </summary>
    /// <param name="least">Values up to here keep their bars.</param>
    public Histogram Clipped(double least)
    {
        if (Bars.Count == 0) return this;
        double limit = Math.Max(least, Bars[Rank(0.995)].End);
        if (Bars[^1].End <= limit * 1.25) return this;
        Bar[] kept = [.. Bars.Where(b => b.End <= limit)];
        return new([.. kept, new Bar(limit, double.PositiveInfinity, Total - kept.Sum(b => b.Count))], _isDiscrete, Width);
    }

    /// <summary>The values of a bar in words.</summary>
    public string Name(Bar bar)
    {
        double shift = _isDiscrete ? 0.5 : 0;
        string first = Text(bar.Start + shift), last = Text(bar.End - shift);
        if (double.IsPositiveInfinity(bar.End)) return $"{first} or more";
        return first == last ? first : $"{first} to {last}";
    }

    /// <summary>Name of the bar that holds the middle record; not to be asked without bars.</summary>
    public string Median() => Name(Bars[Rank(0.5)]);

    /// <summary>The histogram in one sentence.</summary>
    public string Describe()
    {
        if (Bars.Count == 0) return "No records.";
        Bar peak = Bars.MaxBy(b => b.Count);
        return $"{Numbers.Count(Total, "record")}, from {Name(Bars[0])} to {Name(Bars[^1])}; most of them ({Numbers.Long(peak.Count)}) at {Name(peak)}.";
    }

    /// <summary>Index of the bar below whose end a share of the records lies.</summary>
    private int Rank(double share)
    {
        long below = 0;
        double wanted = Total * share;
        for (int i = 0; i < Bars.Count; i++)
        {
            below += Bars[i].Count;
            if (below >= wanted) return i;
        }

        return Bars.Count - 1;
    }

    private static string Text(double value) => Math.Round(value, 10).ToString(CultureInfo.InvariantCulture);
}
