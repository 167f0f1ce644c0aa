using Shrike.Calling.Statistics.Charts;

namespace Shrike.Calling.Tests.Statistics.Charts;

public sealed class ChartsTests
{
    [Theory]
    [InlineData(78, 5, 20)]
    [InlineData(5, 5, 1)]
    [InlineData(0.3, 3, 0.1)]
    [InlineData(3, 5, 1)]
    [InlineData(1_000_000, 4, 500_000)]
    public void StepsAreRound(double range, int most, double step) => Assert.Equal(step, Axis.Step(range, most, range < 1 ? 0 : 1), 1e-12);

    [Fact]
    public void AxesAreMarkedAtRoundValues()
    {
        Assert.Equal([-20, -10, 0, 10, 20], new Axis(-25, 23, 0, 100).Ticks(5));
        Assert.Equal("0", Numbers.Short(new Axis(-25, 23, 0, 100).Ticks(5)[2]));
        Assert.Equal([1, 10, 100, 1000], Axis.OfCounts(5000, 100, 0, isLog: true).Ticks(4));
        Assert.Equal((0, 6000), (Axis.OfCounts(5100, 100, 0).From, Axis.OfCounts(5100, 100, 0).To));
        Assert.Equal((100, 50, 0), (Axis.OfCounts(10, 100, 0).At(0), new Axis(0, 10, 100, 0).At(5), new Axis(0, 10, 100, 0).At(99)));
        Assert.Equal(50, new Axis(1, 100, 0, 100, IsLog: true).At(10), 1e-9);
    }

    [Fact]
    public void ManyBarsAreJoined()
    {
        Histogram h = Histogram.OfValues(Enumerable.Range(-20, 41).Where(v => v != 0).Select(v => (v, 1L)));
        Assert.Same(h, h.Grouped(41));
        Histogram joined = h.Grouped(10);
        Assert.Equal(5, joined.Width);
        Assert.Equal(["-20 to -16", "-15 to -11", "-10 to -6", "-5 to -1", "0 to 4", "5 to 9", "10 to 14", "15 to 19", "20 to 24"], joined.Bars.Select(joined.Name));
        Assert.Equal([5, 5, 5, 5, 4, 5, 5, 5, 1], joined.Bars.Select(b => b.Count));
    }

    [Fact]
    public void RareLargeValuesShareABar()
    {
        Histogram h = Histogram.OfValues([(30, 997), (40, 1), (5000, 2)]);
        Histogram clipped = h.Clipped(0);
        Assert.Equal(["30", "31 or more"], clipped.Bars.Select(clipped.Name));
        Assert.Equal((1000, 30.5), (clipped.Total, clipped.To));
        Assert.Equal(["30", "40", "151 or more"], h.Clipped(150.5).Bars.Select(h.Name));
        Histogram even = Histogram.OfValues([(30, 1), (35, 1)]);
        Assert.Same(even, even.Clipped(0));
        Assert.Equal("30", even.Median());
    }

    [Fact]
    public void NumbersAreShort() =>
        Assert.Equal(["0", "6000", "15k", "2.5M", "3G", "0.5"], new[] { 0, 6000, 15000, 2.5e6, 3e9, 0.5 }.Select(Numbers.Short));
}
