namespace Shrike.Calling.Statistics.Charts;

/// <summary>Upright bars side by side, one for each category.</summary>
internal sealed record ColumnPanel : Panel
{
    /// <summary>What was counted, at least one.</summary>
    public required IReadOnlyList<Category> Categories { get; init; }

    /// <summary>What the categories are.</summary>
    public required string Name { get; init; }

    /// <summary>Largest count of the axis, so that several panels can share one; 0 for the largest of the bars.</summary>
    public long Most { get; init; }

    /// <inheritdoc/>
    protected override void Draw(Svg svg)
    {
        Axis counts = Axis.OfCounts(Most > 0 ? Most : Categories.Max(c => c.Count), Bottom, Top);
        DrawCounts(svg, counts, "records");
        double step = (Right - Left) / Categories.Count;
        double width = Math.Min(step * 0.72, 56);
        for (int i = 0; i < Categories.Count; i++)
        {
            Category category = Categories[i];
            double middle = Left + (step * (i + 0.5)), top = counts.At(category.Count);
            if (category.Count > 0) svg.Rect(middle - (width / 2), Math.Min(top, Bottom - 1), width, Bottom - Math.Min(top, Bottom - 1), category.Style, $"{category.Name}: {Numbers.Count(category.Count, "record")}");
            svg.Text(middle, Bottom + 15, category.Name, "tick mid");
        }

        DrawBase(svg, Name);
    }
}
