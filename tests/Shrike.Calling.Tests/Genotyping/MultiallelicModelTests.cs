using Shrike.Calling.Genotyping;
using Shrike.Core;

namespace Shrike.Calling.Tests.Genotyping;

public sealed class MultiallelicModelTests
{
    private static readonly double[][] WorkedInputs =
    [
        [.19, .75, .06, .03, .93, .04, .03, .92, .05],
        [.99997, .00002, .00001, .978, .03, .002, .992, .007, .001],
        [0, 1, 0, 0, 1, 0, 1, 0, 0],
    ];

    private static readonly double[][] WorkedOutputs =
    [
        [0.033062, 0.1049802, 0.004963651, 0.5842303, 0.2543793, 0.01838462],
        [0.9333074, 0.01512661, 0.0006183629, 0.04965052, 2.918063e-05, 0.001267944],
        [0.001330039, 0.009575603, 1.977691e-05, 0.0007604322, 0.9380215, 0.05029265],
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void ThePublishedModelGivesTheWorkedValues(int example)
    {
        MultiallelicModel model = MultiallelicModel.Load(TestData.PathOf("upstream", "multiallelic_model"));
        double[] x = WorkedInputs[example];
        double[] y = model.Evaluate(x.AsSpan(0, 3), x.AsSpan(3, 3), x.AsSpan(6, 3));
        Assert.Equal(6, y.Length);
        for (int i = 0; i < 6; i++) Assert.Equal(WorkedOutputs[example][i], y[i], 2e-6);
        Assert.Equal(1, y.Sum(), 1e-6);
    }

    [Fact]
    public void APackageTakesLogarithmsAndTheDifferenceInLength()
    {
        using var folder = TestData.Temporary();
        var random = new Random(1);
        float[] kernel = [.. Enumerable.Range(0, 60).Select(_ => (float)random.NextDouble() - 0.5f)], bias = [.. Enumerable.Range(0, 6).Select(_ => (float)random.NextDouble())];
        MultiallelicPackage.Save(folder["m"], new MultiallelicDescription { Name = "made-up", Version = "0.1.0" }, kernel, bias);
        Assert.True(MultiallelicPackage.IsOne(folder["m"]));
        Assert.False(MultiallelicPackage.IsOne(folder.Path));
        MultiallelicModel model = MultiallelicModel.Load(folder["m"]);
        Assert.Equal("made-up", model.Description!.Name);
        double[] p = [.2, .7, .1, 1, 0, 0, .25, .25, .5];
        double[] x = [.. p.Select(v => Math.Log(Math.Max(v, 1e-6))), Math.Tanh(3 / 4.0)];
        double[] z = [.. Enumerable.Range(0, 6).Select(o => Math.Exp(bias[o] + x.Select((v, i) => v * kernel[(i * 6) + o]).Sum()))];
        double[] y = model.Evaluate(p.AsSpan(0, 3), p.AsSpan(3, 3), p.AsSpan(6, 3), -3);
        for (int o = 0; o < 6; o++) Assert.Equal(z[o] / z.Sum(), y[o], 1e-5);
    }

    [Fact]
    public void ADamagedPackageIsNamed()
    {
        using var folder = TestData.Temporary();
        string weights = Path.Combine(folder["m"], "weights.safetensors"), description = Path.Combine(folder["m"], "model.json");
        MultiallelicPackage.Save(folder["m"], new MultiallelicDescription { Name = "made-up", Version = "0.1.0" }, new float[60], new float[6]);
        string text = File.ReadAllText(description);
        byte[] bytes = File.ReadAllBytes(weights);
        Wrong(3, "is damaged", () => File.WriteAllText(description, text[..^4]));
        Wrong(3, "the package is damaged or was edited", () => File.WriteAllBytes(weights, [.. bytes[..^1], 1]));
        Wrong(3, "holds values that are no numbers", () => MultiallelicPackage.Save(folder["m"], new MultiallelicDescription { Name = "m", Version = "1" }, [float.NaN, .. new float[59]], new float[6]));
        Wrong(4, "weights.safetensors is missing", () => File.Delete(weights));

        void Wrong(int code, string message, Action damage)
        {
            File.WriteAllText(description, text);
            File.WriteAllBytes(weights, bytes);
            damage();
            var e = Assert.Throws<ShrikeException>(() => MultiallelicPackage.Load(folder["m"]));
            Assert.Contains(message, e.Message, StringComparison.Ordinal);
            Assert.Equal(code, (int)e.ExitCode);
        }
    }

    [Fact]
    public void AFolderThatIsNoModelIsNamed()
    {
        using var folder = TestData.Temporary();
        Assert.Contains(folder.Path, Assert.Throws<ShrikeException>(() => MultiallelicModel.Load(folder.Path)).Message, StringComparison.Ordinal);
    }
}
