namespace Shrike.Calling.Statistics.Charts;

/// <summary>Lying bars one below the other, each with its name before and its count behind it.</summary>
internal sealed record BarListPanel : Panel
{
    /// <summary>What was counted, at least one.</summary>
    public required IReadOnlyList<Category> Categories { get; init; }

    /// <inheritdoc/>
    protected override double Left => 140;

    /// <inheritdoc/>
    protected override void Draw(Svg svg)
    {
        long total = Categories.Sum(c => c.Count);

        // The longest bar leaves room for its count.
        Axis counts = new(0, Math.Max(1, Categories.Max(c => c.Count)), Left, Right - 110);
        double step = (Height - Top - 6) / Categories.Count;
        double height = step * 0.68;
        for (int i = 0; i < Categories.Count; i++)
        {
            Category category = Categories[i];
            double top = Top + (step * i) + ((step - height) / 2), line = top + (height / 2) + 4;
            double width = Math.Max(counts.At(category.Count) - Left, category.Count > 0 ? 1 : 0);
            string share = Numbers.Percent(category.Count, total);
            svg.Text(Left - 7, line, category.Name, "label end");
            if (category.Count > 0) svg.Rect(Left, top, width, height, category.Style, $"{category.Name}: {Numbers.Count(category.Count, "record")}, {share}");
            svg.Text(Left + width + 6, line, category.Count == 0 ? "0" : $"{Numbers.Long(category.Count)}  ({share})", "label");
        }

        svg.Line(Left, Top, Left, Height - 6, "axis");
    }
}
