using System.Runtime.CompilerServices;
using Shrike.Examples.Gvcf;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Pileup;
using Shrike.Examples.Realigning;
using Shrike.Formats;

namespace Shrike.Benchmarks;

/// <summary>Where the reference data are: SHRIKE_TESTDATA, else ../shared/testdata beside the checkout.</summary>
internal static class Data
{
    public static string PathOf(params string[] parts) => Path.Combine([Environment.GetEnvironmentVariable("SHRIKE_TESTDATA") ?? Path.Combine(Root(), "..", "shared", "testdata"), .. parts]);

    public static StageOneOptions Options() => new()
    {
        Reference = PathOf("upstream", "input", "ucsc.hg19.chr20.unittest.fasta.gz"),
        Reads = [PathOf("upstream", "input", "NA12878_S1.chr20.10_10p1mb.bam")],
        Realigner = new RealignerOptions(),
        Gvcf = new GvcfOptions(),
        Pileup = new PileupOptions { Channels = ChannelNames.Parse("BASE_CHANNELS,insert_size") },
    };

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));
}
