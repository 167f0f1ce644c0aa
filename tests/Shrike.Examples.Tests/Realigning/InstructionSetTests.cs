using System.Diagnostics;
using System.Runtime.Intrinsics.X86;

namespace Shrike.Examples.Tests.Realigning;

/// <summary>Runs the tests of vector code again, in processes where wider instruction sets are switched off.</summary>
public sealed class InstructionSetTests
{
    private const string Expected = "SHRIKE_TEST_VECTORS";

    [Theory]
    [InlineData("avx2", "DOTNET_EnableAVX512=0")]
    [InlineData("none", "DOTNET_EnableAVX2=0", "DOTNET_EnableAVX=0")]
    public void TestsPassWithout(string left, params string[] switches)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string c in new[] { nameof(LocalAlignerTests), nameof(UngappedPlacerTests), nameof(WindowAssemblerTests), nameof(HaplotypeAlignerTests), nameof(RealignerTests), "InstructionSetTests+VectorsOfThisProcess" })
        {
            start.ArgumentList.Add("-class");
            start.ArgumentList.Add($"{typeof(InstructionSetTests).Namespace}.{c}");
        }

        start.ArgumentList.Add("-noColor");
        foreach (string s in switches) start.Environment[s.Split('=')[0]] = s.Split('=')[1];
        start.Environment[Expected] = left;
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
        Assert.Matches(@"Total: ([4-9]\d|\d{3}), Errors: 0, Failed: 0", output);
    }

    /// <summary>Makes sure that the switches did switch.</summary>
    public sealed class VectorsOfThisProcess
    {
        [Fact]
        public void AreThoseExpected()
        {
            string expected = Environment.GetEnvironmentVariable(Expected) ?? "all";
            if (expected != "all") Assert.False(Avx512BW.IsSupported);
            if (expected == "none") Assert.False(Avx2.IsSupported);
        }
    }
}
