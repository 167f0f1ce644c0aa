using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using Shrike.Examples.Candidates;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Phasing;
using Shrike.Examples.Reads;
using Shrike.Examples.SmallModel;
using AlleleCounterOptions = Shrike.Examples.Alleles.AlleleCounterOptions;

namespace Shrike.Conformance.Phasing;

/// <summary>The 106 features of phased reads, from the reads on.</summary>
public sealed class PhasedFeatureTests
{
    [Theory]
    [InlineData("pacbio", 401, 1)]
    [InlineData("pacbio", 401, 3)]
    [InlineData("ont_flags_on_pacbio", 408, 1)]
    [InlineData("ont_flags_on_pacbio", 408, 3)]
    public void FeaturesFromReadsAreEqual(string name, int count, int threads)
    {
        var run = new LongReadRun(name);
        bool ont = name.StartsWith("ont", StringComparison.Ordinal);
        int minMapq = ont ? 5 : 1;
        var layout = new FeatureLayout(51, Haplotypes: true);
        var rows = new ConcurrentDictionary<string, int[]>();
        var inputs = InputPreflight.Check(run.Reference, [run.Reads], _ => { });
        var stage = new StageOneOptions
        {
            Reference = run.Reference,
            Reads = [run.Reads],
            Filter = new ReadFilter { MinMappingQuality = minMapq },
            MaxReadsPerPartition = 600,
            Counter = new AlleleCounterOptions { TrackReferenceReads = true },
            Caller = new CandidateCallerOptions { SampleName = inputs.SampleName, MinFractionIndels = 0.12f, MinFractionSnps = ont ? 0.08f : 0.12f },
            Phasing = new PhasingOptions(),
            SmallModel = new SmallModelOptions
            {
                Layout = layout,
                CreateClassifier = () => (_, n, probabilities) => probabilities[..(n * 3)].Fill(1),
                Observer = (site, alts, features) => Assert.True(rows.TryAdd(Key(site, alts), [.. features.ToArray().Select(f => (int)f)])),
            },
        };
        MakeExamplesDriver.Run(new MakeExamplesRun { Stage = stage, Examples = "/dev/null", Regions = "chr20:9,000,000-9,100,000", PartitionSize = 25_000, Threads = threads }, inputs);
        List<string[]> table = [.. Table(run.Expected("small_model_features.tsv.gz"))];
        string[] names = table[0][6..];
        Assert.Equal(106, names.Length);
        Assert.Equal(names, layout.Names(inputs.SampleName));
        foreach (string[] line in table.Skip(1))
        {
            string key = $"{line[0]}:{line[1]}-{line[2]} {line[3]}>{line[4]} {line[5]}";
            Assert.True(rows.TryGetValue(key, out int[]? actual), $"{key} is missing");
            for (int k = 0; k < names.Length; k++) Assert.True(int.Parse(line[k + 6], CultureInfo.InvariantCulture) == actual[k], $"{key}: {names[k]} is {actual[k]} instead of {line[k + 6]}");
        }

        Assert.Equal((count, count), (table.Count - 1, rows.Count));
    }

    private static string Key(Candidate site, IReadOnlyList<int> alts) =>
        $"{site.Variant.ReferenceName}:{site.Variant.Start}-{site.Variant.End} {site.Variant.ReferenceBases}>{string.Join(',', site.Variant.AlternateBases)} {string.Join(',', alts)}";

    private static IEnumerable<string[]> Table(string path)
    {
        using var file = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var reader = new StreamReader(file);
        while (reader.ReadLine() is { } line) yield return line.Split('\t');
    }
}
