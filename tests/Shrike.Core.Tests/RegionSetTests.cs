using CsCheck;

namespace Shrike.Core.Tests;

public sealed class RegionSetTests
{
    private static readonly Contig[] Contigs = [new("1", 100, 0), new("2", 200, 1)];

    private static RegionSet Set(params (string, int, int)[] regions) => new(regions.Select(r => new Region(r.Item1, r.Item2, r.Item3)), Contigs);

    [Fact]
    public void TouchingIntervalsMergeAndUnknownContigsVanish() =>
        Assert.Equal([new Region("1", 5, 30), new Region("2", 0, 10)], Set(("2", 0, 10), ("1", 20, 30), ("1", 5, 20), ("3", 1, 2)).Regions);

    [Fact]
    public void EmptyIntervalsAreRefused() => Assert.Equal(ExitCode.Usage, Assert.Throws<ShrikeException>(() => Set(("1", 5, 5))).ExitCode);

    [Fact]
    public void AlgebraEqualsSetsOfPositions()
    {
        var region = Gen.Select(Gen.Int[0, 80], Gen.Int[1, 19]).Select((s, l) => ("1", s, s + l));
        Gen.Select(region.Array[0, 8], region.Array[0, 8]).Sample((a, b) =>
        {
            HashSet<int> Positions(RegionSet s) => [.. s.On("1").SelectMany(r => Enumerable.Range(r.Start, r.Length))];
            RegionSet x = Set(a);
            RegionSet y = Set(b);
            HashSet<int> p = Positions(x);
            HashSet<int> q = Positions(y);
            Assert.Equal(p.Intersect(q).Order(), Positions(x.Intersect(y)).Order());
            Assert.Equal(p.Except(q).Order(), Positions(x.Subtract(y)).Order());
            for (int i = 0; i < 110; i++) Assert.Equal(p.Contains(i), x.Contains("1", i));
        });
    }
}
