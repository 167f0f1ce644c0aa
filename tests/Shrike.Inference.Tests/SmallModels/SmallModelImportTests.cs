using Shrike.Core;
using Shrike.Formats.Safetensors;
using Shrike.Inference.SmallModels;

namespace Shrike.Inference.Tests.SmallModels;

/// <summary>Small models as the original's tools write them: a SavedModel folder with dense layers.</summary>
public sealed class SmallModelImportTests
{
    private static (Tensor Kernel, Tensor Bias)[] WriteModel(string folder, params int[] sizes)
    {
        Directory.CreateDirectory(Path.Combine(folder, "variables"));
        File.WriteAllBytes(Path.Combine(folder, "saved_model.pb"), []);
        (Tensor Kernel, Tensor Bias)[] layers = PerceptronTests.RandomLayers(new Random(5), sizes);
        var writer = new BundleWriter();
        var names = new List<string>();
        void Add(string name, Tensor t)
        {
            names.Add(name);
            writer.AddFloats(name + "/.ATTRIBUTES/VARIABLE_VALUE", [.. t.Shape.Select(d => (long)d)], t.Values);
        }

        for (int l = 0; l < layers.Length; l++)
        {
            Add($"layer_with_weights-{l}/kernel", layers[l].Kernel);
            Add($"layer_with_weights-{l}/bias", layers[l].Bias);
        }

        writer.AddObjectGraph(names);
        writer.Write(Path.Combine(folder, "variables", "variables"));
        return layers;
    }

    [Theory]
    [InlineData(70, 51, false)]
    [InlineData(106, 51, true)]
    [InlineData(50, 31, false)]
    public void AModelOfTheReleasedShapeIsReadAsItIs(int inputs, int window, bool haplotypes)
    {
        using var folder = TestData.Temporary();
        (Tensor Kernel, Tensor Bias)[] layers = WriteModel(folder["wgs"], inputs, 750, 750, 3);
        SmallModelPackage package = SmallModelPackage.Load(folder["wgs"], window);
        Assert.Equal((haplotypes, window, inputs), (package.Description.Haplotypes, package.Description.ContextWindow, package.Network.Inputs));
        Assert.Null(package.Description.SnpGqThreshold);
        Assert.Equal([inputs, 750, 750, 3], package.Description.Layers);
        float[] features = [.. Enumerable.Range(0, inputs).Select(i => (float)(i % 7))];
        float[] ours = new float[3], theirs = new float[3];
        package.Network.CreateEvaluator().Run(features, 1, ours);
        new Perceptron(layers).CreateEvaluator().Run(features, 1, theirs);
        Assert.Equal(theirs, ours);

        // As a package of its own it comes back the same.
        SmallModelPackage.Save(folder["package"], package.Description, package.Weights);
        Assert.Equal(package.Weights["layer1.kernel"].Values, SmallModelPackage.Load(folder["package"]).Weights["layer1.kernel"].Values);
    }

    [Theory]
    [InlineData("it takes 71 features, but there are 70", 71, 8, 3)]
    [InlineData("it gives 4 values instead of 3", 70, 8, 4)]
    public void AnotherNetworkIsRefused(string says, params int[] sizes)
    {
        using var folder = TestData.Temporary();
        WriteModel(folder["m"], sizes);
        var error = Assert.Throws<ShrikeException>(() => SmallModelPackage.Load(folder["m"]));
        Assert.Equal(ExitCode.InvalidData, error.ExitCode);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }
}
