using System.Text;
using Shrike.Calling.Genotyping;
using Shrike.Calling.Haplotypes;
using Shrike.Calling.Records;

namespace Shrike.Calling.Tests.Haplotypes;

public sealed class OverlapResolverTests
{
    private static Call Call(int start, string reference, string alts, int i, int j, params double[] likelihoods)
    {
        var call = new Call { Start = start, End = start + reference.Length, Reference = Encoding.ASCII.GetBytes(reference) };
        foreach (string alt in alts.Split(',')) call.Alternates.Add(Encoding.ASCII.GetBytes(alt));
        call.SetGenotype(i, j);
        call.Likelihoods.AddRange(likelihoods);
        return call;
    }

    private static string Genotype(Call call) => $"{call.First}/{call.Second}";

    private static List<Call> Resolve(params List<Call> group)
    {
        List<Call> result = [.. group];
        new OverlapResolver().Resolve(result);
        return result;
    }

    [Fact]
    public void TwoCallsAreResolvedAsPublished()
    {
        List<Call> result = Resolve([
            Call(20, "ACGTAC", "A", 0, 1, -2, -0.0506099933550872, -1),
            Call(23, "T", "G", 1, 1, -2, -0.3098039199714863, -0.3010299956639812)]);
        Assert.Equal(["0/1", "0/1"], result.Select(Genotype));
        double[] first = [-1.658964842664435, -0.0106048316835034, -2.658964842664435];
        double[] second = [-1.658964842664435, -0.0145262531965965, -1.959994838328416];
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(first[i], result[0].Likelihoods[i], 1e-10);
            Assert.Equal(second[i], result[1].Likelihoods[i], 1e-10);
        }
    }

    [Fact]
    public void CompatibleCallsStay()
    {
        Call a = Call(20, "ACGTAC", "A", 0, 1, -2, -0.05, -1);
        Call b = Call(23, "T", "G", 0, 1, -2, -0.05, -1);
        Assert.Equal([a, b], Resolve([a, b]));
    }

    [Fact]
    public void ReferenceCallsComeFirstAndDoNotBridge()
    {
        Call wide = Call(10, "ACGTACGTACGT", "A", 0, 0, -0.01, -2, -3);
        Call left = Call(11, "C", "T", 1, 1, -5, -2, -0.01);
        Call right = Call(15, "C", "T", 1, 1, -5, -2, -0.01);
        Assert.Equal([wide, left, right], Resolve([wide, left, right]));
    }

    [Fact]
    public void JointLikelihoodsEqualBruteForce()
    {
        var random = new Random(3);
        for (int round = 0; round < 200; round++)
        {
            int n = 2 + random.Next(3);
            var calls = new List<Call>();
            for (int v = 0; v < n; v++)
            {
                int alts = 1 + random.Next(2);
                double[] p = [.. Enumerable.Range(0, Likelihoods.GenotypeCount(alts + 1)).Select(_ => random.NextDouble())];
                double sum = p.Sum();
                (int i, int j) = Likelihoods.Genotype(Likelihoods.ArgMax(p));
                if (j == 0) (i, j) = (0, 1);
                calls.Add(Call(10 + v, new string('A', 3 + random.Next(4)), alts == 1 ? "C" : "C,G", i, j, [.. p.Select(x => Math.Log10(x / sum))]));
            }

            List<string> expected = BruteForce(calls);
            List<Call> resolved = Resolve([.. calls]);
            Assert.Equal(expected, resolved.Select(Genotype));
            Assert.All(resolved, c => Assert.Equal(1, c.Likelihoods.Sum(l => Math.Pow(10, l)), 1e-9));
        }
    }

    [Fact]
    public void TooManyJointGenotypesLeaveTheCallsAsTheyAre()
    {
        double[] likelihoods = [.. Enumerable.Repeat(-1.0, Likelihoods.GenotypeCount(6))];
        List<Call> calls = [.. Enumerable.Range(0, 12).Select(i => Call(10 + (2 * i), "ACG", "A,C,G,T,AA", 1, 1, likelihoods))];
        Assert.Equal([.. calls], Resolve([.. calls]));
        Assert.All(calls, c => Assert.Equal("1/1", Genotype(c)));
    }

    private static List<string> BruteForce(List<Call> calls)
    {
        List<string> before = [.. calls.Select(Genotype)];
        bool Fits(IReadOnlyList<int> genotypes)
        {
            for (int at = 0; at < 40; at++)
            {
                int copies = 0;
                for (int v = 0; v < calls.Count; v++)
                {
                    (int i, int j) = Likelihoods.Genotype(genotypes[v]);
                    if (calls[v].Start <= at && at < calls[v].End) copies += (i > 0 ? 1 : 0) + (j > 0 ? 1 : 0);
                }

                if (copies > 2) return false;
            }

            return true;
        }

        int[] called = [.. calls.Select(c => Likelihoods.GenotypeIndex(c.First, c.Second))];
        if (Fits(called)) return before;
        int[] sizes = [.. calls.Select(c => c.Likelihoods.Count)];
        var weights = calls.Select((_, v) => new double[sizes[v]]).ToArray();
        double best = -1;
        int[] joint = [];
        for (int code = 0; code < sizes.Aggregate(1, (a, b) => a * b); code++)
        {
            int rest = code;
            int[] genotypes = [.. sizes.Select(s =>
            {
                int g = rest % s;
                rest /= s;
                return g;
            })];
            if (!Fits(genotypes)) continue;
            double p = 1;
            for (int v = 0; v < calls.Count; v++) p *= Math.Pow(10, calls[v].Likelihoods[genotypes[v]]);
            for (int v = 0; v < calls.Count; v++) weights[v][genotypes[v]] += p;
            if (p > best) (best, joint) = (p, genotypes);
        }

        bool agree = Enumerable.Range(0, calls.Count).All(v => Likelihoods.ArgMax(weights[v]) == joint[v]);
        return agree ? [.. joint.Select(g => Likelihoods.Genotype(g)).Select(g => $"{g.I}/{g.J}")] : before;
    }
}
