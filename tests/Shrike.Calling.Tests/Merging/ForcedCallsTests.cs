using System.Text;
using Shrike.Calling.Merging;
using Shrike.Calling.Records;

namespace Shrike.Calling.Tests.Merging;

public sealed class ForcedCallsTests
{
    private static Call Call(int start, string reference, string alts, bool isForced = false)
    {
        var call = new Call { Start = start, End = start + reference.Length, Reference = Encoding.ASCII.GetBytes(reference), IsForced = isForced };
        foreach (string alt in alts.Split(',')) call.Alternates.Add(Encoding.ASCII.GetBytes(alt));
        return call;
    }

    [Theory]
    [InlineData("A", "C", true)]
    [InlineData("A", "G", false)]
    [InlineData("A", "AT", true)]
    [InlineData("A", "ATT", false)]
    [InlineData("ATT", "A", true)]
    [InlineData("AT", "A", true)]
    [InlineData("ATTG", "A", false)]
    [InlineData("AT", "C", false)]
    public void AnAlleleOfAnotherCallIsNotWrittenTwice(string reference, string alternate, bool isFound)
    {
        // Spelled against the longest deletion: a deletion of one and of two bases, a substitution, an insertion.
        List<Call> calls = [Call(9, "C", "T"), Call(10, "ATT", "A,AT,CTT,ATTT")];
        List<Call> forced = [Call(10, reference, alternate, isForced: true)];
        Assert.Equal(isFound ? 0 : 1, ForcedCalls.Insert(calls, forced));
        Assert.Equal(isFound ? 2 : 3, calls.Count);
        Assert.Empty(forced);
    }

    [Fact]
    public void TheySortBehindTheOthersOfTheSamePlace()
    {
        Call a = Call(10, "AT", "A"), b = Call(12, "G", "C"), c = Call(20, "G", "C");
        Call before = Call(5, "A", "C", true), shorter = Call(10, "A", "C", true), same = Call(10, "AT", "C", true), between = Call(12, "G", "T", true), wide = Call(12, "GGGGGGGGG", "G", true), behind = Call(30, "A", "C", true);
        List<Call> calls = [a, b, c];
        Assert.Equal(6, ForcedCalls.Insert(calls, [before, same, shorter, wide, between, behind]));
        Assert.Equal([before, shorter, a, same, b, between, wide, c, behind], calls);
    }

    [Fact]
    public void OthersKeepTheirOrderAsItIs()
    {
        Call wide = Call(10, "AAAA", "A"), narrow = Call(10, "A", "C");
        List<Call> calls = [wide, narrow];
        Assert.Equal(1, ForcedCalls.Insert(calls, [Call(10, "AA", "A", true)]));
        Assert.Equal([wide, narrow], calls.Where(x => !x.IsForced));
    }
}
