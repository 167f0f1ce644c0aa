using Shrike.Calling.PostprocessVariants;
using Shrike.Calling.Tests.PostprocessVariants;
using Shrike.Hts;

namespace Shrike.Calling.Tests;

/// <summary>A watched stage 3 writes the lines of the other, and says what happened to them.</summary>
public sealed class CallTracerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void LinesAreThoseOfTheFile(int seed)
    {
        using var data = new RandomRun(seed, contigs: 1, length: 6000);
        PostprocessDriver.Run(data.Run(gvcf: null));
        string[] lines = [.. RandomRun.Records(data["out.vcf"]).Select(r => string.Join('\t', r))];
        using ReferenceReader reference = ReferenceReader.Open(data["ref.fa"]);
        IReadOnlyList<CallTrace> calls = CallTracer.Trace(new CallingOptions(), reference, "s", withModelId: true, 0, data.Predictions.OrderBy(p => p.Variant.Start).ThenBy(p => p.Variant.End));
        Assert.Equal(lines.Order(StringComparer.Ordinal), calls.Select(c => c.Line).Order(StringComparer.Ordinal));
        foreach (CallTrace call in calls)
        {
            string[] line = call.Line.Split('\t');
            string[] sample = line[9].Split(':');
            Assert.Equal((call.Start + 1, call.Reference, string.Join(',', call.Alternates)), (long.Parse(line[1]), line[3], line[4]));
            Assert.Equal((call.Filter, call.Genotype), (line[6], sample[0]));
            Assert.Equal(call.GenotypeQuality.ToString(), sample[1]);
            Assert.Equal(1, call.Probabilities.Sum(), 1e-6);
            if (!call.IsResolved) Assert.Equal(call.OwnGenotype, call.Genotype);
        }

        CallTrace[] resolved = [.. calls.Where(c => c.IsResolved)];
        Assert.NotEmpty(resolved);
        Assert.Contains(resolved, c => c.OwnGenotype != c.Genotype);
        Assert.All(resolved, c => Assert.NotEmpty(c.Overlapping));
        Assert.Contains(calls, c => c.Overlapping.Count == 0);
    }

    [Fact]
    public void NothingToCallIsNoCall()
    {
        using var data = new RandomRun(1, contigs: 1);
        using ReferenceReader reference = ReferenceReader.Open(data["ref.fa"]);
        Assert.Empty(CallTracer.Trace(new CallingOptions(), reference, "s", withModelId: false, 0, []));
    }
}
