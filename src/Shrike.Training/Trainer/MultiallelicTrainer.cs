using Shrike.Calling.Genotyping;
using Shrike.Training.Data;

namespace Shrike.Training.Trainer;

/// <summary>
/// Multinomial logistic regression from what a network says of a site with two ALTs to its genotype: full-batch steps of Adam on the
/// cross-entropy of scaled features with a penalty on large weights. No random choice; the scaling is folded into the weights.
/// </summary>
public static class MultiallelicTrainer
{
    private const int Steps = 3000;
    private const double Rate = 0.03;

    // Genotypes when the two ALTs change places.
    private static readonly int[] Swapped = [0, 3, 5, 1, 4, 2];

    // Of the sum of the cross-entropies: half of this times the squared weights is added.
    private const double Penalty = 3;

    /// <summary>Trains.</summary>
    /// <param name="sites">At least one.</param>
    /// <returns>Kernel [<see cref="MultiallelicModel.LogInputs"/>, <see cref="MultiallelicModel.Outputs"/>] and bias.</returns>
    public static (float[] Kernel, float[] Bias) Train(IReadOnlyList<TwoAltSite> sites)
    {
        // The order of the ALTs is spelling: every site is learned in both, so that the answer does not hang on it.
        sites = [.. sites, .. sites.Select(s => new TwoAltSite([.. s.Features[3..6], .. s.Features[..3], .. s.Features[6..]], Swapped[s.Genotype]))];
        const int inputs = MultiallelicModel.LogInputs, outputs = MultiallelicModel.Outputs;
        double[] mean = [.. Enumerable.Range(0, inputs).Select(i => sites.Average(s => (double)s.Features[i]))];
        double[] scale = [.. Enumerable.Range(0, inputs).Select(i => Math.Sqrt(sites.Average(s => Math.Pow(s.Features[i] - mean[i], 2))) + 1e-6)];

        // Row by row; the last input is the constant one of the bias, which has no penalty.
        double[][] x = [.. sites.Select(s => (double[])[.. s.Features.Select((v, i) => (v - mean[i]) / scale[i]), 1])];
        var w = new double[(inputs + 1) * outputs];
        var gradient = new double[w.Length];
        var first = new double[w.Length];
        var second = new double[w.Length];
        for (int step = 1; step <= Steps; step++)
        {
            Array.Clear(gradient);
            for (int s = 0; s < x.Length; s++)
            {
                double[] p = Probabilities(w, x[s]);
                p[sites[s].Genotype] -= 1;
                for (int i = 0; i <= inputs; i++)
                {
                    for (int o = 0; o < outputs; o++) gradient[(i * outputs) + o] += x[s][i] * p[o];
                }
            }

            double rate = Rate * 0.5 * (1 + Math.Cos(Math.PI * step / Steps));
            for (int k = 0; k < w.Length; k++)
            {
                double g = (gradient[k] + (k < inputs * outputs ? Penalty * w[k] : 0)) / x.Length;
                first[k] = (0.9 * first[k]) + (0.1 * g);
                second[k] = (0.999 * second[k]) + (0.001 * g * g);
                w[k] -= rate * (first[k] / (1 - Math.Pow(0.9, step))) / (Math.Sqrt(second[k] / (1 - Math.Pow(0.999, step))) + 1e-12);
            }
        }

        float[] kernel = [.. Enumerable.Range(0, inputs * outputs).Select(k => (float)(w[k] / scale[k / outputs]))];
        float[] bias = [.. Enumerable.Range(0, outputs).Select(o => (float)(w[(inputs * outputs) + o] - Enumerable.Range(0, inputs).Sum(i => mean[i] / scale[i] * w[(i * outputs) + o])))];
        return (kernel, bias);
    }

    /// <summary>Probabilities of the genotypes by trained weights, for features as they are.</summary>
    public static double[] Probabilities((float[] Kernel, float[] Bias) weights, float[] features) =>
        Probabilities([.. weights.Kernel.Select(v => (double)v), .. weights.Bias.Select(v => (double)v)], [.. features.Select(v => (double)v), 1]);

    private static double[] Probabilities(double[] w, double[] x)
    {
        const int outputs = MultiallelicModel.Outputs;
        var z = new double[outputs];
        for (int i = 0; i < x.Length; i++)
        {
            for (int o = 0; o < outputs; o++) z[o] += x[i] * w[(i * outputs) + o];
        }

        double max = z.Max(), sum = 0;
        for (int o = 0; o < outputs; o++) sum += z[o] = Math.Exp(z[o] - max);
        for (int o = 0; o < outputs; o++) z[o] /= sum;
        return z;
    }
}
