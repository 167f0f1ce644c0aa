using Shrike.Calling.PostprocessVariants;
using Shrike.Formats.Messages;
using Shrike.Hts;

namespace Shrike.Calling.Tests.PostprocessVariants;

/// <summary>Fields and panels that are not as the original writes them.</summary>
public sealed class UnusualFieldTests
{
    private static string[] Call(Action<VariantCall> change)
    {
        using var data = new RandomRun(1, length: 400);
        List<CallVariantsOutput> predictions = [.. data.Predictions.Select(p => p.Clone())];
        CallVariantsOutput one = predictions.First(p => p.Variant.AlternateBases.Count == 1 && p.Variant.Calls[0].Info["DP"].Values[0].IntValue > 0);
        change(one.Variant.Calls[0]);
        PostprocessDriver.Run(data.Run(predictions: predictions));
        return RandomRun.Records(data["out.vcf"]).First(r => r[0] == one.Variant.ReferenceName && r[1] == (one.Variant.Start + 1).ToString(System.Globalization.CultureInfo.InvariantCulture) && r[3] == one.Variant.ReferenceBases);
    }

    [Fact]
    public void AValueOfAnotherKindCountsAsNone()
    {
        string[] record = Call(c =>
        {
            c.Info["DP"].Values[0] = new Value { StringValue = "3\t9" };
            c.Info["VAF"].Values[0] = new Value { IntValue = 1 };
        });
        Assert.Equal(10, record.Length);
        string[] names = record[8].Split(':'), values = record[9].Split(':');
        Assert.Equal(("0", "0"), (values[Array.IndexOf(names, "DP")], values[Array.IndexOf(names, "VAF")]));
    }

    [Fact]
    public void AModelIdentityTheHeaderDoesNotDeclareIsLeftOut() =>
        Assert.DoesNotContain("MID", Call(c => c.Info["MID"] = new ListValue { Values = { new Value { StringValue = "small_model" } } })[8], StringComparison.Ordinal);

    [Fact]
    public void OfATumourEveryPassingCallIsKeptAndAPanelMayLackContigs()
    {
        using var data = new RandomRun(3, length: 900);
        PostprocessRun run = data.Run();
        long pass = PostprocessDriver.Run(run with { Vcf = data["pass.vcf"], Calling = new CallingOptions { OnlyKeepPass = true } });
        long somatic = PostprocessDriver.Run(run with { Vcf = data["somatic.vcf"], Calling = new CallingOptions { OnlyKeepPass = true, Somatic = true } });
        Assert.True(pass > 10);
        Assert.Equal(pass, somatic);
        Assert.Contains(RandomRun.Records(data["somatic.vcf"]), r => r[6] == "GERMLINE" && r[9].StartsWith("0/0", StringComparison.Ordinal));

        // A panel with one of the passing calls of the first contig, and nothing of the second.
        string[] seen = RandomRun.Records(data["somatic.vcf"]).First(r => r[0] == "k1" && r[6] == "PASS");
        using (var file = new BgzfWriter(data["panel.vcf.gz"])) file.Write(System.Text.Encoding.ASCII.GetBytes($"##fileformat=VCFv4.2\n##contig=<ID=k1>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nk1\t{seen[1]}\t.\t{seen[3]}\t{seen[4]}\t.\t.\t.\n"));
        VariantIndex.Build(data["panel.vcf.gz"], 2000);
        PostprocessDriver.Run(run with { Vcf = data["panel.vcf"], Calling = new CallingOptions { Somatic = true, PanelOfNormals = data["panel.vcf.gz"] } });
        Assert.Equal("PON", RandomRun.Records(data["panel.vcf"]).First(r => r[0] == "k1" && r[1] == seen[1] && r[4] == seen[4])[6]);
        Assert.Contains(RandomRun.Records(data["panel.vcf"]), r => r[0] == "k2");
    }
}
