using System.Globalization;
using System.Text;
using Shrike.Core;
using Shrike.Formats.TfRecord;
using Shrike.Inference.Networks;
using Shrike.Training.Data;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Shrike.Training.Trainer;

/// <summary>A set of images that are not trained on.</summary>
/// <param name="Name">Name in reports.</param>
/// <param name="Files">Its files; read anew for every validation.</param>
/// <param name="Damaged">What a damaged record means.</param>
public sealed record ValidationSet(string Name, IReadOnlyList<string> Files, DamagedRecords Damaged = DamagedRecords.Fail);

/// <summary>Answers of about one quality.</summary>
/// <param name="Quality">Least phred quality of the answers.</param>
/// <param name="Count">Answers.</param>
/// <param name="Wrong">Wrong ones.</param>
/// <param name="Said">Mean probability of an error, as the network has it.</param>
internal readonly record struct CalibrationBin(int Quality, int Count, int Wrong, double Said);

/// <summary>What a network answers on a validation set.</summary>
internal sealed class Validation
{
    private const int BatchSize = 64;
    private const int Classes = 3;

    /// <summary>Kinds and labels, in the order of reports.</summary>
    public static readonly IReadOnlyList<(VariantKind Kind, byte Label)> Types = [.. Enum.GetValues<VariantKind>().SelectMany(k => Enumerable.Range(0, Classes).Select(l => (k, (byte)l)))];
    private readonly List<float> _values = [];
    private readonly List<(VariantKind Kind, byte Label)> _truth = [];

    /// <summary>Number of images.</summary>
    public int Count => _truth.Count;

    /// <summary>Runs the network over a set.</summary>
    public static Validation Run(TorchNetwork model, Network network, ValidationSet set)
    {
        var result = new Validation();
        using (no_grad())
        {
            foreach (LabelledImage[] batch in ImageInputs.Read(set.Files, network, set.Damaged).Chunk(BatchSize))
            {
                using DisposeScope scope = NewDisposeScope();
                Tensor values = model.Forward(ImageBatch.Make(network, batch, null, null).to(model.Device));
                result._values.AddRange(values.cpu().data<float>().ToArray());
                result._truth.AddRange(batch.Select(b => (b.Kind, b.Label)));
            }
        }

        return result.Count > 0 ? result : throw ShrikeException.InvalidData($"{string.Join(", ", set.Files)}: holds no image to validate on");
    }

    /// <summary>Mean negative log-likelihood of the labels, values divided by a temperature.</summary>
    public double Loss(double temperature = 1)
    {
        double sum = 0;
        Span<double> p = stackalloc double[Classes];
        for (int i = 0; i < Count; i++)
        {
            Probabilities(i, temperature, p);
            sum -= Math.Log(Math.Max(1e-12, p[_truth[i].Label]));
        }

        return Count == 0 ? 0 : sum / Count;
    }

    /// <summary>Share of images whose likeliest class is the label.</summary>
    public double Accuracy()
    {
        int right = Enumerable.Range(0, Count).Count(i => Best(i) == _truth[i].Label);
        return right / (double)Math.Max(1, Count);
    }

    /// <summary>Share of right answers of each of <see cref="Types"/>; null where there is none of a type.</summary>
    public double?[] ByType()
    {
        var all = new int[Types.Count];
        var right = new int[Types.Count];
        for (int i = 0; i < Count; i++)
        {
            int type = ((int)_truth[i].Kind * Classes) + _truth[i].Label;
            all[type]++;
            if (Best(i) == _truth[i].Label) right[type]++;
        }

        return [.. all.Select((n, t) => n == 0 ? (double?)null : right[t] / (double)n)];
    }

    /// <summary>Answers by quality: 0, 10 .. 50 and more.</summary>
    public IReadOnlyList<CalibrationBin> Calibration()
    {
        var p = new double[Classes];
        return [.. Enumerable.Range(0, Count).Select(i =>
        {
            Probabilities(i, 1, p);
            double others = Math.Max(1e-9, 1 - p[Best(i)]);
            return (Quality: Math.Min(50, (int)(-10 * Math.Log10(others) / 10) * 10), Error: others, Wrong: Best(i) != _truth[i].Label);
        }).GroupBy(b => b.Quality).OrderBy(g => g.Key).Select(g => new CalibrationBin(g.Key, g.Count(), g.Count(b => b.Wrong), g.Average(b => b.Error)))];
    }

    /// <summary>
    /// Temperature with the least loss over some sets (golden-section search, 0.3 to 3): dividing the last layer by it
    /// makes probabilities as sure as they are right.
    /// </summary>
    public static double BestTemperature(IReadOnlyList<Validation> sets)
    {
        double Loss(double t) => sets.Sum(s => s.Loss(t) * s.Count);
        double ratio = (Math.Sqrt(5) - 1) / 2;
        (double low, double high) = (Math.Log(0.3), Math.Log(3));
        for (int i = 0; i < 40; i++)
        {
            double a = high - (ratio * (high - low));
            double b = low + (ratio * (high - low));
            if (Loss(Math.Exp(a)) < Loss(Math.Exp(b))) high = b;
            else low = a;
        }

        return Math.Exp((low + high) / 2);
    }

    /// <summary>Right answers by kind and label, then error rates by quality, as text.</summary>
    public string Report(string name)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{name}: {Count} images, {Accuracy():P2} right, mean negative log-likelihood {Loss():F4}\n");
        foreach (var group in Enumerable.Range(0, Count).GroupBy(i => _truth[i]).OrderBy(g => g.Key))
        {
            int all = group.Count();
            int right = group.Count(i => Best(i) == _truth[i].Label);
            text.Append(CultureInfo.InvariantCulture, $"  {group.Key.Kind} with {group.Key.Label} copies: {right}/{all} = {right / (double)all:P2}\n");
        }

        foreach (CalibrationBin bin in Calibration())
        {
            text.Append(CultureInfo.InvariantCulture, $"  quality {bin.Quality} and more: {bin.Count} images, {bin.Wrong} wrong = {bin.Wrong / (double)bin.Count:G3}; the network says {bin.Said:G3}\n");
        }

        return text.ToString();
    }

    private int Best(int i)
    {
        int best = 0;
        for (int c = 1; c < Classes; c++) best = _values[(i * Classes) + c] > _values[(i * Classes) + best] ? c : best;
        return best;
    }

    private void Probabilities(int i, double temperature, Span<double> p)
    {
        double max = Math.Max(_values[i * Classes], Math.Max(_values[(i * Classes) + 1], _values[(i * Classes) + 2]));
        double sum = 0;
        for (int c = 0; c < Classes; c++) sum += p[c] = Math.Exp((_values[(i * Classes) + c] - max) / temperature);
        for (int c = 0; c < Classes; c++) p[c] /= sum;
    }
}
