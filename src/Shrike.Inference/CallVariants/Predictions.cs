using Shrike.Core;
using Shrike.Formats.Messages;

namespace Shrike.Inference.CallVariants;

/// <summary>The arithmetic of the smallest of three probabilities, which is what the others leave of one.</summary>
public enum CvoRounding
{
    /// <summary>In float32, as published predictions have it.</summary>
    Float32,

    /// <summary>In double, as the released program computes; differs by at most 1e-7.</summary>
    Float64,
}

/// <summary>The network's numbers as they stand in prediction records.</summary>
public static class Predictions
{
    private const float Scale = 1e10f;

    /// <summary>
    /// Rounds three probabilities to ten decimals in float32; the smallest becomes what the other two leave of one.
    /// </summary>
    /// <returns>Index of the smallest, the first on ties.</returns>
    /// <exception cref="ShrikeException">They do not sum to one.</exception>
    public static int Round(Span<float> p)
    {
        float sum = p[0] + p[1] + p[2];
        if (!(Math.Abs(sum - 1) <= 1e-6f)) throw new ShrikeException(ExitCode.Internal, $"the network's probabilities {p[0]}, {p[1]}, {p[2]} do not sum to one");
        int smallest = 0;
        for (int i = 1; i < 3; i++)
        {
            if (p[i] < p[smallest]) smallest = i;
        }

        float others = 0;
        for (int i = 0; i < 3; i++)
        {
            if (i == smallest) continue;
            p[i] = Round10(p[i]);
            others += p[i];
        }

        p[smallest] = Math.Max(0, Round10(1 - others));
        return smallest;
    }

    /// <summary>The record of one image.</summary>
    /// <param name="variant">The candidate, one call.</param>
    /// <param name="altIndices">ALTs the image showed.</param>
    /// <param name="probabilities">Three raw probabilities; rounded in place.</param>
    /// <param name="rounding">Arithmetic of the smallest one.</param>
    public static CallVariantsOutput Build(Variant variant, IEnumerable<int> altIndices, Span<float> probabilities, CvoRounding rounding = CvoRounding.Float32)
    {
        Renormalise(probabilities);
        int smallest = Round(probabilities);
        var record = new CallVariantsOutput
        {
            Variant = variant,
            AltAlleleIndices = new CallVariantsOutput.Types.AltAlleleIndices { Indices = { altIndices } },
            GenotypeProbabilities = { probabilities[0], probabilities[1], probabilities[2] },
        };
        if (rounding == CvoRounding.Float64)
        {
            double others = (double)probabilities[(smallest + 1) % 3] + probabilities[(smallest + 2) % 3];
            record.GenotypeProbabilities[smallest] = Math.Max(0, Math.Round((1 - others) * Scale, MidpointRounding.ToEven) / Scale);
        }

        return record;
    }

    /// <summary>A softmax in float32 may miss one by a few units in the last place.</summary>
    private static void Renormalise(Span<float> p)
    {
        float sum = p[0] + p[1] + p[2];
        if (Math.Abs(sum - 1) <= 1e-6f || !(Math.Abs(sum - 1) < 1e-3f)) return;
        for (int i = 0; i < 3; i++) p[i] /= sum;
    }

    private static float Round10(float x) => MathF.Round(x * Scale, MidpointRounding.ToEven) / Scale;
}
