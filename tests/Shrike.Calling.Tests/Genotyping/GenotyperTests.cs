using Shrike.Calling.Genotyping;
using Shrike.Calling.Records;

namespace Shrike.Calling.Tests.Genotyping;

public sealed class GenotyperTests
{
    private static Call Forced(int reference, int alternate, bool isAnswerable = true)
    {
        var call = new Call { IsForced = true, IsAnswerable = isAnswerable };
        call.Alternates.Add("C"u8.ToArray());
        call[CallField.Ad].Values.AddRange([FieldValue.Of(reference), FieldValue.Of(alternate)]);
        return call;
    }

    private static (int First, int Second, CallFilter Filter, int Gq) Fill(Call call, params double[] probabilities)
    {
        new Genotyper(new CallingOptions()).Fill(call, probabilities);
        return (call.First, call.Second, call.Filter, call[CallField.Gq].Values[0].Integer);
    }

    [Fact]
    public void AGivenAlleleWithReadsIsCalledAsAnyOther()
    {
        Assert.Equal((0, 1, CallFilter.Pass, 20), Fill(Forced(20, 2), 0.005, 0.99, 0.005));
        Assert.Equal((0, 0, CallFilter.RefCall, 30), Fill(Forced(20, 2), 0.999, 0.001, 0));
        Assert.Equal((-1, -1, CallFilter.RefCall, 10), Fill(Forced(20, 2), 0.9, 0.1, 0));
    }

    [Fact]
    public void WithoutReadsOfItTheReferenceMayBeCalledAndNothingElse()
    {
        // Others are all the reads show: the given allele is not there.
        Assert.Equal((0, 0, CallFilter.RefCall, 30), Fill(Forced(0, 0), 0.999, 0.001, 0));
        Call call = Forced(2, 0);
        Assert.Equal((-1, -1, CallFilter.NoCall, 0), Fill(call, 0.1, 0.8, 0.1));
        Assert.Equal([0, 0, 0], call.Likelihoods);
        Assert.Equal(0, call.Quality);
    }

    [Fact]
    public void NothingToAskIsNoCallWithAsManyLikelihoodsAsGenotypes()
    {
        Call call = Forced(5, 0, isAnswerable: false);
        Assert.Equal((-1, -1, CallFilter.NoCall, 0), Fill(call, 1.0 / 3, 1.0 / 3, 1.0 / 3));
        Assert.Equal([0, 0, 0], call.Likelihoods);
    }

    [Fact]
    public void AnOrdinaryCallWithoutReadsHasTwoLikelihoods()
    {
        Call call = Forced(0, 0);
        call.IsForced = false;
        Assert.Equal((-1, -1, CallFilter.NoCall, 0), Fill(call, 0.999, 0.001, 0));
        Assert.Equal([0, 0], call.Likelihoods);
    }
}
