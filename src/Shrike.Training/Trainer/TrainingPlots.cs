using System.Globalization;
using ScottPlot;
using Shrike.Core;

namespace Shrike.Training.Trainer;

/// <summary>Pictures of a training: its curve, and how sure it is against how right.</summary>
internal static class TrainingPlots
{
    private const int Width = 900;

    /// <summary>Losses above, shares of right answers below, over the steps.</summary>
    /// <exception cref="ShrikeException">The file cannot be written.</exception>
    public static void WriteCurve(string path, IReadOnlyList<CurvePoint> curve, IReadOnlyList<string> sets)
    {
        var both = new Multiplot();
        both.AddPlots(2);
        Plot losses = both.GetPlot(0), accuracy = both.GetPlot(1);
        double[] steps = [.. curve.Select(p => (double)p.Step)];
        Scatter(losses, "training", steps, [.. curve.Select(p => p.Loss)]);
        for (int i = 0; i < sets.Count; i++)
        {
            CurvePoint[] measured = [.. curve.Where(p => p.Validation.Length > i)];
            double[] at = [.. measured.Select(p => (double)p.Step)];
            Scatter(losses, sets[i], at, [.. measured.Select(p => p.Validation[i])]);
            Scatter(accuracy, sets[i], at, [.. measured.Select(p => 100 * p.Accuracy[i])]);
        }

        losses.Title("Mean negative log-likelihood");
        accuracy.Title("Right answers, percent");
        accuracy.XLabel("step");
        Save(path, () => both.Render(Width, 800));
    }

    /// <summary>Error rate of the answers of a quality against what the quality says, both as phred.</summary>
    /// <exception cref="ShrikeException">The file cannot be written.</exception>
    public static void WriteCalibration(string path, IReadOnlyList<(string Name, IReadOnlyList<CalibrationBin> Bins)> sets)
    {
        using var plot = new Plot();
        double most = 10;
        CalibrationBin[] all = [.. sets.SelectMany(s => s.Bins).GroupBy(b => b.Quality).OrderBy(g => g.Key).Select(g => new CalibrationBin(g.Key, g.Sum(b => b.Count), g.Sum(b => b.Wrong), g.Sum(b => b.Said * b.Count) / g.Sum(b => b.Count)))];
        foreach ((string name, IReadOnlyList<CalibrationBin> bins) in sets.Count > 1 ? sets.Append(("all", all)) : sets)
        {
            CalibrationBin[] drawn = [.. bins.Where(b => b.Wrong > 0)];
            double[] said = [.. drawn.Select(b => Phred(b.Said))], found = [.. drawn.Select(b => Phred(b.Wrong / (double)b.Count))];
            Scatter(plot, name, said, found, name == "all" ? 3 : 1);
            most = Math.Max(most, said.Concat(found).DefaultIfEmpty(0).Max());
        }

        // Where no answer was wrong the rate is at most what three errors would be (95 %).
        CalibrationBin[] clean = [.. all.Where(b => b.Wrong == 0)];
        if (clean.Length > 0)
        {
            var bound = plot.Add.ScatterPoints(clean.Select(b => Phred(b.Said)).ToArray(), clean.Select(b => Phred(3.0 / b.Count)).ToArray());
            bound.MarkerShape = MarkerShape.OpenTriangleUp;
            bound.MarkerSize = 12;
            bound.LegendText = "none wrong: better than this";
            most = Math.Max(most, clean.Max(b => Phred(b.Said)));
        }

        foreach ((double factor, string name) in new[] { (1.0, "as said"), (3.0, "three times as many errors"), (1 / 3.0, "a third of the errors") })
        {
            double shift = -10 * Math.Log10(factor);
            var line = plot.Add.Line(0, shift, most, most + shift);
            line.LinePattern = factor == 1 ? LinePattern.Solid : LinePattern.Dashed;
            line.LineColor = Colors.Gray;
            line.MarkerSize = 0;
            line.LegendText = name;
        }

        plot.Title("Calibration");
        plot.XLabel("error rate the network says, phred");
        plot.YLabel("error rate found, phred");
        plot.ShowLegend(Alignment.LowerRight);
        Save(path, () => plot.GetImage(Width, 700));
    }

    private static double Phred(double error) => -10 * Math.Log10(Math.Clamp(error, 1e-9, 1));

    private static void Scatter(Plot plot, string name, double[] x, double[] y, float width = 1)
    {
        var line = plot.Add.Scatter(x, y);
        line.LineWidth = width;
        line.LegendText = name;
        plot.ShowLegend();
    }

    private static void Save(string path, Func<Image> draw)
    {
        byte[] png;
        try
        {
            using Image image = draw();
            png = image.GetImageBytes(ImageFormat.Png);
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException)
        {
            throw ShrikeException.InputOutput(string.Create(CultureInfo.InvariantCulture, $"{path}: cannot be drawn here: {e.GetBaseException().Message}"), e);
        }

        using var file = new AtomicFile(path);
        using (FileStream stream = file.OpenWrite()) stream.Write(png);
        file.Complete();
    }
}
