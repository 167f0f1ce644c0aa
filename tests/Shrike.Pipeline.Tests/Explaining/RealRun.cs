using Shrike.Examples.Alleles;
using Shrike.Examples.Candidates;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Pileup;
using Shrike.Examples.Realigning;
using Shrike.Examples.SmallModel;
using Shrike.Inference.Models;
using Shrike.Inference.SmallModels;
using Shrike.Pipeline.Engine;
using Shrike.Pipeline.Explaining;

namespace Shrike.Pipeline.Tests.Explaining;

/// <summary>A run on the real slice with the models that ship.</summary>
internal static class RealRun
{
    /// <summary>The run.</summary>
    public static CallingRun Of(string regions, string vcf = "")
    {
        ModelPackage model = ModelPackage.Load(ModelPackage.DefaultFolder("WGS"));
        SmallModelPackage small = SmallModelPackage.Load(ModelFolders.Find("wgs-small"));
        return new CallingRun
        {
            Stage = new StageOneOptions
            {
                Reference = TestData.Hg19Chr20,
                Reads = [TestData.Na12878Bam],
                Realigner = new RealignerOptions(),
                Counter = new AlleleCounterOptions { TrackReferenceReads = true },
                Caller = new CandidateCallerOptions { SampleName = "NA12878" },
                Pileup = new PileupOptions { Channels = model.Description.Channels },
                SmallModel = new SmallModelOptions
                {
                    Layout = new FeatureLayout(small.Description.ContextWindow, false),
                    CreateClassifier = () => small.Network.CreateEvaluator().Run,
                    SnpThreshold = small.Description.SnpGqThreshold!.Value,
                    IndelThreshold = small.Description.IndelGqThreshold!.Value,
                },
            },
            Model = model,
            SampleName = "NA12878",
            Vcf = vcf,
            Regions = regions,
        };
    }

    /// <summary>The lines a run writes.</summary>
    public static List<string[]> Lines(CallingRun run, string path)
    {
        CallingEngine.Run(run with { Vcf = path }, Inputs);
        return [.. File.ReadLines(path).Where(l => !l.StartsWith('#')).Select(l => l.Split('\t'))];
    }

    /// <summary>What an explanation says.</summary>
    public static Explanation Explain(CallingRun run, string place) => Explainer.Explain(run, Inputs, Place.Parse(place, Inputs.Reference), "wgs-small");

    private static InputPreflight Inputs { get; } = InputPreflight.Check(TestData.Hg19Chr20, [TestData.Na12878Bam], _ => { });
}
