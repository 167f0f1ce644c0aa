using System.Text;
using CsCheck;
using Google.Protobuf;
using Shrike.Calling.Genotyping;
using Shrike.Calling.Merging;
using Shrike.Calling.Records;
using Shrike.Core;
using Shrike.Formats.Messages;

namespace Shrike.Calling.Tests.Merging;

public sealed class SiteMergerTests
{
    private static readonly ContigTable Contigs = new([new Contig("c", 100, 0)], "ref.fa");

    private static Prediction Prediction(string reference, string alts, int[] set, params double[] p)
    {
        var v = new Variant { ReferenceName = "c", Start = 10, End = 10 + reference.Length, ReferenceBases = reference };
        v.AlternateBases.AddRange(alts.Split(','));
        v.Calls.Add(new VariantCall());
        var message = new CallVariantsOutput { Variant = v, AltAlleleIndices = new CallVariantsOutput.Types.AltAlleleIndices { Indices = { set } }, GenotypeProbabilities = { p } };
        var prediction = new Prediction();
        prediction.Read(message.ToByteArray(), new StretchRecord(new RecordKey(0, v.Start, v.End), 0, 0, "cvo.gz", 7));
        return prediction;
    }

    private static (Call Call, double[] Probabilities) Merge(CallingOptions options, params List<Prediction> site)
    {
        var call = new Call();
        double[] probabilities = new SiteMerger(options, Contigs).Merge(site, call).ToArray();
        return (call, probabilities);
    }

    private static string Text(ReadOnlyMemory<byte> text) => Encoding.ASCII.GetString(text.Span);

    private static void Near(double[] expected, double[] actual, double tolerance = 1e-9)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], tolerance);
    }

    [Fact]
    public void TheSmallestVoteDecides()
    {
        (_, double[] p) = Merge(new CallingOptions { MultiAllelicQualFilter = 0 }, [
            Prediction("A", "C,T", [0], .19, .75, .06), Prediction("A", "C,T", [1], .03, .93, .04), Prediction("A", "C,T", [0, 1], .03, .92, .05)]);
        double[] votes = [.03, .75, .05, .92, .05, .04];
        Near([.. votes.Select(v => v / votes.Sum())], p);
    }

    [Fact]
    public void ContradictionsBecomeUniform()
    {
        (_, double[] p) = Merge(new CallingOptions { MultiAllelicQualFilter = 0 }, [
            Prediction("A", "C,T", [0], 0, 1, 0), Prediction("A", "C,T", [1], 0, 1, 0), Prediction("A", "C,T", [0, 1], 1, 0, 0)]);
        Near([.. Enumerable.Repeat(1 / 6.0, 6)], p);
    }

    [Fact]
    public void WeakAlternatesArePrunedAndSuffixesTrimmed()
    {
        (Call v, _) = Merge(new CallingOptions { MultiAllelicQualFilter = 6 }, [
            Prediction("CCA", "C,CA", [0], 1, 0, 0), Prediction("CCA", "C,CA", [1], 0.01, 0.9, 0.09), Prediction("CCA", "C,CA", [0, 1], 0.01, 0.9, 0.09)]);
        Assert.Equal(("CC", "C", 12L), (Text(v.Reference), string.Join(',', v.Alternates.Select(Text)), v.End));
    }

    [Fact]
    public void HaploidSitesHaveNoHeterozygotes()
    {
        var options = new CallingOptions { HaploidContigs = new HashSet<string> { "c" } };
        Near([.4, 0, .6], Merge(options, [Prediction("A", "C", [0], .2, .5, .3)]).Probabilities);
        Near([0, 0, 0], Merge(options, [Prediction("A", "C", [0], 0, 1, 0)]).Probabilities);
    }

    [Fact]
    public void MissingOrImpossiblePredictionsAreNamed()
    {
        static string Message(params List<Prediction> site)
        {
            var error = Assert.Throws<ShrikeException>(() => Merge(new CallingOptions(), site));
            Assert.Equal(ExitCode.InvalidData, error.ExitCode);
            return error.Message;
        }

        Assert.StartsWith("cvo.gz: record 7: c:11 A>C,T: there must be one prediction for every set", Message(Prediction("A", "C,T", [0], .2, .5, .3)), StringComparison.Ordinal);
        Assert.Contains("[0] [0]", Message(Prediction("A", "C", [0], .2, .5, .3), Prediction("A", "C", [0], .2, .5, .3)), StringComparison.Ordinal);
        Assert.Contains("another variant", Message(Prediction("A", "C", [0], .2, .5, .3), Prediction("A", "G", [0], .2, .5, .3)), StringComparison.Ordinal);
        Assert.Contains("NaN", Message(Prediction("A", "C", [0], double.NaN, .5, .3)), StringComparison.Ordinal);
        Assert.Contains("sum one", Message(Prediction("A", "C", [0], .5, .3, .1)), StringComparison.Ordinal);
        Assert.Contains("2 probabilities", Message(Prediction("A", "C", [0], .5, .5)), StringComparison.Ordinal);
        Assert.Contains("letters", Message(Prediction("A", "C\tG", [0], .2, .5, .3)), StringComparison.Ordinal);
        Assert.Contains("letters", Message(Prediction("A", "", [0], .2, .5, .3)), StringComparison.Ordinal);
    }

    [Fact]
    public void TheOrderOfAMapIsFree()
    {
        static Prediction With(int[] set, params string[] keys)
        {
            Prediction plain = Prediction("A", "C,T", set, .2, .5, .3);
            Variant v = Variant.Parser.ParseFrom(plain.Variant.Span);

            // Fields of the call written one after the other: the bytes have the order of the keys.
            byte[] call = [.. keys.SelectMany(k => new VariantCall { Info = { [k] = new ListValue { Values = { new Value { IntValue = 3 } } } } }.ToByteArray())];
            v.Calls.Clear();
            byte[] variant = [.. v.ToByteArray(), (11 << 3) | 2, (byte)call.Length, .. call];
            var message = new CallVariantsOutput { AltAlleleIndices = new CallVariantsOutput.Types.AltAlleleIndices { Indices = { set } }, GenotypeProbabilities = { .2, .5, .3 } };
            byte[] bytes = [(1 << 3) | 2, (byte)variant.Length, .. variant, .. message.ToByteArray()];
            var prediction = new Prediction();
            prediction.Read(bytes, plain.Origin);
            return prediction;
        }

        (Call call, double[] p) = Merge(new CallingOptions { MultiAllelicQualFilter = 0 }, With([0], "DP", "AD"), With([1], "AD", "DP"), With([0, 1], "DP", "AD"));
        Assert.Equal((6, 3, 3), (p.Length, call[CallField.Dp].Values[0].Integer, call[CallField.Ad].Values[0].Integer));
    }

    [Fact]
    public void TwoAltsAreGivenToTheModel()
    {
        MultiallelicModel model = MultiallelicModel.Load(TestData.PathOf("upstream", "multiallelic_model"));
        (_, double[] p) = Merge(
            new CallingOptions { MultiallelicModel = model, MultiAllelicQualFilter = 0 },
            Prediction("A", "C,T", [0, 1], .03, .92, .05), Prediction("A", "C,T", [0], .19, .75, .06), Prediction("A", "C,T", [1], .03, .93, .04));
        Near([.033062, .1049802, .004963651, .5842303, .2543793, .01838462], p, 2e-6);
    }

    [Fact]
    public void APackageIsToldHowMuchTheAltsDifferInLength()
    {
        using var folder = TestData.Temporary();
        float[] kernel = new float[60];
        kernel[(9 * 6) + 5] = 4;
        MultiallelicPackage.Save(folder["m"], new MultiallelicDescription { Name = "made-up", Version = "0.1.0" }, kernel, new float[6]);
        MultiallelicModel model = MultiallelicModel.Load(folder["m"]);
        double Homozygous(string alts) => Merge(
            new CallingOptions { MultiallelicModel = model, MultiAllelicQualFilter = 0 },
            Prediction("A", alts, [0, 1], .03, .92, .05), Prediction("A", alts, [0], .19, .75, .06), Prediction("A", alts, [1], .03, .93, .04)).Item2[5];
        Assert.Equal(1 / 6.0, Homozygous("C,T"), 1e-6);
        double weight = Math.Exp(4 * Math.Tanh(2 / 4.0));
        Assert.Equal(weight / (5 + weight), Homozygous("AT,ATTT"), 1e-6);
        Assert.Equal(weight / (5 + weight), Homozygous("ATTT,AT"), 1e-6);
    }

    [Fact]
    public void PrunedAltsMayLeaveATrace()
    {
        List<Prediction> Site() => [Prediction("CCA", "C,CA", [0], 1, 0, 0), Prediction("CCA", "C,CA", [1], 0.01, 0.9, 0.09), Prediction("CCA", "C,CA", [0, 1], 0.01, 0.9, 0.09)];
        (Call info, double[] three) = Merge(new CallingOptions { MultiAllelicQualFilter = 6, AllCandidates = AllCandidates.Info }, Site());
        Assert.Equal(("C", "C|CA", 3), (Text(info.Alternates[0]), Text(info.Candidates), three.Length));
        (Call alt, double[] six) = Merge(new CallingOptions { MultiAllelicQualFilter = 6, AllCandidates = AllCandidates.Alt }, Site());
        Assert.Equal(2, alt.Alternates.Count);
        Near([.01, 0, 0, .9, 0, .09], six);
    }

    [Fact]
    public void LikelihoodsOfASiteSumToOne() => Gen.Select(Gen.Int[1, 4], Gen.Int[0, 1_000_000]).Sample((alternates, seed) =>
    {
        var random = new Random(seed);
        string alts = string.Join(',', "CGT".Select(b => b.ToString()).Append("AA").Take(alternates));
        var site = new List<Prediction>();
        for (int i = 0; i < alternates; i++)
        {
            for (int j = i; j < alternates; j++)
            {
                double[] w = [.. Enumerable.Range(0, 3).Select(_ => Math.Pow(random.NextDouble(), 4))];
                site.Add(Prediction("A", alts, i == j ? [i] : [i, j], [.. w.Select(x => x / w.Sum())]));
            }
        }

        (Call call, double[] p) = Merge(new CallingOptions { HaploidContigs = seed % 3 == 0 ? new HashSet<string> { "c" } : [] }, site);
        Assert.Equal(Likelihoods.GenotypeCount(call.Alternates.Count + 1), p.Length);
        call[CallField.Ad].Set(FieldValue.Of(5));
        new Genotyper(new CallingOptions()).Fill(call, p);
        Assert.Equal(p.Sum() == 0 ? 0 : 1, call.Likelihoods.Sum(l => Math.Pow(10, l)), 1e-6);
    });
}
