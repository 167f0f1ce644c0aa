using Shrike.Cli.Commands;
using Shrike.Core;
using Shrike.Inference.SmallModels;

namespace Shrike.Cli.Tests.Commands;

public sealed class ModelsCommandTests
{
    [Fact]
    public void ASmallModelOfTheOriginalIsImportedAndDescribed()
    {
        using var folder = TestData.Temporary();
        int[] sizes = [70, 20, 10, 3];
        WriteSavedModel(folder["original"], sizes);
        string log = Run("import", folder["original"], "-o", folder["package"], "--name", "mine").Log;
        Assert.Contains("mine: small model of 70-20-10-3, window of 51", log, StringComparison.Ordinal);
        Assert.True(SmallModelPackage.IsOne(folder["package"]));
        SmallModelPackage original = SmallModelPackage.Load(folder["original"]), package = SmallModelPackage.Load(folder["package"]);
        Assert.Equal("mine", package.Description.Name);
        Assert.All(original.Weights, w => Assert.Equal(w.Value.Values, package.Weights[w.Key].Values));
        foreach (string model in new[] { folder["original"], folder["package"] })
        {
            string text = Run("inspect", model).Output;
            Assert.Contains("70-20-10-3, 1663 weights in 6 tensors", text, StringComparison.Ordinal);
            Assert.Contains("51 positions, without haplotypes", text, StringComparison.Ordinal);
            Assert.Contains("SNP not stated", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void AWindowThatDoesNotFitIsNamed()
    {
        using var folder = TestData.Temporary();
        WriteSavedModel(folder["original"], [50, 4, 3]);
        ShrikeException e = Assert.Throws<ShrikeException>(() => Run("import", folder["original"], "-o", folder["package"]));
        Assert.Contains("--small_model_vaf_context_window_size", e.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["package"]));
        Run("import", folder["original"], "-o", folder["package"], "--small_model_vaf_context_window_size=31");
        Assert.Equal(31, SmallModelPackage.Load(folder["package"]).Description.ContextWindow);
    }

    [Fact]
    public void ThePackageThatShipsIsDescribed()
    {
        string root = TestData.RepositoryRoot();
        Assert.Contains("70-128-64-3", Run("inspect", Path.Combine(root, "models", "wgs-small")).Output, StringComparison.Ordinal);
        Assert.Contains("RowNet", Run("inspect", Path.Combine(root, "models", "wgs")).Output, StringComparison.Ordinal);
        Assert.Contains("sites with two ALTs", Run("inspect", Path.Combine(root, "models", "wgs-multiallelic")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void PrecisionAndPackageMustAgree()
    {
        string model = Path.Combine(TestData.RepositoryRoot(), "models", "wgs");
        ShrikeException e = Assert.Throws<ShrikeException>(() => CallVariantsCommand.Run(["--examples=x", "--outfile=y.tfrecord.gz", "--checkpoint", model, "--precision=int8"], new CommandContext(TextWriter.Null, _ => { }, default)));
        Assert.Equal(ExitCode.Usage, e.ExitCode);
        Assert.Contains("shrike models quantize", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FlagsThatChangeNothingAreNoted()
    {
        var log = new List<string>();
        Assert.Throws<ShrikeException>(() => CallVariantsCommand.Run(["--examples=x", "--outfile=y.tfrecord.gz", "--checkpoint=/nowhere", "--num_readers=8", "--kmp_blocktime", "0"], new CommandContext(TextWriter.Null, log.Add, default)));
        Assert.Equal(["--num_readers changes nothing here", "--kmp_blocktime changes nothing here"], log);
    }

    private static (string Output, string Log) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        var log = new List<string>();
        ModelsCommand.Run(arguments, new CommandContext(output, log.Add, default));
        return (output.ToString(), string.Join('\n', log));
    }

    private static void WriteSavedModel(string folder, int[] sizes)
    {
        Directory.CreateDirectory(Path.Combine(folder, "variables"));
        File.WriteAllBytes(Path.Combine(folder, "saved_model.pb"), []);
        var random = new Random(3);
        var writer = new BundleWriter();
        var names = new List<string>();
        for (int l = 0; l + 1 < sizes.Length; l++)
        {
            Add($"layer_with_weights-{l}/kernel", [sizes[l], sizes[l + 1]]);
            Add($"layer_with_weights-{l}/bias", [sizes[l + 1]]);
        }

        writer.AddObjectGraph(names);
        writer.Write(Path.Combine(folder, "variables", "variables"));

        void Add(string name, long[] shape)
        {
            names.Add(name);
            writer.AddFloats(name + "/.ATTRIBUTES/VARIABLE_VALUE", shape, [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (n, d) => n * d)).Select(_ => random.NextSingle() - 0.5f)]);
        }
    }
}
