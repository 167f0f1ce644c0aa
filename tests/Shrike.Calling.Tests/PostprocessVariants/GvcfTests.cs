using System.Globalization;
using CsCheck;
using Shrike.Calling.PostprocessVariants;

namespace Shrike.Calling.Tests.PostprocessVariants;

/// <summary>What joint callers rely on.</summary>
public sealed class GvcfTests
{
    [Fact]
    public void EveryBaseIsCoveredOnceByBlocksOrByCalls() => Gen.Int[0, 1_000_000].Sample(
        seed =>
        {
            using var data = new RandomRun(seed, length: 500);
            PostprocessDriver.Run(data.Run());
            foreach ((string contig, string bases) in data.Contigs)
            {
                var blocks = new int[bases.Length];
                var calls = new int[bases.Length];
                long before = -1;
                foreach (string[] c in RandomRun.Records(data["out.g.vcf"]).Where(r => r[0] == contig))
                {
                    int start = int.Parse(c[1], CultureInfo.InvariantCulture) - 1;
                    Assert.True(start >= before, $"{contig}:{start + 1} is not sorted");
                    before = start;
                    string[] alternates = c[4].Split(',');
                    Assert.Equal("<*>", alternates[^1]);
                    Assert.Equal(bases.Substring(start, c[3].Length), c[3]);
                    bool isBlock = alternates.Length == 1;
                    int end = isBlock ? int.Parse(c[7]["END=".Length..], CultureInfo.InvariantCulture) : start + c[3].Length;
                    for (int i = start; i < end; i++) (isBlock ? blocks : calls)[i]++;
                }

                for (int i = 0; i < bases.Length; i++)
                {
                    Assert.True(blocks[i] + Math.Min(calls[i], 1) == 1, $"{contig}:{i + 1} is covered by {blocks[i]} blocks and {calls[i]} calls");
                }
            }
        },
        iter: 60);

    [Fact]
    public void CallsAreThoseOfTheVcfWithAnImpossibleAllele()
    {
        using var data = new RandomRun(3);
        PostprocessDriver.Run(data.Run() with { Calling = new CallingOptions { OnlyKeepPass = true } });
        PostprocessDriver.Run(data.Run("all.vcf", null));
        List<string[]> calls = [.. RandomRun.Records(data["out.g.vcf"]).Where(r => r[4] != "<*>")];
        List<string[]> all = RandomRun.Records(data["all.vcf"]);
        Assert.Equal(all.Select(r => (r[0], r[1], r[3], r[4] + ",<*>", r[5], r[6])), calls.Select(r => (r[0], r[1], r[3], r[4], r[5], r[6])));
        Assert.Equal(all.Where(r => r[6] == "PASS").Select(r => r[1]), RandomRun.Records(data["out.vcf"]).Select(r => r[1]));
        for (int i = 0; i < all.Count; i++)
        {
            string[] plain = all[i][9].Split(':');
            string[] any = calls[i][9].Split(':');
            Assert.Equal(plain[0] + plain[1], any[0] + any[1]);
            int alternates = all[i][4].Split(',').Length;
            Assert.Equal(plain[3] + ",0", any[3]);
            Assert.Equal(plain[5] + string.Concat(Enumerable.Repeat(",990", alternates + 2)), any[5]);
        }
    }
}
