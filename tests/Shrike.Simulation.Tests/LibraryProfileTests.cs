using System.Text.Json.Nodes;
using Shrike.Core;

namespace Shrike.Simulation.Tests;

/// <summary>Files of library profiles, and the table of substitutions.</summary>
public sealed class LibraryProfileTests
{
    private static string Shipped()
    {
        using Stream stream = typeof(LibraryProfile).Assembly.GetManifestResourceStream("profiles.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [Fact]
    public void AFileOfOnesOwnIsRead()
    {
        using var folder = TestData.Temporary();
        File.WriteAllText(folder["mine.json"], Shipped().Replace("hiseq125", "mine", StringComparison.Ordinal));
        IReadOnlyList<LibraryProfile> profiles = LibraryProfile.Read(folder["mine.json"]);
        Assert.Equal(LibraryProfile.Named("hiseq125").Stutter, LibraryProfile.Named("mine", profiles).Stutter);
        Assert.Equal(2, LibraryProfile.Named("mine", profiles).Substitutions.Length);
        Assert.Contains("there are hiseq100, mine,", Assert.Throws<ShrikeException>(() => LibraryProfile.Named("hiseq125", profiles)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stutter", "-1", "profile hiseq100: stutter is -1; it must lie in 0 to 100")]
    [InlineData("duplicates", "2", "profile hiseq100: duplicates is 2; it must lie in 0 to 1")]
    [InlineData("read_length", "5", "profile hiseq100: read_length is 5; it must lie in 20 to 1000")]
    [InlineData("quality_bins", "[0]", "profile hiseq100: quality_bins must lie in 2 to 41")]
    [InlineData("quality_bins", "[2, 42]", "profile hiseq100: quality_bins must lie in 2 to 41")]
    [InlineData("quality_plateau", "42", "profile hiseq100: quality_plateau is 42; it must lie in 0 to 41")]
    [InlineData("depth_wave", "0.6", "profile hiseq100: depth_wave is 0.6; it must lie in 0 to 0.5")]
    [InlineData("depth_wave_length", "0", "profile hiseq100: depth_wave_length is 0; it must lie in 10 to 10000000")]
    [InlineData("quality_bins", "null", "profile hiseq100: quality_bins and substitutions must be lists")]
    [InlineData("substitutions", "[null]", "profile hiseq100: quality_bins and substitutions must be lists")]
    [InlineData("read_lenght", "100", "is not a list of library profiles")]
    [InlineData("substitutions", """[{"a": [1, 1], "c": [1, 1, 1], "g": [1, 1, 1], "t": [1, 1, 1]}]""", "profile hiseq100: substitutions: every base needs three weights")]
    [InlineData("substitutions", """[{"third": 4, "a": [1, 1, 1], "c": [1, 1, 1], "g": [1, 1, 1], "t": [1, 1, 1]}]""", "profile hiseq100: substitutions: third is 4")]
    public void WhatIsWrongInOneIsNamed(string field, string value, string message)
    {
        using var folder = TestData.Temporary();
        JsonNode profiles = JsonNode.Parse(Shipped())!;
        profiles[0]![field] = JsonNode.Parse(value);
        File.WriteAllText(folder["odd.json"], profiles.ToJsonString());
        string said = Assert.Throws<ShrikeException>(() => LibraryProfile.Read(folder["odd.json"])).Message;
        Assert.StartsWith(folder["odd.json"], said, StringComparison.Ordinal);
        Assert.Contains(message, said, StringComparison.Ordinal);
    }

    [Fact]
    public void DepthWavesAreThoseOfTheFileOrTheUsualOnes()
    {
        using var folder = TestData.Temporary();
        JsonNode profiles = JsonNode.Parse(Shipped())!;
        Assert.All(profiles.AsArray(), p => Assert.Equal((0.2, 900.0), ((double)p!["depth_wave"]!, (double)p["depth_wave_length"]!)));
        profiles[0]!["depth_wave"] = 0.4;
        profiles[0]!["depth_wave_length"] = 5000;
        profiles[1]!.AsObject().Remove("depth_wave");
        profiles[1]!.AsObject().Remove("depth_wave_length");
        File.WriteAllText(folder["mine.json"], profiles.ToJsonString());
        IReadOnlyList<LibraryProfile> read = LibraryProfile.Read(folder["mine.json"]);
        Assert.Equal((0.4, 5000.0), (read[0].DepthWave, read[0].DepthWaveLength));
        Assert.Equal((0.2, 900.0), (read[1].DepthWave, read[1].DepthWaveLength));
    }

    [Fact]
    public void AMissingFieldOrFileIsNamed()
    {
        using var folder = TestData.Temporary();
        File.WriteAllText(folder["short.json"], """[{"name": "x", "read_length": 100}]""");
        Assert.Contains("insert_mean", Assert.Throws<ShrikeException>(() => LibraryProfile.Read(folder["short.json"])).Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.InputOutput, Assert.Throws<ShrikeException>(() => LibraryProfile.Read(folder["none.json"])).ExitCode);
    }

    [Fact]
    public void SubstitutionsFollowTheFirstRuleThatFits()
    {
        double[] even = [1, 1, 1];
        var table = new SubstitutionTable(
            [
                new SubstitutionRule { Third = 3, QualityBelow = 20, A = [0, 1, 0], C = even, G = even, T = [0, 0, 1] },
                new SubstitutionRule { QualityBelow = 20, A = [3, 1, 0], C = even, G = even, T = even },
            ],
            "test");
        Dictionary<char, int> Drawn(char from, double quality, int cycle) => Enumerable.Range(0, 1200).Select(i => (char)table.Draw((byte)from, quality, cycle, 100, i / 1200.0)).CountBy(b => b).ToDictionary();
        Assert.Equal(new() { ['G'] = 1200 }, Drawn('A', 10, 80));
        Assert.Equal(new() { ['G'] = 1200 }, Drawn('T', 2, 99));
        Assert.Equal(new() { ['C'] = 900, ['G'] = 300 }, Drawn('A', 10, 30));
        Assert.Equal(new() { ['C'] = 400, ['G'] = 400, ['T'] = 400 }, Drawn('A', 20, 80));
        Assert.Equal(new() { ['A'] = 400, ['C'] = 400, ['T'] = 400 }, Drawn('G', 60, 0));
        Assert.Equal(new() { ['R'] = 1200 }, Drawn('R', 10, 30));
    }
}
