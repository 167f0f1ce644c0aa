using Shrike.Calling.Genotyping;
using Shrike.Core;
using Shrike.Formats.Examples;
using Shrike.Formats.Messages;
using Shrike.Formats.TfRecord;
using Shrike.Inference;
using Shrike.Training.Data;
using Shrike.Training.Trainer;

namespace Shrike.Training.Tests.Trainer;

/// <summary>The model of sites with two ALTs: its training rows and what it learns from them.</summary>
public sealed class MultiallelicTrainerTests
{
    [Fact]
    public void ItLearnsThatTheShorterNeighbourIsASlip()
    {
        // The same predictions mean 1/2 where the ALTs differ much, and 2/2 where by one base.
        List<TwoAltSite> Sites(int count, int seed)
        {
            var random = new Random(seed);
            return [.. Enumerable.Range(0, count).Select(_ =>
            {
                bool isSlip = random.Next(2) == 0;
                double a = 0.2 + (0.1 * random.NextDouble());
                return new TwoAltSite(MultiallelicModel.LogFeatures([a, 1 - a, 0], [0, 0.6, 0.4], [0, 0.1, 0.9], isSlip ? 1 : 12), isSlip ? 5 : 4);
            })];
        }

        (float[] Kernel, float[] Bias) weights = MultiallelicTrainer.Train(Sites(400, 1));
        Assert.Equal(weights.Kernel, MultiallelicTrainer.Train(Sites(400, 1)).Kernel);
        foreach (TwoAltSite site in Sites(100, 2))
        {
            double[] p = MultiallelicTrainer.Probabilities(weights, site.Features);
            Assert.Equal(1, p.Sum(), 1e-9);
            Assert.True(p[site.Genotype] > 0.95, $"{p[site.Genotype]}");
        }
    }

    [Fact]
    public void SitesOfTwoKeptAltsBecomeRows()
    {
        using var folder = TestData.Temporary();
        using (var writer = new TfRecordWriter(folder["e.tfrecord.gz"]))
        {
            // ALT, label, and (in the first bytes of the image) what the network says, in hundredths.
            Add(writer, 10, "C,CT", ([0], 1, [10, 80, 10]), ([0, 1], 2, [0, 20, 80]), ([1], 1, [5, 90, 5]));
            Add(writer, 20, "C", ([0], 1, [10, 80, 10]));
            Add(writer, 30, "C,CTT", ([0], 0, [99, 1, 0]), ([0, 1], 1, [0, 90, 10]), ([1], 1, [5, 90, 5]));
            Add(writer, 40, "CTT,C,CT", ([0], 0, [99, 1, 0]), ([0, 1], 2, [0, 20, 80]), ([0, 2], 0, [90, 10, 0]), ([1], 2, [5, 5, 90]), ([1, 2], 2, [0, 10, 90]), ([2], 0, [60, 30, 10]));
            writer.Complete();
        }

        TwoAltSite[] sites = [.. TwoAltSite.ReadAll(folder["e.tfrecord.gz"], new Reader(), 4)];
        Assert.Equal([4, 2], sites.Select(s => s.Genotype));
        Assert.Equal(MultiallelicModel.LogFeatures([.1f, .8f, .1f], [.05f, .9f, .05f], [0, .2f, .8f], 1), sites[0].Features);
        Assert.Equal(MultiallelicModel.LogFeatures([.05f, .05f, .9f], [.6f, .3f, .1f], [0, .1f, .9f], 1), sites[1].Features);
        Assert.Contains("record 1: its image has 4 bytes, the network takes 5", Assert.Throws<ShrikeException>(() => TwoAltSite.ReadAll(folder["e.tfrecord.gz"], new Reader(), 5).ToList()).Message, StringComparison.Ordinal);
    }

    private static void Add(TfRecordWriter writer, int start, string alts, params (int[] Alts, int Label, byte[] Says)[] images)
    {
        var variant = new Variant { ReferenceName = "chr1", Start = start, End = start + 1, ReferenceBases = "A", AlternateBases = { alts.Split(',') } };
        foreach ((int[] shown, int label, byte[] says) in images) writer.Write(new PileupExampleCodec().Encode(variant, shown, [.. says, 0], [1, 1, 4], label: label));
    }

    /// <summary>A network whose answer stands in the image.</summary>
    private sealed class Reader : INetworkBackend
    {
        public int BatchSize => 1;

        public void Run(ReadOnlySpan<byte> images, int count, Span<float> probabilities)
        {
            for (int i = 0; i < count; i++)
            {
                for (int c = 0; c < 3; c++) probabilities[(i * 3) + c] = images[(i * 4) + c] / 100f;
            }
        }

        public void Dispose()
        {
        }
    }
}
