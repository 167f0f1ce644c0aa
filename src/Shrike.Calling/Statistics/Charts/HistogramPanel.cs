namespace Shrike.Calling.Statistics.Charts;

/// <summary>Bars over an axis of numbers.</summary>
internal sealed record HistogramPanel : Panel
{
    private const double TailWidth = 5;

    /// <summary>The bars.</summary>
    public required Histogram Histogram { get; init; }

    /// <summary>First value of the axis.</summary>
    public required double From { get; init; }

    /// <summary>Last value of the axis.</summary>
    public required double To { get; init; }

    /// <summary>What the numbers are.</summary>
    public required string Name { get; init; }

    /// <summary>Class that has the colour.</summary>
    public required string Style { get; init; }

    /// <summary>Counts are drawn by their ratio.</summary>
    public bool IsLog { get; init; }

    /// <summary>Values to mark by a line from top to bottom; if there are some, they alone are printed below the axis.</summary>
    public IReadOnlyList<double> Guides { get; init; } = [];

    /// <inheritdoc/>
    protected override void Draw(Svg svg)
    {
        bool hasTail = Histogram.Bars.Count > 0 && double.IsPositiveInfinity(Histogram.Bars[^1].End);
        var values = new Axis(From, To, Left, hasTail ? Right - TailWidth - 3 : Right);
        Axis counts = Axis.OfCounts(Histogram.Most, Bottom, Top, IsLog);
        if (Histogram.Most > 0) DrawCounts(svg, counts, IsLog ? "records, log scale" : "records");
        else svg.Text((Left + Right) / 2, (Top + Bottom) / 2, "no records", "name mid");
        foreach (double guide in Guides) svg.Line(values.At(guide), Top, values.At(guide), Bottom, "guide");
        foreach (Bar bar in Histogram.Bars) DrawBar(svg, bar, values, counts);
        foreach (double tick in Guides.Count > 0 ? Guides : values.Ticks(Width > 400 ? 11 : 6))
        {
            svg.Line(values.At(tick), Bottom, values.At(tick), Bottom + 4, "axis");
            svg.Text(values.At(tick), Bottom + 15, Numbers.Short(tick), "tick mid");
        }

        DrawBase(svg, Name);
    }

    private void DrawBar(Svg svg, Bar bar, Axis values, Axis counts)
    {
        bool isTail = double.IsPositiveInfinity(bar.End);
        double left = isTail ? Right - TailWidth : values.At(bar.Start);
        double width = isTail ? TailWidth : values.At(bar.End) - left;

        // Neighbours overlap a little where they touch, or else the page would shine through; wide ones keep a distance.
        width = width < 4 ? width + 0.3 : width - 0.8;

        // What is there can be seen, however little it is.
        double top = Math.Min(counts.At(bar.Count), Bottom - 1);
        svg.Rect(left, top, width, Bottom - top, isTail ? Style + " tail" : Style, $"{Histogram.Name(bar)}: {Numbers.Count(bar.Count, "record")}");
    }
}
