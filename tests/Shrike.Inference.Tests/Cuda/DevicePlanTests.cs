using Shrike.Formats.Safetensors;
using Shrike.Inference.Cuda.Planning;
using Shrike.Inference.Networks;

namespace Shrike.Inference.Tests.Cuda;

public sealed class DevicePlanTests
{
    [Theory]
    [InlineData(96)]
    [InlineData(20)]
    public void RowNetPlanEqualsTheReference(int embedding)
    {
        Network network = RowNet.Build(height: 30, width: 101, embedding: embedding);
        Compare(network, 11, rows: 19, tolerance: 1e-5f);
    }

    [Fact]
    public void InceptionPlanEqualsTheReference() => Compare(InceptionV3.Build(height: 75, width: 75, channels: 3), 12, rows: 75, tolerance: 1e-5f);

    [Fact]
    public void HalfPrecisionStaysWithinTheBound()
    {
        Network network = InceptionV3.Build(height: 75, width: 75, channels: 7);
        Compare(network, 13, rows: 75, tolerance: 2e-3f, v => (float)(Half)v);
    }

    [Fact]
    public void InceptionIsCompiledAsIntended()
    {
        Network network = InceptionV3.Build();
        DevicePlan plan = PlanCompiler.Compile(network, NetworkTests.RandomWeights(network, 1));
        ConvolutionStep[] convolutions = [.. plan.Steps.OfType<ConvolutionStep>()];
        Assert.Equal(94, convolutions.Sum(c => c.Segments.Count));
        Assert.Equal(66, convolutions.Length);
        Assert.Equal(4, convolutions.Max(c => c.Segments.Count));
        Assert.DoesNotContain(plan.Steps, s => s is CombineStep);
        Assert.All(convolutions, c => Assert.Equal(0, c.Input.Lanes % 8));

        // Padding adds the eighth channel of the stem and nothing else.
        long stem = 32L * 49 * 110 * 9;
        Assert.Equal(network.MultiplyAccumulates() + stem - (2048 * 3), plan.MultiplyAccumulates());
        Assert.True(plan.ArenaBytes < plan.Buffers.Sum(b => b.Bytes) / 3);
    }

    [Fact]
    public void BuffersAliveTogetherNeverOverlap()
    {
        foreach (Network network in new[] { InceptionV3.Build(), RowNet.Build() })
        {
            DevicePlan plan = PlanCompiler.Compile(network, NetworkTests.RandomWeights(network, 1));
            foreach (PlanBuffer a in plan.Buffers)
            {
                Assert.Equal(0, a.Offset % 256);
                Assert.True(a.Offset + a.Bytes <= plan.ArenaBytes);
                Assert.DoesNotContain(plan.Buffers, b => !ReferenceEquals(a, b) && a.Elements > 0 && b.Elements > 0 && a.FirstStep <= b.LastStep && b.FirstStep <= a.LastStep && a.Offset < b.Offset + b.Bytes && b.Offset < a.Offset + a.Bytes);
            }

            // 16-byte accesses need every half slice to begin at a multiple of eight lanes.
            foreach (TensorView v in plan.Steps.SelectMany(s => s.Reads.Concat(s.Writes)).Where(v => !v.Wide)) Assert.Equal(0, (v.Offset % 8) + (v.Pixel % 8) + (v.Lanes % 8));
        }
    }

    private static void Compare(Network network, int seed, int rows, float tolerance, Func<float, float>? round = null)
    {
        Dictionary<string, Tensor> weights = NetworkTests.RandomWeights(network, seed);
        byte[] image = NetworkTests.RandomImage(network, seed, rows);
        float[] actual = PlanInterpreter.Run(PlanCompiler.Compile(network, weights), image, round);
        float[] expected = ReferenceExecutor.Run(network, weights, image)["probabilities"];
        for (int c = 0; c < expected.Length; c++) Assert.Equal(expected[c], actual[c], tolerance);
    }
}
