using Shrike.Core;
using Shrike.Formats.Safetensors;
using Shrike.Inference.Cpu;
using Shrike.Inference.Models;
using Shrike.Inference.Networks;

namespace Shrike.Inference.Quantization;

/// <summary>What a package is quantized with.</summary>
public sealed record QuantizerOptions
{
    /// <summary>Examples the ranges are measured on, and compared on where no others are given.</summary>
    public required IReadOnlyList<string> Examples { get; init; }

    /// <summary>Examples to compare on; empty for the half of <see cref="Examples"/> the ranges were not measured on.</summary>
    public IReadOnlyList<string> HeldOut { get; init; } = [];

    /// <summary>Most images the ranges are measured on.</summary>
    public int CalibrationImages { get; init; } = 512;

    /// <summary>Most images to compare on.</summary>
    public int ComparedImages { get; init; } = 4096;

    /// <summary>Largest mean difference of a probability, in any type, that is accepted.</summary>
    public double MaxMeanDifference { get; init; } = 0.01;

    /// <summary>Largest part of the images, in all, whose likeliest genotype may change.</summary>
    public double MaxFlips { get; init; } = 0.01;
}

/// <summary>Makes 8-bit packages of float32 packages.</summary>
public static class Quantizer
{
    /// <summary>Quantizes a model; the parameters hold the comparison with float32 on held-out images.</summary>
    /// <exception cref="ShrikeException">The model is quantized already, or the examples do not fit it.</exception>
    public static (ModelDescription Description, IReadOnlyDictionary<string, Tensor> Weights) Quantize(ModelPackage package, QuantizerOptions options)
    {
        ModelDescription model = package.Description;
        if (model.Quantization is not null) throw ShrikeException.Usage($"{package.Path}: is quantized already; give the package it was made from");
        (Network network, IReadOnlyDictionary<string, Tensor> folded) = BatchNormFolding.Fold(model.Network, package.Weights);
        if (network.Layers.FirstOrDefault(l => l.Kind == LayerKind.BatchNorm) is { } norm) throw ShrikeException.Usage($"{package.Path}: its {norm.Name} does not follow a convolution, which cannot be quantized");
        ImageSet calibration, heldOut;
        if (options.HeldOut.Count > 0)
        {
            calibration = ImageSet.Read(options.Examples, model, options.CalibrationImages);
            heldOut = ImageSet.Read(options.HeldOut, model, options.ComparedImages);
        }
        else
        {
            ImageSet all = ImageSet.Read(options.Examples, model, options.ComparedImages);
            (calibration, heldOut) = all.Halves(options.CalibrationImages);
        }

        var parameters = new QuantizationParameters
        {
            ActivationScales = new SortedDictionary<string, float>(ActivationCalibrator.Measure(network, folded, calibration.Images), StringComparer.Ordinal),
            Calibration = $"{calibration.Count} images",
        };
        Dictionary<string, Tensor> weights = Rounded(network, folded, parameters);
        parameters = parameters with { Differences = Compare(package, network, weights, parameters, heldOut) };
        return (model with { Network = network, Quantization = parameters }, weights);
    }

    /// <summary>Why a quantized model is too far from float32; null if it is not.</summary>
    public static string? Refusal(QuantizationParameters parameters, QuantizerOptions options)
    {
        foreach (QuantizationDifference d in parameters.Differences)
        {
            // A few images of a rare type say nothing about its mean.
            if (d.Examples >= MinimumExamples && d.Mean > options.MaxMeanDifference) return FormattableString.Invariant($"probabilities of type {d.Type} differ by {d.Mean:G3} in the mean, more than {options.MaxMeanDifference}");
            if (d.Type == All && d.Flips > options.MaxFlips * d.Examples) return FormattableString.Invariant($"{d.Flips} of {d.Examples} images have another likeliest genotype, more than {options.MaxFlips:P1}");
        }

        return null;
    }

    private const string All = "all";
    private const int MinimumExamples = 20;
    private const int BatchSize = 16;

    /// <summary>Weights of convolutions that read 8-bit tensors, as the multiples of their scales that they become; others as they are.</summary>
    private static Dictionary<string, Tensor> Rounded(Network network, IReadOnlyDictionary<string, Tensor> weights, QuantizationParameters parameters)
    {
        var rounded = new Dictionary<string, Tensor>(weights);
        foreach (string name in QuantizableLayers.Weights(network, parameters))
        {
            (sbyte[] bytes, float[] scales) = ChannelQuantizer.Quantize(weights[name]);
            rounded[name] = ChannelQuantizer.Dequantize(new Tensor(weights[name].Shape, Array.ConvertAll(bytes, b => (float)b)), scales);
        }

        return rounded;
    }

    private static List<QuantizationDifference> Compare(ModelPackage original, Network network, IReadOnlyDictionary<string, Tensor> weights, QuantizationParameters parameters, ImageSet set)
    {
        int classes = original.Description.Classes;
        float[] expected = new float[set.Count * classes], actual = new float[set.Count * classes];
        using (var float32 = new OnnxBackend(original.Description.Network, original.Weights, BatchSize)) float32.Run(set.Images, set.Count, expected);
        using (var int8 = new OnnxBackend(network, weights, BatchSize, quantization: parameters)) int8.Run(set.Images, set.Count, actual);
        var byType = new SortedDictionary<string, List<int>>(StringComparer.Ordinal);
        for (int i = 0; i < set.Count; i++)
        {
            if (!byType.TryGetValue(set.Types[i], out List<int>? members)) byType[set.Types[i]] = members = [];
            members.Add(i);
        }

        return [.. byType.Select(t => Difference(t.Key, t.Value)), Difference(All, [.. Enumerable.Range(0, set.Count)])];

        QuantizationDifference Difference(string type, List<int> images)
        {
            double most = 0, sum = 0;
            int flips = 0;
            foreach (int i in images)
            {
                ReadOnlySpan<float> e = expected.AsSpan(i * classes, classes), a = actual.AsSpan(i * classes, classes);
                for (int c = 0; c < classes; c++)
                {
                    double off = Math.Abs(e[c] - a[c]);
                    most = Math.Max(most, off);
                    sum += off;
                }

                if (Best(e) != Best(a)) flips++;
            }

            return new QuantizationDifference(type, images.Count, most, sum / (images.Count * classes), flips);
        }

        static int Best(ReadOnlySpan<float> p)
        {
            int best = 0;
            for (int c = 1; c < p.Length; c++)
            {
                if (p[c] > p[best]) best = c;
            }

            return best;
        }
    }
}
