using Shrike.Core;
using Shrike.Formats.Messages;
using Shrike.Formats.TfRecord;
using Shrike.Inference.CallVariants;
using Shrike.Inference.Models;
using Shrike.Inference.Networks;

namespace Shrike.Inference.Tests.CallVariants;

public sealed class CallVariantsDriverTests
{
    [Fact]
    public void ResultsDoNotDependOnBatchThreadsOrFiles()
    {
        using var folder = TestData.Temporary();
        CallVariantsRun run = Run(folder, "golden.calling_examples.tfrecord.gz");
        Assert.Equal(84, CallVariantsDriver.Run(run with { Output = folder["a.tfrecord.gz"] }, _ => { }));
        Assert.Equal(84, CallVariantsDriver.Run(run with { Output = folder["b.tfrecord.gz"], BatchSize = 5, OutputShards = 3, Threads = 2 }, _ => { }));
        List<CallVariantsOutput> one = Read(folder["a-00000-of-00001.tfrecord.gz"]);
        List<CallVariantsOutput>[] three = [.. Enumerable.Range(0, 3).Select(i => Read(folder[$"b-0000{i}-of-00003.tfrecord.gz"]))];
        Assert.Equal([30, 29, 25], three.Select(t => t.Count));
        for (int i = 0; i < 84; i++) Assert.Equal(one[i], three[i / 5 % 3][(i / 15 * 5) + (i % 5)]);
        Assert.All(one, p => Assert.Null(p.DebugInfo));
    }

    [Fact]
    public void DebugInfoHoldsImageTypeAndCuration()
    {
        using var folder = TestData.Temporary();
        CallVariantsRun run = Run(folder, "golden.calling_examples.tfrecord.gz") with { Output = folder["a.tfrecord.gz"], Debug = new DebugContent(Image: true, TrueLabel: false) };
        CallVariantsDriver.Run(run, _ => { });
        foreach (CallVariantsOutput p in Read(folder["a-00000-of-00001.tfrecord.gz"]))
        {
            CallVariantsOutput.Types.DebugInfo info = p.DebugInfo;
            Assert.Equal(154_700, info.ImageEncoded.Length);
            Assert.Equal(p.GenotypeProbabilities.IndexOf(p.GenotypeProbabilities.Max()), info.PredictedLabel);
            Assert.All([info.PileupCuration.DiffCategory, info.PileupCuration.BaseQuality, info.PileupCuration.MappingQuality, info.PileupCuration.StrandBias, info.PileupCuration.ReadSupport], e => Assert.InRange(e, 1, 3));
            Assert.Equal(p.Variant.ReferenceBases.Length == 1 && p.Variant.AlternateBases.All(a => a.Length == 1), info.IsSnp);
            Assert.Equal(p.Variant.AlternateBases.Any(a => a.Length < p.Variant.ReferenceBases.Length), info.HasDeletion);
            Assert.Equal(p.Variant.AlternateBases.Any(a => a.Length > p.Variant.ReferenceBases.Length), info.HasInsertion);
        }
    }

    [Fact]
    public void LabelsAreRequiredWhereAskedFor()
    {
        using var folder = TestData.Temporary();
        var debug = new DebugContent(Image: true, TrueLabel: true);
        CallVariantsRun run = Run(folder, "golden.training_examples.tfrecord.gz") with { Output = folder["a.tfrecord.gz"], Debug = debug };
        Assert.Equal(49, CallVariantsDriver.Run(run, _ => { }));
        Assert.Equal([0, 1, 2], Read(folder["a-00000-of-00001.tfrecord.gz"]).Select(p => p.DebugInfo.TrueLabel).Distinct().Order());
        CallVariantsRun without = Run(folder, "golden.calling_examples.tfrecord.gz") with { Output = folder["b.tfrecord.gz"], Debug = debug };
        Assert.Contains("record 1: has no label", Assert.Throws<ShrikeException>(() => CallVariantsDriver.Run(without, _ => { })).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["b-00000-of-00001.tfrecord.gz"]));
    }

    [Theory]
    [InlineData(0, 0, 1.0)]
    [InlineData(5, 10, 1.0)]
    [InlineData(0, 5, 0.0625)]
    [InlineData(1, 9, 0.0390625)]
    [InlineData(8, 9, 0.0390625)]
    public void StrandsAreComparedByATwoSidedBinomialTest(int k, int n, double expected) => Assert.Equal(expected, PileupCurator.TwoSidedBinomial(k, n), 1e-12);

    [Fact]
    public void TheSmallestProbabilityCanBeRoundedInDouble()
    {
        float[] p = [0.0001740962f, 0.99977297f, 5.2928925e-05f];
        CallVariantsOutput record = Predictions.Build(new Variant(), [0], p, CvoRounding.Float64);
        Assert.Equal(0.00017409620340913534, record.GenotypeProbabilities[0]);
        Assert.Equal(0.9997729659080505, record.GenotypeProbabilities[1]);

        // 1 - (0.00017409620340913534 + 0.9997729659080505) in double, ten decimals.
        Assert.Equal(5.29379e-05, record.GenotypeProbabilities[2], 1e-15);
    }

    private static CallVariantsRun Run(TestData.TemporaryFolder folder, string golden)
    {
        Network network = RowNet.Build(embedding: 8);
        if (!Directory.Exists(folder["m"])) ModelPackage.Save(folder["m"], new ModelDescription { Name = "t", Version = "1", Shape = [100, 221, 7], Channels = [1, 2, 3, 4, 5, 6, 19], Network = network }, NetworkTests.RandomWeights(network, 4));
        return new CallVariantsRun { Examples = TestData.PathOf("upstream", golden), Output = "", Model = ModelPackage.Load(folder["m"]) };
    }

    private static List<CallVariantsOutput> Read(string path)
    {
        var all = new List<CallVariantsOutput>();
        using var reader = new TfRecordReader(path);
        while (reader.Read()) all.Add(CallVariantsOutput.Parser.ParseFrom(reader.Current));
        return all;
    }
}
