using System.Globalization;
using System.Text;
using Shrike.Inference.SmallModels;
using Shrike.Training.Data;

namespace Shrike.Training.Trainer;

/// <summary>How right a small model is on rows it was not trained on, and what it would answer.</summary>
public static class SmallModelReport
{
    private static readonly int[] Bins = [0, 10, 20, 30, 40, 50];

    /// <summary>A Markdown table by kind and label, and one of scores against errors.</summary>
    public static string Make(Perceptron network, IReadOnlyList<LabelledFeatures> rows, int snpThreshold, int indelThreshold)
    {
        var probabilities = new float[rows.Count * 3];
        network.CreateEvaluator().Run(rows.SelectMany(r => r.Values).ToArray(), rows.Count, probabilities);
        var byKind = new SortedDictionary<(VariantKind, byte), (int All, int Right, int Answered, int Wrong)>();
        var byScore = new (int All, int Wrong, double Expected)[Bins.Length];
        double loss = 0;
        for (int i = 0; i < rows.Count; i++)
        {
            ReadOnlySpan<float> p = probabilities.AsSpan(i * 3, 3);
            int best = p[0] >= p[1] && p[0] >= p[2] ? 0 : p[1] >= p[2] ? 1 : 2;
            double error = 1 - Math.Min(p[best], 1 - 1e-7), score = -10 * Math.Log10(error);
            bool right = best == rows[i].Label, answered = score >= (rows[i].Kind == VariantKind.Snp ? snpThreshold : indelThreshold);
            loss -= Math.Log(Math.Max(p[rows[i].Label], 1e-7));
            var (all, good, given, wrong) = byKind.GetValueOrDefault((rows[i].Kind, rows[i].Label));
            byKind[(rows[i].Kind, rows[i].Label)] = (all + 1, good + (right ? 1 : 0), given + (answered ? 1 : 0), wrong + (answered && !right ? 1 : 0));
            ref var bin = ref byScore[Array.FindLastIndex(Bins, b => score >= b)];
            bin = (bin.All + 1, bin.Wrong + (right ? 0 : 1), bin.Expected + error);
        }

        var text = new StringBuilder();
        int sum = byKind.Values.Sum(k => k.All), accepted = byKind.Values.Sum(k => k.Answered), bad = byKind.Values.Sum(k => k.Wrong);
        text.Append(CultureInfo.InvariantCulture, $"{sum} rows, right {byKind.Values.Sum(k => k.Right) / (double)sum:P2}, mean negative log-likelihood {loss / sum:F4}; answered {accepted / (double)sum:P1}, wrong among them {bad} = {bad / (double)Math.Max(1, accepted):P3}\n\n");
        text.Append("| kind, copies | rows | right | answered | wrong among answered |\n|---|---|---|---|---|\n");
        foreach (((VariantKind kind, byte label), var k) in byKind) text.Append(CultureInfo.InvariantCulture, $"| {kind} {label} | {k.All} | {k.Right / (double)k.All:P2} | {k.Answered / (double)k.All:P1} | {k.Wrong} |\n");
        text.Append("\n| GQ | rows | errors expected | errors found |\n|---|---|---|---|\n");
        for (int b = 0; b < Bins.Length; b++) text.Append(CultureInfo.InvariantCulture, $"| {Bins[b]}{(b + 1 < Bins.Length ? $"-{Bins[b + 1]}" : " and more")} | {byScore[b].All} | {byScore[b].Expected:F1} | {byScore[b].Wrong} |\n");
        return text.ToString();
    }
}
