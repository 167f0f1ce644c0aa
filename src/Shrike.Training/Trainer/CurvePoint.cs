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
/// <param name="ByType">The same by kind and label, in the order of <see cref="Validation.Types"/>; null where a set has none of a type.</param>
internal sealed record CurvePoint(long Step, double LearningRate, double Loss, double[] Validation, double[] Accuracy, double?[][] ByType);

/// <summary>The curve of a training as CSV.</summary>
internal static class CurveFile
{
    /// <summary>Writes it.</summary>
    public static void Write(string path, IReadOnlyList<CurvePoint> curve, IReadOnlyList<string> sets)
    {
        var text = new StringBuilder("step,learning_rate,training_loss");
        foreach (string set in sets) text.Append(CultureInfo.InvariantCulture, $",{set}_loss,{set}_accuracy,{string.Join(',', Trainer.Validation.Types.Select(t => $"{set}_{t.Kind.ToString().ToLowerInvariant()}_{t.Label}"))}");
        text.Append('\n');
        foreach (CurvePoint p in curve)
        {
            text.Append(CultureInfo.InvariantCulture, $"{p.Step},{p.LearningRate:G6},{p.Loss:G6}");
            for (int i = 0; i < sets.Count; i++)
            {
                double?[] values = p.Validation.Length > i ? [p.Validation[i], p.Accuracy[i], .. p.ByType[i]] : new double?[2 + Trainer.Validation.Types.Count];
                foreach (double? value in values) text.Append(CultureInfo.InvariantCulture, $",{value:G6}");
            }

            text.Append('\n');
        }

        AtomicFile.WriteAllText(path, text.ToString());
    }
}
