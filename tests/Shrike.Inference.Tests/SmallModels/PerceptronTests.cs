using CsCheck;
using Shrike.Formats.Safetensors;
using Shrike.Inference.SmallModels;

namespace Shrike.Inference.Tests.SmallModels;

/// <summary>The perceptron on all instruction sets, bit for bit, and against double precision.</summary>
public sealed unsafe class PerceptronTests
{
    private static readonly PerceptronKernels.Kernel[] Kernels = [PerceptronKernels.BlockScalar, PerceptronKernels.BlockVector256, PerceptronKernels.BlockVector512];

    internal static (Tensor Kernel, Tensor Bias)[] RandomLayers(Random random, params int[] sizes) =>
    [
        .. Enumerable.Range(0, sizes.Length - 1).Select(l =>
        {
            float scale = MathF.Sqrt(2f / sizes[l]);
            float Draw() => (random.NextSingle() - 0.5f) * 2 * scale;
            return (
                new Tensor([sizes[l], sizes[l + 1]], [.. Enumerable.Range(0, sizes[l] * sizes[l + 1]).Select(_ => Draw())]),
                new Tensor([sizes[l + 1]], [.. Enumerable.Range(0, sizes[l + 1]).Select(_ => Draw())]));
        }),
    ];

    private static float[] RandomFeatures(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(3) == 0 ? 0f : random.Next(101))];

    [Fact]
    public void AllInstructionSetsGiveTheSameBits() =>
        Gen.Select(Gen.Int[1, 90], Gen.Int[1, 70], Gen.Int[1, 40], Gen.Int[0, 150], Gen.Int).Sample(
            (inputs, first, second, rows, seed) =>
            {
                var random = new Random(seed);
                var network = new Perceptron(RandomLayers(random, inputs, first, second, 3));
                float[] features = RandomFeatures(random, rows * inputs);
                float[][] results = [.. Kernels.Select(k =>
                {
                    var p = new float[rows * 3];
                    network.CreateEvaluator(k).Run(features, rows, p);
                    return p;
                })];
                Assert.Equal(results[0], results[1]);
                Assert.Equal(results[0], results[2]);
            },
            iter: 60);

    [Fact]
    public void ARowDoesNotDependOnItsNeighbours()
    {
        var random = new Random(7);
        var network = new Perceptron(RandomLayers(random, 70, 100, 60, 3));
        float[] features = RandomFeatures(random, 300 * 70);
        var all = new float[900];
        Perceptron.Evaluator evaluator = network.CreateEvaluator();
        evaluator.Run(features, 300, all);
        for (int r = 0; r < 300; r += 7)
        {
            var alone = new float[3];
            evaluator.Run(features.AsSpan(r * 70, 70), 1, alone);
            Assert.Equal(all[(r * 3)..((r * 3) + 3)], alone);
        }

        for (int size = 1; size < 300; size += 41)
        {
            var part = new float[900];
            for (int at = 0; at < 300; at += size)
            {
                int rows = Math.Min(size, 300 - at);
                evaluator.Run(features.AsSpan(at * 70, rows * 70), rows, part.AsSpan(at * 3));
            }

            Assert.Equal(all, part);
        }
    }

    [Fact]
    public void TheReleasedShapeAgreesWithDoublePrecision()
    {
        var random = new Random(3);
        (Tensor Kernel, Tensor Bias)[] layers = RandomLayers(random, 70, 750, 750, 3);
        const int rows = 20;
        float[] features = [.. RandomFeatures(random, rows * 70).Select(f => f / 30)];
        var p = new float[rows * 3];
        new Perceptron(layers).CreateEvaluator().Run(features, rows, p);
        for (int r = 0; r < rows; r++)
        {
            double[] x = [.. features[(r * 70)..((r + 1) * 70)].Select(f => (double)f)];
            for (int l = 0; l < layers.Length; l++)
            {
                (Tensor kernel, Tensor bias) = layers[l];
                double[] y = [.. bias.Values.Select(b => (double)b)];
                for (int k = 0; k < x.Length; k++)
                {
                    for (int o = 0; o < y.Length; o++) y[o] += x[k] * kernel.Values[(k * y.Length) + o];
                }

                x = l < layers.Length - 1 ? [.. y.Select(v => Math.Max(0, v))] : y;
            }

            double[] e = [.. x.Select(v => Math.Exp(v - x.Max()))];
            for (int c = 0; c < 3; c++) Assert.Equal(e[c] / e.Sum(), p[(r * 3) + c], 1e-5);
        }
    }
}
