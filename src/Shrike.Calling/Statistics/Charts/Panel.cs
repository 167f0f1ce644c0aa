namespace Shrike.Calling.Statistics.Charts;

/// <summary>What all charts have: a name, a size, and a description in words.</summary>
internal abstract record Panel
{
    private const int LineHeight = 4;

    /// <summary>Id on the page.</summary>
    public required string Id { get; init; }

    /// <summary>Name.</summary>
    public required string Title { get; init; }

    /// <summary>What can be seen.</summary>
    public required string Description { get; init; }

    /// <summary>Printed above the chart; empty for nothing.</summary>
    public string Heading { get; init; } = "";

    /// <summary>Width in units of the drawing, about pixels.</summary>
    public int Width { get; init; } = 270;

    /// <summary>Height.</summary>
    public int Height { get; init; } = 230;

    /// <summary>The chart.</summary>
    public string Draw()
    {
        var svg = new Svg();
        if (Heading.Length > 0) svg.Text(Left + ((Right - Left) / 2), 13, Heading, "heading mid");
        Draw(svg);
        return svg.Whole(Id, Width, Height, Title, Description);
    }

    /// <summary>Left end of what is drawn.</summary>
    protected virtual double Left => 52;

    /// <summary>Right end.</summary>
    protected double Right => Width - 13;

    /// <summary>Upper end.</summary>
    protected double Top => Heading.Length > 0 ? 24 : 10;

    /// <summary>Lower end.</summary>
    protected double Bottom => Height - 38;

    /// <summary>Draws what is the chart's own.</summary>
    protected abstract void Draw(Svg svg);

    /// <summary>Numbers and lines of the counts' axis, and its name.</summary>
    protected void DrawCounts(Svg svg, Axis counts, string name)
    {
        foreach (double tick in counts.Ticks(counts.IsLog ? 4 : 5))
        {
            svg.Line(Left, counts.At(tick), Right, counts.At(tick), "grid");
            svg.Text(Left - 5, counts.At(tick) + LineHeight, Numbers.Short(tick), "tick end");
        }

        svg.Text(10, (Top + Bottom) / 2, name, "name mid", turned: true);
    }

    /// <summary>The line that bars stand on, and the name of what is below it.</summary>
    protected void DrawBase(Svg svg, string name)
    {
        svg.Line(Left, Bottom, Right, Bottom, "axis");
        svg.Text((Left + Right) / 2, Height - 6, name, "name mid");
    }
}
