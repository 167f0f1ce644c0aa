using Shrike.Calling.PostprocessVariants;
using Shrike.Core;
using Shrike.Formats.Messages;
using Shrike.Formats.TfRecord;

namespace Shrike.Calling.Tests.PostprocessVariants;

/// <summary>Wrong inputs end in one line that names file and record, and leave nothing behind.</summary>
public sealed class BadInputTests
{
    private static readonly string[] Kept = ["ref.fa", "ref.fa.fai"];

    private static void Fails(RandomRun data, PostprocessRun run, string text, ExitCode code = ExitCode.InvalidData)
    {
        foreach (int threads in new[] { 1, 3 })
        {
            var error = Assert.Throws<ShrikeException>(() => PostprocessDriver.Run(run with { Threads = threads }));
            Assert.Contains(text, error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
            Assert.Equal(code, error.ExitCode);
            Assert.DoesNotContain(Directory.GetFileSystemEntries(data.Folder).Select(Path.GetFileName), f => !Kept.Contains(f) && !f!.StartsWith("in", StringComparison.Ordinal));
        }
    }

    private static void Predictions(string text, Action<List<CallVariantsOutput>> damage)
    {
        using var data = new RandomRun(1, length: 400);
        List<CallVariantsOutput> predictions = [.. data.Predictions.Select(p => p.Clone())];
        damage(predictions);
        Fails(data, data.Run(predictions: predictions), text);
    }

    private static void Blocks(string text, Action<List<Variant>> damage)
    {
        using var data = new RandomRun(1, length: 400);
        List<Variant> blocks = [.. data.Blocks.Select(p => p.Clone())];
        damage(blocks);
        Fails(data, data.Run(blocks: blocks), text);
    }

    [Fact]
    public void BlocksAreOneBaseOfAnyAlleleAndNothingElse()
    {
        const string message = "is not a reference block: is this the file of --gvcf?";
        Blocks(message, b => b[3].AlternateBases[0] = "A");
        Blocks(message, b => b[3].AlternateBases.Insert(0, "G"));
        Blocks(message, b => b[3].Names.Add("rs\t1"));
        Blocks(message, b => b[3].Calls[0].GenotypeLikelihood[1] = double.NaN);
        Blocks(message, b => b[3].Calls[0].GenotypeLikelihood[0] = double.NegativeInfinity);
        Blocks(message, b => b[3].Calls[0].GenotypeLikelihood.Add(-1));
        Blocks(message, b => b[3].Calls[0].Genotype[1] = 7);
        Blocks(message, b => b[3].Quality = double.NaN);
        Blocks("names no sample, but the predictions are of", b => b[3].Calls[0].CallSetName = "");
    }

    [Fact]
    public void PredictionsThatCannotBe()
    {
        Predictions("record 6: contig k9 is not in", p => p[5].Variant.ReferenceName = "k9");
        Predictions("record 6: k1:", p => (p[5].Variant.Start, p[5].Variant.End) = (7, 7));
        Predictions("ends behind the contig, which has 413 bases", p => p[5].Variant.End = 414);
        Predictions("record 6: has no variant: is this a file of predictions?", p => p[5].Variant = null);
        Predictions("has no variant with exactly one call", p => p[5].Variant.Calls.Add(new VariantCall()));
        Predictions("record 6: k1:", p => p[5].GenotypeProbabilities[0] = double.NaN);
        Predictions("are not probabilities with the sum one", p => p[5].GenotypeProbabilities[1] = 2);
        Predictions("are not probabilities with the sum one", p => Set(p[5], 0.1, 0.1, 0.1));
        Predictions("has 2 probabilities instead of 3", p => p[5].GenotypeProbabilities.RemoveAt(0));
        Predictions("[0] [0]", p => p.Insert(6, p[5].Clone()));
        Predictions("there must be one prediction for every set", p => p.RemoveAt(p.FindIndex(x => x.Variant.AlternateBases.Count > 1)));
        Predictions("another variant stands at the same place", p => p.First(x => x.Variant.AlternateBases.Count > 1).Variant.AlternateBases[0] += "A");
        Predictions("letters that a VCF cannot hold", p => p.First(x => x.Variant.AlternateBases.Count == 1).Variant.AlternateBases[0] = "A\nchr1\t5");
        Predictions("its end does not fit its REF", p => p.First(x => x.Variant.AlternateBases.Count == 1).Variant.End++);
        Predictions("record 1: has no sample name", p => p[0].Variant.Calls[0].CallSetName = "");
        Predictions("sample name has a tab", p => p[0].Variant.Calls[0].CallSetName = "a\tb");
    }

    [Fact]
    public void SitesGivenTwiceWithoutGrouping()
    {
        using var data = new RandomRun(1, length: 400);
        List<CallVariantsOutput> predictions = [.. data.Predictions];
        predictions.Insert(6, predictions[5]);
        Fails(data, data.Run(predictions: predictions) with { Calling = new CallingOptions { GroupVariants = false } }, "record 7: is the same as the record before it");
    }

    [Fact]
    public void ReferenceRecordsThatCannotBe()
    {
        Blocks("record 6: contig k9 is not in", b => b[5].ReferenceName = "k9");
        Blocks("reference records must be sorted", b => (b[5], b[6]) = (b[6], b[5]));
        Blocks("overlaps k1:", b => b.Insert(6, b[5].Clone()));
        Blocks("is of sample other, but the predictions are of s", b => b[5].Calls[0].CallSetName = "other");
        Blocks("is not a variant with exactly one call", b => b[5].Calls.Clear());
        Blocks("is not a reference block", b => b[5].AlternateBases.Clear());
    }

    [Fact]
    public void DamagedAndMissingShards()
    {
        using var data = new RandomRun(1, length: 400);
        PostprocessRun run = data.Run();
        string predictions = data.Write(data.Predictions, 3, i => i % 3);
        string second = predictions.Replace("@3", "-00001-of-00003", StringComparison.Ordinal);
        byte[] whole = File.ReadAllBytes(second);
        for (int part = 1; part < 8; part++)
        {
            File.WriteAllBytes(second, whole[..(whole.Length * part / 8)]);
            Fails(data, run with { Predictions = predictions }, second);
        }

        PostprocessDriver.Run(run with { Predictions = predictions, Damaged = DamagedRecords.Stop, Calling = new CallingOptions { GroupVariants = false } });
        File.Delete(data["out.vcf"]);
        File.Delete(data["out.g.vcf"]);
        File.Delete(second);
        Fails(data, run with { Predictions = predictions }, "shard 1 of 3 is missing", ExitCode.InputOutput);
        Fails(data, run with { NonVariantRecords = null }, "belong together", ExitCode.Usage);
        Fails(data, run with { Gvcf = data["out.vcf"] }, "the same name", ExitCode.Usage);
        Fails(data, run with { Predictions = run.NonVariantRecords! }, "record 1");
    }

    private static void Set(CallVariantsOutput prediction, params double[] p)
    {
        prediction.GenotypeProbabilities.Clear();
        prediction.GenotypeProbabilities.AddRange(p);
    }
}
