using Shrike.Core;
using Shrike.Formats.Safetensors;
using Shrike.Formats.SavedModel;

namespace Shrike.Calling.Genotyping;

/// <summary>
/// The model that merges the three predictions of a site with two ALTs: dense layers with ReLU between them and a softmax at the
/// end. Of a TensorFlow SavedModel folder, as the original has one, they take the probabilities as they are; those of a package
/// (<see cref="MultiallelicPackage"/>) take their logarithms, and how much the ALTs differ in length: of two that differ by a base or two
/// one is often a slip of the other. All arithmetic of the layers is float32.
/// </summary>
public sealed class MultiallelicModel
{
    /// <summary>Probabilities it takes: three of the lower ALT, three of the higher, three of both together.</summary>
    public const int Inputs = 9;

    /// <summary>What a package takes: the logarithms of the probabilities, and the difference in length.</summary>
    public const int LogInputs = Inputs + 1;

    /// <summary>Genotypes it gives, in VCF order: 0/0, 0/1, 1/1, 0/2, 1/2, 2/2.</summary>
    public const int Outputs = 6;

    // A probability below this is as good as none.
    private const double Least = 1e-6;

    // Differences in length beyond a few of these are all alike.
    private const double LengthScale = 4;

    private const int MaxWidth = 4096;

    private readonly (float[] Kernel, float[] Bias)[] _layers;

    private MultiallelicModel((float[] Kernel, float[] Bias)[] layers, MultiallelicDescription? description)
    {
        _layers = layers;
        Description = description;
    }

    /// <summary>What the package says of itself; null for a SavedModel.</summary>
    public MultiallelicDescription? Description { get; }

    /// <summary>Reads the model.</summary>
    /// <param name="folder">A package, or a SavedModel folder (or a checkpoint prefix).</param>
    /// <exception cref="ShrikeException">It is not there (exit 4), damaged, or another kind of network (exit 3).</exception>
    public static MultiallelicModel Load(string folder)
    {
        if (MultiallelicPackage.IsFolder(folder))
        {
            (MultiallelicDescription description, Tensor logKernel, Tensor logBias) = MultiallelicPackage.Load(folder);
            return new MultiallelicModel([(logKernel.Values, logBias.Values)], description);
        }

        Dictionary<string, Tensor> tensors = SavedWeights.Read(folder);
        var layers = new List<(float[], float[])>();
        int width = Inputs;
        for (int i = 0; i * 2 < tensors.Count; i++)
        {
            if (!tensors.TryGetValue($"layer_with_weights-{i}/kernel", out Tensor? kernel) || !tensors.TryGetValue($"layer_with_weights-{i}/bias", out Tensor? bias)
                || kernel.Shape is not [int rows, int columns] || rows != width || columns is < 1 or > MaxWidth || bias.Shape is not [int length] || length != columns)
            {
                throw ShrikeException.InvalidData($"{folder}: is not a multi-allelic model: its layer {i} is not a dense layer that takes {width} values");
            }

            layers.Add((kernel.Values, bias.Values));
            width = columns;
        }

        return width == Outputs ? new MultiallelicModel([.. layers], null) : throw ShrikeException.InvalidData($"{folder}: is not a multi-allelic model: it gives {width} values instead of {Outputs}");
    }

    /// <summary>Probabilities of the six genotypes.</summary>
    /// <param name="first">Probabilities of 0, 1, 2 copies of the ALT with the lower index.</param>
    /// <param name="second">The same of the ALT with the higher index.</param>
    /// <param name="both">The same of both taken together.</param>
    /// <param name="lengthDifference">Length of the one ALT less that of the other; only a package looks at it.</param>
    /// <returns>Six float32 values widened; their sum is one within rounding.</returns>
    public double[] Evaluate(ReadOnlySpan<double> first, ReadOnlySpan<double> second, ReadOnlySpan<double> both, int lengthDifference = 0)
    {
        float[] x = Description is null ? [.. Narrow(first), .. Narrow(second), .. Narrow(both)] : LogFeatures(first, second, both, lengthDifference);
        for (int l = 0; l < _layers.Length; l++)
        {
            (float[] kernel, float[] bias) = _layers[l];
            float[] y = [.. bias];
            for (int i = 0; i < x.Length; i++)
            {
                for (int o = 0; o < y.Length; o++) y[o] += x[i] * kernel[(i * y.Length) + o];
            }

            if (l < _layers.Length - 1)
            {
                for (int o = 0; o < y.Length; o++) y[o] = MathF.Max(0, y[o]);
            }

            x = y;
        }

        float max = x.Max();
        for (int o = 0; o < x.Length; o++) x[o] = MathF.Exp(x[o] - max);
        float sum = x.Sum();
        if (!float.IsFinite(sum)) throw ShrikeException.InvalidData("the model of sites with two ALTs gives values that are no numbers: its weights are damaged");
        return [.. x.Select(v => (double)(v / sum))];
    }

    /// <summary>What a package takes: <see cref="LogInputs"/> numbers.</summary>
    public static float[] LogFeatures(ReadOnlySpan<double> first, ReadOnlySpan<double> second, ReadOnlySpan<double> both, int lengthDifference)
    {
        double[] probabilities = [.. first, .. second, .. both];
        return [.. probabilities.Select(p => (float)Math.Log(Math.Max(p, Least))), (float)Math.Tanh(Math.Abs(lengthDifference) / LengthScale)];
    }

    private static float[] Narrow(ReadOnlySpan<double> p)
    {
        if (p.Length != 3) throw new ArgumentException("three probabilities are needed");
        return [(float)p[0], (float)p[1], (float)p[2]];
    }
}
