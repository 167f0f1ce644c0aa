using Shrike.Examples.Reads;
using Shrike.Examples.Realigning.Windows;

namespace Shrike.Examples.Tests.Realigning;

public sealed class WindowSelectorTests
{
    [Theory]
    [InlineData(new[] { 20, 41 }, new[] { 16, 24, 37, 45 })]
    [InlineData(new[] { 20, 28 }, new[] { 16, 32 })]
    [InlineData(new[] { 20, 29 }, new[] { 16, 24, 25, 33 })]
    [InlineData(new[] { 1 }, new[] { -3, 5 })]
    public void MarksAreMerged(int[] marks, int[] expected)
    {
        var windows = new List<(int Start, int End)>();
        var merger = new WindowMerger(4, windows);
        foreach (int mark in marks) merger.Add(mark);
        merger.Complete();
        Assert.Equal(expected, windows.SelectMany(w => new[] { w.Start, w.End }));
    }

    [Theory]
    [InlineData("3M", "AAT", 52, 52)]
    [InlineData("1M3D1M", "AA", 51, 53)]
    [InlineData("1M2I1M", "ACCA", 49, 52)]
    [InlineData("1M3S", "ACCC", 48, 53)]
    [InlineData("3S1M", "CCCA", 47, 52)]
    [InlineData("1M5N1M", "AA", -1, -1)]
    [InlineData("3H2M", "AA", -1, -1)]
    public void AllelesMarkWhatTheyConcern(string cigar, string bases, int first, int last)
    {
        // One read is enough here, and padding 1 shows the marks: [first - 1, last + 1).
        var options = new WindowSelectorOptions { MinAlleleSupport = 1, MinSupportingReads = 1, MinDistance = 1 };
        Assert.Equal(first < 0 ? [] : [(first - 1, last + 1)], Select(options, (50, cigar, bases, 30, 60)));
    }

    [Fact]
    public void OneReadOrTwoDifferentOnesAreNotEnough()
    {
        var options = new WindowSelectorOptions();
        Assert.Empty(Select(options, (50, "3M", "AAT", 30, 60)));
        Assert.Empty(Select(options, (50, "1M3S", "ACCC", 30, 60), (50, "1M3S", "ACGC", 30, 60)));
        Assert.Equal([(-28, 132)], Select(options, (50, "3M", "AAT", 30, 60), (50, "3M", "AAT", 30, 60)));
        Assert.Empty(Select(options, (50, "3M", "AAT", 30, 60), (50, "3M", "AAT", 19, 60)));
        Assert.Empty(Select(options, (50, "3M", "AAT", 30, 60), (50, "3M", "AAT", 30, 19)));
    }

    [Fact]
    public void TooMuchSupportRemovesTheMark()
    {
        var reads = Enumerable.Repeat((50, "3M", "AAT", 30, 60), 301).ToArray();
        Assert.Empty(Select(new WindowSelectorOptions(), reads));
        Assert.Single(Select(new WindowSelectorOptions(), reads[..300]));
    }

    [Fact]
    public void TheStrictFilterWantsMoreThanTwoOfTwentyFiveInsertions()
    {
        // 2 of 25 is 0.08 less a little in single precision.
        var strict = new WindowSelectorOptions { StrictInsertionFilter = true };
        (int, string, string, int, int)[] insertions = [.. Enumerable.Repeat((50, "1M1I1M", "ACA", 30, 60), 2)];
        (int, string, string, int, int)[] Matching(int n) => [.. Enumerable.Repeat((50, "2M", "AA", 30, 60), n)];
        Assert.Empty(Select(strict, [.. insertions, .. Matching(23)]));
        Assert.Single(Select(strict, [.. insertions, .. Matching(22)]));
        Assert.Single(Select(new WindowSelectorOptions(), [.. insertions, .. Matching(23)]));
    }

    [Fact]
    public void TheLinearModelWeighsAlleles()
    {
        var options = new WindowSelectorOptions { MinDistance = 1, Linear = new LinearWindowModel() };
        Assert.Empty(Select(options, (50, "1M2I1M", "ACCA", 30, 60)));
        Assert.Equal([(48, 53)], Select(options, (50, "1M2I1M", "ACCA", 30, 60), (50, "1M2I1M", "AGGA", 30, 60)));
    }

    [Fact]
    public void AWindowModelCanBeRead()
    {
        using var folder = TestData.Temporary();
        File.WriteAllText(folder["m.pbtxt"], "model_type: ALLELE_COUNT_LINEAR\nallele_count_linear_model {\n  bias: -1.5\n  coeff_insertion: 2\n  decision_boundary: 3\n}\n");
        LinearWindowModel model = LinearWindowModel.Read(folder["m.pbtxt"], new WindowSelectorOptions()).Linear!;
        Assert.Equal((-1.5f, 2f, 0f, 3f), (model.Bias, model.Insertion, model.Deletion, model.Boundary));
        File.WriteAllText(folder["v.pbtxt"], "model_type: VARIANT_READS  # counts\nvariant_reads_model { min_num_supporting_reads: 3, max_num_supporting_reads : 90 }\n");
        WindowSelectorOptions options = LinearWindowModel.Read(folder["v.pbtxt"], new WindowSelectorOptions());
        Assert.Equal((3, 90), (options.MinSupportingReads, options.MaxSupportingReads));
        File.WriteAllText(folder["bad.pbtxt"], "bias: x\n");
        Assert.Contains("line 1", Assert.Throws<Core.ShrikeException>(() => LinearWindowModel.Read(folder["bad.pbtxt"], new WindowSelectorOptions())).Message, StringComparison.Ordinal);
        Assert.Throws<Core.ShrikeException>(() => LinearWindowModel.Read(folder["none.pbtxt"], new WindowSelectorOptions()));
    }

    private static List<(int Start, int End)> Select(WindowSelectorOptions options, params (int Start, string Cigar, string Bases, int Quality, int Mapq)[] reads)
    {
        using var folder = TestData.Temporary();
        var builder = new BatchBuilder();
        foreach (var read in reads) builder.Add(read.Start, read.Cigar, read.Bases, [.. Enumerable.Repeat((byte)read.Quality, read.Bases.Length)], mapq: (byte)read.Mapq);
        ReadBatch batch = builder.Build(0, 100);
        var windows = new List<(int Start, int End)>();
        new WindowSelector(options).Select(batch, 0, BatchBuilder.Window(folder.Path, new string('A', 100)), 0, 100, windows);
        return windows;
    }
}
