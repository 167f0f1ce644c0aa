using Shrike.Inference.Models;

namespace Shrike.EndToEnd;

/// <summary>What the program says of the machine, and of what it lacks.</summary>
public sealed class DoctorTests
{
    [Fact]
    public void WhatCallingNeedsIsNamed()
    {
        ShrikeProgram.Result doctor = ShrikeProgram.Run("doctor");
        Assert.Equal(0, doctor.ExitCode);
        string Line(string name) => Assert.Single(doctor.Output.Split('\n'), l => l.StartsWith(name + " ", StringComparison.Ordinal));
        Assert.Matches(@"^htslib +1\.\d+[^ ]*, /.*libhts", Line("htslib"));
        Assert.Matches(@"^ONNX Runtime +1\.\d+", Line("ONNX Runtime"));
        Assert.Contains($"wgs {ModelPackage.Load(ModelPackage.DefaultFolder("WGS")).Description.Version}, wgs-small ", Line("default models"), StringComparison.Ordinal);
    }

    [Fact]
    public void MissingHtslibIsOneLineWithItsCure()
    {
        using var folder = TestData.Temporary();
        ShrikeProgram.Result run = ShrikeProgram.Run(["run", "--model_type", "WGS", "--ref", "r.fa", "--reads", "r.bam", "--output_vcf", folder["o.vcf"]], ("SHRIKE_HTSLIB", "/nonexistent/libhts.so.3"));
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("shrike: error: htslib not found (tried /nonexistent/libhts.so.3): apt-get install libhts3", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
        ShrikeProgram.Result doctor = ShrikeProgram.Run(["doctor"], ("SHRIKE_HTSLIB", "/nonexistent/libhts.so.3"));
        Assert.Equal(2, doctor.ExitCode);
        Assert.Contains("nothing can be called here: htslib not found", doctor.Error, StringComparison.Ordinal);
        Assert.Contains("ONNX Runtime", doctor.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void AModelOfAnotherKindIsNamed()
    {
        string Says(params string[] arguments)
        {
            ShrikeProgram.Result run = ShrikeProgram.Run(arguments);
            Assert.Equal(2, run.ExitCode);
            return run.Error;
        }

        string small = ModelFolders.Find("wgs-small"), network = ModelFolders.Find("wgs");
        using var folder = TestData.Temporary();
        File.WriteAllText(folder["e.tfrecord"], "");
        Assert.Contains("is not a network for images: its model.json names the kind \"small_model\"", Says("call-variants", "--examples", folder["e.tfrecord"], "--outfile", folder["o.tfrecord"], "--checkpoint", small), StringComparison.Ordinal);
        Assert.Contains("is not a model of sites with two ALTs: its model.json names no kind", Says("run", "--model_type", "WGS", "--ref", TestData.Hg19Chr20, "--reads", TestData.Na12878Bam, "--output_vcf", folder["o.vcf"], "--multiallelic_model", network), StringComparison.Ordinal);
    }
}
