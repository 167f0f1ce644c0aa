using Shrike.Core;
using Shrike.Formats.Messages;

namespace Shrike.Inference.CallVariants;

/// <summary>The network's numbers as they stand in prediction records.</summary>
public static class Predictions
{
    private const float Scale = 1e10f;

    /// <summary>
    /// Rounds three probabilities to ten decimals in float32; the smallest becomes what the other two leave of one.
    /// </summary>
    /// <exception cref="ShrikeException">They do not sum to one.</exception>
    public static void Round(Span<float> p)
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
    }

    /// <summary>The record of one image.</summary>
    /// <param name="variant">The candidate, one call.</param>
    /// <param name="altIndices">ALTs the image showed.</param>
    /// <param name="probabilities">Three raw probabilities; rounded in place.</param>
    public static CallVariantsOutput Build(Variant variant, IEnumerable<int> altIndices, Span<float> probabilities)
    {
        Renormalise(probabilities);
        Round(probabilities);
        return new CallVariantsOutput
        {
            Variant = variant,
            AltAlleleIndices = new CallVariantsOutput.Types.AltAlleleIndices { Indices = { altIndices } },
            GenotypeProbabilities = { probabilities[0], probabilities[1], probabilities[2] },
        };
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
