using Shrike.Core;
using Shrike.Examples.Candidates;
using Shrike.Examples.Reads;
using Shrike.Examples.SmallModel;
using Shrike.Formats.Messages;

namespace Shrike.Examples.Tests.SmallModel;

/// <summary>Which sites are offered, and what is done with the answers.</summary>
public sealed class SmallModelCallerTests
{
    private static readonly ReadBatch Batch = new BatchBuilder().Add(100, "4M", "ACGT").Add(100, "4M", "ACGT").Add(100, "4M", "ACGT").Add(100, "4M", "ACGT").Build(0, 1000);

    private static Candidate Site(int start, string reference, params string[] alts)
    {
        var info = new VariantCall { CallSetName = "s" };
        foreach (string key in (string[])["AD", "DP", "VAF"]) info.Info.Add(key, new ListValue());
        return new Candidate
        {
            Variant = new Variant { ReferenceName = "c", Start = start, End = start + reference.Length, ReferenceBases = reference, AlternateBases = { alts }, Calls = { info } },
            Support = [.. alts.Select((a, i) => new AlleleSupport(i, (short)i, false, 30))],
        };
    }

    /// <summary>Answers every row with the probability that stands for its ALT set.</summary>
    private static SmallModelOptions Options(Func<float[], float> best, int snp = 20, int indel = 28, SmallModelAcceptance acceptance = SmallModelAcceptance.Site, bool multi = true) => new()
    {
        Layout = new FeatureLayout(0, Haplotypes: false),
        CreateClassifier = () => (features, rows, probabilities) =>
        {
            for (int r = 0; r < rows; r++)
            {
                float p = best(features.Slice(r * 19, 19).ToArray());
                (probabilities[r * 3], probabilities[(r * 3) + 1], probabilities[(r * 3) + 2]) = (0, p, 1 - p);
            }
        },
        SnpThreshold = snp,
        IndelThreshold = indel,
        CallMultiAllelics = multi,
        Acceptance = acceptance,
    };

    private static (SmallModelAnswers Answers, OfferedSites Offered) Run(SmallModelOptions options, bool canDraw, params Candidate[] sites)
    {
        var caller = new SmallModelCaller(options);
        caller.Begin();
        OfferedSites offered = caller.Offer(sites, Batch);
        caller.Classify();
        return (caller.Decide(offered, _ => canDraw), offered);
    }

    private static string Text(SmallModelAnswers answers) =>
        $"draw {string.Join(' ', answers.ToDraw.Select(c => $"{c.Start}{(c.AltSets is { } sets ? $"[{string.Join("][", sets.Select(s => string.Join(',', s)))}]" : "")}"))}; answered {string.Join(' ', answers.Predictions.Select(p => $"{p.Variant.Start}[{string.Join(',', p.AltAlleleIndices.Indices)}]"))}";

    private static bool IsMarked(Candidate c) => c.Variant.Calls[0].Info.TryGetValue("MID", out ListValue? id) && id.Values is [{ StringValue: "small_model" }];

    [Theory]
    [InlineData(0.99f, 20, true)]
    [InlineData(0.98999f, 20, false)]
    [InlineData(0.998415f, 28, false)]
    [InlineData(0.9984152f, 28, true)]
    [InlineData(1f, 70, true)]
    [InlineData(1f, 71, false)]
    [InlineData(0.5f, 0, true)]
    public void AScoreAtTheThresholdIsAccepted(float p, int threshold, bool accepted)
    {
        SmallModelAnswers answers = Run(Options(_ => p, snp: threshold), true, Site(10, "A", "C")).Answers;
        Assert.Equal(accepted ? (0, 1) : (1, 0), (answers.ToDraw.Count, answers.Predictions.Count));
    }

    [Fact]
    public void IndelsHaveTheirOwnThreshold()
    {
        SmallModelAnswers answers = Run(Options(_ => 0.995f), true, Site(10, "A", "C"), Site(11, "A", "AT"), Site(12, "AT", "A"), Site(13, "AT", "GC")).Answers;
        Assert.Equal("draw 11 12 13; answered 10[0]", Text(answers));
    }

    [Fact]
    public void SitesNotOfferedComeFirstAndKeepTheirOrder()
    {
        Candidate[] sites = [Site(10, "A", "C"), Site(11, "A", "AT"), Site(12, "A", "C", "G"), Site(13, "A", "G"), Site(14, "A", "T", "AT")];
        Assert.Equal("draw 11 10 12 13 14; answered ", Text(Run(Options(_ => 0.5f, indel: -1), true, sites).Answers));
        Assert.Equal("draw 12 14 10 11 13; answered ", Text(Run(Options(_ => 0.5f, multi: false), true, sites).Answers));
        Assert.All(sites, s => Assert.False(IsMarked(s)));

        // A threshold of -1 keeps SNPs away, but what comes with a site of several ALTs passes it, as in the original.
        Assert.Equal("draw 10 13 11 14; answered 12[0] 12[1] 12[0,1]", Text(Run(Options(_ => 0.5f, snp: -1), true, sites).Answers));
    }

    [Fact]
    public void ASiteIsAnsweredWholeOrNotAtAll()
    {
        Candidate mixed = Site(10, "A", "C", "AT"), whole = Site(20, "A", "C", "G");
        SmallModelAnswers answers = Run(Options(f => f[12] == 1 ? 0.9999f : 0.5f), true, mixed, whole).Answers;
        Assert.Equal("draw 10; answered 20[0] 20[1] 20[0,1]", Text(answers));
        Assert.Null(mixed.AltSets);
        Assert.Equal((false, true), (IsMarked(mixed), IsMarked(whole)));
        Assert.Equal(["AD", "DP", "MID", "VAF"], whole.Variant.Calls[0].Info.Keys);
        Assert.All(answers.Predictions, p => Assert.Equal([0, 0.9999f, 1 - 0.9999f], p.GenotypeProbabilities.Select(x => (float)x)));
    }

    [Fact]
    public void SetsCanBeAnsweredForThemselves()
    {
        Candidate mixed = Site(10, "A", "C", "AT"), none = Site(20, "A", "AC");
        SmallModelAnswers answers = Run(Options(f => f[12] == 1 ? 0.9999f : 0.5f, acceptance: SmallModelAcceptance.Set), true, mixed, none).Answers;
        Assert.Equal("draw 10[1][0,1] 20[0]; answered 10[0]", Text(answers));
        Assert.True(IsMarked(mixed));

        // What cannot be drawn must not be answered in part.
        Candidate edge = Site(10, "A", "C", "AT");
        answers = Run(Options(f => f[12] == 1 ? 0.9999f : 0.5f, acceptance: SmallModelAcceptance.Set), false, edge).Answers;
        Assert.Empty(answers.Predictions);
        Assert.Equal((1, false), (answers.Withdrawn, IsMarked(edge)));
    }

    [Fact]
    public void SitesWithoutReadsOfAnAltAreSkipped()
    {
        Candidate bare = new() { Variant = Site(10, "A", "C", "G").Variant, Support = [new AlleleSupport(0, 0, false, 30)] };
        Candidate reference = new() { Variant = Site(11, "A", ".").Variant, Support = [new AlleleSupport(0, AlleleSupport.Reference, false, 30)] };
        (SmallModelAnswers answers, OfferedSites offered) = Run(Options(_ => 1), true, bare, reference);
        Assert.Equal("draw 10 11; answered ", Text(answers));
        Assert.Equal(2, offered.Unsupported);
    }

    [Fact]
    public void PartitionsClassifiedTogetherAreDecidedApart()
    {
        var caller = new SmallModelCaller(Options(f => f[12] == 1 ? 0.9999f : 0.5f));
        caller.Begin();
        OfferedSites first = caller.Offer([Site(10, "A", "C"), Site(11, "A", "AT")], Batch);
        OfferedSites none = caller.Offer([], Batch);
        OfferedSites second = caller.Offer([Site(20, "A", "AT"), Site(21, "A", "C")], Batch);
        caller.Classify();
        Assert.Equal("draw 20; answered 21[0]", Text(caller.Decide(second, _ => true)));
        Assert.Equal("draw ; answered ", Text(caller.Decide(none, _ => true)));
        Assert.Equal("draw 11; answered 10[0]", Text(caller.Decide(first, _ => true)));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(1.5f)]
    public void NoProbabilityIsAnError(float p)
    {
        var error = Assert.Throws<ShrikeException>(() => Run(Options(_ => p), true, Site(10, "A", "C")));
        Assert.StartsWith("c:11: the small model gave", error.Message, StringComparison.Ordinal);
    }
}
