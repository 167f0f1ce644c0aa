using Shrike.Core;
using Shrike.Formats.Safetensors;
using Shrike.Inference.SmallModels;

namespace Shrike.Inference.Tests.SmallModels;

/// <summary>Packages of small models: what goes in comes out, and whatever is wrong is one line.</summary>
public sealed class SmallModelPackageTests
{
    private static readonly SmallModelDescription Description = new() { Name = "tiny", Version = "1", ContextWindow = 3, Layers = [22, 5, 3], SnpGqThreshold = 20 };

    private static Dictionary<string, Tensor> Weights(params int[] sizes)
    {
        (Tensor Kernel, Tensor Bias)[] layers = PerceptronTests.RandomLayers(new Random(1), sizes);
        var weights = new Dictionary<string, Tensor>();
        for (int l = 0; l < layers.Length; l++) (weights[SmallModelPackage.KernelName(l)], weights[SmallModelPackage.BiasName(l)]) = layers[l];
        return weights;
    }

    [Fact]
    public void APackageComesBackAsItWasSaved()
    {
        using var folder = TestData.Temporary();
        Dictionary<string, Tensor> weights = Weights(22, 5, 3);
        SmallModelPackage.Save(folder["m"], Description, weights);
        SmallModelPackage package = SmallModelPackage.Load(folder["m"]);
        Assert.Equal((20, null, 22), (package.Description.SnpGqThreshold, package.Description.IndelGqThreshold, package.Network.Inputs));
        Assert.Equal(64, package.Description.WeightsSha256.Length);
        foreach ((string name, Tensor t) in weights) Assert.Equal(t.Values, package.Weights[name].Values);
        Assert.True(SmallModelPackage.IsOne(folder["m"]));
        Assert.False(SmallModelPackage.IsOne(folder.Path));
    }

    [Fact]
    public void WhateverIsWrongIsOneClearLine()
    {
        using var folder = TestData.Temporary();
        void Fails(ExitCode code, string says, Action<string> damage)
        {
            string path = folder[Guid.NewGuid().ToString("N")];
            SmallModelPackage.Save(path, Description, Weights(22, 5, 3));
            damage(path);
            var error = Assert.Throws<ShrikeException>(() => SmallModelPackage.Load(path));
            Assert.True(error.ExitCode == code && error.Message.Contains(says, StringComparison.Ordinal) && !error.Message.Contains('\n', StringComparison.Ordinal), $"{error.ExitCode}: {error.Message}");
        }

        void Edit(string path, string from, string to)
        {
            string file = Path.Combine(path, "model.json");
            string text = File.ReadAllText(file);
            Assert.Contains(from, text, StringComparison.Ordinal);
            File.WriteAllText(file, text.Replace(from, to, StringComparison.Ordinal));
        }

        void Replace(string path, Dictionary<string, Tensor> weights)
        {
            string file = Path.Combine(path, "weights.safetensors"), old = SafetensorsFile.Sha256(file);
            SafetensorsFile.Write(file, weights);
            Edit(path, old, SafetensorsFile.Sha256(file));
        }

        Fails(ExitCode.InputOutput, "no such folder", p => Directory.Delete(p, recursive: true));
        Fails(ExitCode.InputOutput, "model.json is missing", p => File.Delete(Path.Combine(p, "model.json")));
        Fails(ExitCode.InputOutput, "weights.safetensors is missing", p => File.Delete(Path.Combine(p, "weights.safetensors")));
        Fails(ExitCode.InvalidData, "not a description", p => File.WriteAllText(Path.Combine(p, "model.json"), "{\"kind\": \"small_model\", "));
        Fails(ExitCode.InvalidData, "not a description", p => File.WriteAllText(Path.Combine(p, "model.json"), "[]"));
        Fails(ExitCode.InvalidData, "not a description", p => Edit(p, "\"name\": \"tiny\"", "\"name\": null"));
        Fails(ExitCode.Usage, "names no kind, as that of a network", p => Edit(p, "\"kind\": \"small_model\",", ""));
        Fails(ExitCode.Usage, "names the kind \"large_model\"", p => Edit(p, "small_model", "large_model"));
        Fails(ExitCode.InvalidData, "is not odd", p => Edit(p, "\"context_window\": 3", "\"context_window\": 4"));
        Fails(ExitCode.InvalidData, "there are 24", p => Edit(p, "\"context_window\": 3", "\"context_window\": 5"));
        Fails(ExitCode.InvalidData, "its layers are", p => Edit(p, "    5,", "    2000000000,"));
        Fails(ExitCode.InvalidData, "instead of 3", p => Edit(p, "    3\n", "    4\n"));
        Fails(ExitCode.InvalidData, "layer0.kernel is [22, 5] instead of [22, 6]", p => Edit(p, "    5,", "    6,"));
        Fails(ExitCode.InvalidData, "checksum", p => File.AppendAllText(Path.Combine(p, "weights.safetensors"), "x"));
        Fails(ExitCode.InvalidData, "layer1.bias is missing", p => Replace(p, Weights(22, 5, 3).Where(w => w.Key != "layer1.bias").ToDictionary()));
        Fails(ExitCode.InvalidData, "6 tensors instead of 4", p => Replace(p, Weights(22, 5, 3, 3)));
        Fails(ExitCode.InvalidData, "no numbers", p => Replace(p, Weights(22, 5, 3).ToDictionary(w => w.Key, w => w.Value with { Values = [.. w.Value.Values.Select((v, i) => i == 1 ? float.NaN : v)] })));
    }

    [Fact]
    public void MutatedPackagesAreErrorsAndNothingWorse()
    {
        using var folder = TestData.Temporary();
        SmallModelPackage.Save(folder["m"], Description, Weights(22, 5, 3));
        string json = Path.Combine(folder["m"], "model.json"), tensors = Path.Combine(folder["m"], "weights.safetensors");
        byte[] text = File.ReadAllBytes(json), values = File.ReadAllBytes(tensors);
        string sha = SafetensorsFile.Sha256(tensors);
        var random = new Random(11);
        int errors = 0;
        for (int i = 0; i < 2000; i++)
        {
            byte[] mutatedText = text, mutatedValues = values;
            if (i % 2 == 0) mutatedText = Mutate(text, text.Length, random);
            else mutatedValues = Mutate(values, Math.Min(values.Length, 400), random);
            File.WriteAllBytes(tensors, mutatedValues);

            // With the checksum put right, so that what lies behind it is tested too.
            File.WriteAllText(json, System.Text.Encoding.Latin1.GetString(mutatedText).Replace(sha, SafetensorsFile.Sha256(tensors), StringComparison.Ordinal), System.Text.Encoding.Latin1);
            try
            {
                SmallModelPackage.Load(folder["m"]);
            }
            catch (ShrikeException e)
            {
                Assert.DoesNotContain('\n', e.Message);
                errors++;
            }
        }

        Assert.True(errors > 500, $"only {errors} of 2000 were noticed");
    }

    [Fact]
    public void AnotherModelOfTheOriginalIsNotASmallModel()
    {
        var error = Assert.Throws<ShrikeException>(() => SmallModelPackage.Load(TestData.PathOf("upstream", "multiallelic_model")));
        Assert.Contains("is not a small model: it gives 6 values", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Mutate(byte[] source, int length, Random random)
    {
        byte[] bytes = [.. source];
        for (int n = 1 + random.Next(3); n > 0; n--) bytes[random.Next(length)] = (byte)random.Next(256);
        return random.Next(5) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }
}
