using System.Globalization;
using System.Text;
using Shrike.Core;

namespace Shrike.Training.Trainer;

/// <summary>What was measured at a step.</summary>
/// <param name="Step">Steps made.</param>
/// <param name="LearningRate">Learning rate.</param>
/// <param name="Loss">Running mean of the training loss.</param>
/// <param name="Validation">Mean negative log-likelihood of each validation set, in order; empty if none was measured here.</param>
/// <param name="Accuracy">Share of right answers of each set.</param>
internal sealed record CurvePoint(long Step, double LearningRate, double Loss, double[] Validation, double[] Accuracy);

/// <summary>The curve of a training as CSV.</summary>
internal static class CurveFile
{
    /// <summary>Writes it.</summary>
    public static void Write(string path, IReadOnlyList<CurvePoint> curve, IReadOnlyList<string> sets)
    {
        var text = new StringBuilder("step,learning_rate,training_loss");
        foreach (string set in sets) text.Append(CultureInfo.InvariantCulture, $",{set}_loss,{set}_accuracy");
        text.Append('\n');
        foreach (CurvePoint p in curve)
        {
            text.Append(CultureInfo.InvariantCulture, $"{p.Step},{p.LearningRate:G6},{p.Loss:G6}");
            for (int i = 0; i < sets.Count; i++) text.Append(p.Validation.Length > i ? string.Create(CultureInfo.InvariantCulture, $",{p.Validation[i]:G6},{p.Accuracy[i]:G6}") : ",,");
            text.Append('\n');
        }

        AtomicFile.WriteAllText(path, text.ToString());
    }
}
