using Shrike.Cli.Flags;
using Shrike.Core;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.SmallModel;
using Shrike.Inference.SmallModels;

namespace Shrike.Cli.Commands;

/// <summary>The flags that decide what the small model may answer, shared by make-examples and run.</summary>
internal sealed class SmallModelFlags
{
    private readonly Flag<int> _snp, _indel;
    private readonly Flag<bool> _multiAllelics;
    private readonly Flag<string> _acceptance;

    public SmallModelFlags(FlagSet f)
    {
        _snp = f.Integer("small_model_snp_gq_threshold", "smallest GQ of a small-model answer on a SNP, -1 offers it none; not given: what its package says", 0, -1, 100);
        _indel = f.Integer("small_model_indel_gq_threshold", "the same for indels", 0, -1, 100);
        _multiAllelics = f.Switch("small_model_call_multiallelics", "offer sites with several ALTs to the small model", true);
        _acceptance = f.Choice("small_model_acceptance", "at sites with several ALTs: answer all ALT sets or none, or each for itself", "site", "site", "set");
        f.Ignored("small_model_inference_batch_size");
    }

    /// <summary>Stage 1 with a small model.</summary>
    /// <param name="stage">Stage 1 without it.</param>
    /// <param name="package">The model.</param>
    /// <param name="preset">Thresholds where neither flags nor package give any; null for 0, which accepts everything.</param>
    /// <param name="windowIsGiven">The user chose the window of allele fractions.</param>
    /// <param name="log">Receives remarks.</param>
    public StageOneOptions Apply(StageOneOptions stage, SmallModelPackage package, (int Snp, int Indel)? preset, bool windowIsGiven, Action<string> log)
    {
        SmallModelDescription model = package.Description;
        if (stage.Population is not null) throw ShrikeException.Usage("a small model does not go with the channel allele_frequency: leave it out (run: --disable_small_model)");
        if (model.Haplotypes && stage.Phasing is null) throw ShrikeException.Usage($"the small model {model.Name} needs phased reads: give --phase_reads and --track_ref_reads, or use another one, or none");
        if (windowIsGiven && stage.Caller.ContextWindowSize != model.ContextWindow) throw ShrikeException.Usage($"--small_model_vaf_context_window_size: the small model {model.Name} takes a window of {model.ContextWindow}; leave the flag out");
        if (!stage.Counter.TrackReferenceReads) log($"the small model {model.Name} sees no reference reads: give --track_ref_reads");
        int Threshold(Flag<int> flag, int? ofPackage, int? ofType) => flag.IsSet ? flag.Value : ofPackage ?? ofType ?? flag.Value;
        var options = new SmallModelOptions
        {
            Layout = new FeatureLayout(model.ContextWindow, model.Haplotypes) { MostMappingQuality = model.MaxMappingQuality ?? byte.MaxValue },
            CreateClassifier = () => package.Network.CreateEvaluator().Run,
            SnpThreshold = Threshold(_snp, model.SnpGqThreshold, preset?.Snp),
            IndelThreshold = Threshold(_indel, model.IndelGqThreshold, preset?.Indel),
            CallMultiAllelics = _multiAllelics.Value,
            Acceptance = _acceptance.Value == "set" ? SmallModelAcceptance.Set : SmallModelAcceptance.Site,
        };
        if (options is { SnpThreshold: 0, IndelThreshold: 0 } && !_snp.IsSet && !_indel.IsSet) log($"the small model {model.Name} answers every site: set --small_model_snp_gq_threshold and --small_model_indel_gq_threshold");
        return stage with { SmallModel = options, Caller = stage.Caller with { ContextWindowSize = model.ContextWindow } };
    }

    /// <summary>Stage 1 in training: rows of features instead of answers. Sites that would not be offered make none.</summary>
    public StageOneOptions ForTraining(StageOneOptions stage) => stage with
    {
        SmallModelExamples = true,
        SmallModel = new SmallModelOptions
        {
            Layout = new FeatureLayout(stage.Caller.ContextWindowSize, Haplotypes: stage.Phasing is not null),
            CreateClassifier = () => (_, rows, probabilities) => probabilities[..(rows * 3)].Clear(),
            SnpThreshold = _snp.Value < 0 ? -1 : int.MaxValue,
            IndelThreshold = _indel.Value < 0 ? -1 : int.MaxValue,
            CallMultiAllelics = _multiAllelics.Value,
        },
    };

    /// <summary>Says what became of sites the model answered in part.</summary>
    public static void LogWithdrawn(long sites, Action<string> log)
    {
        if (sites > 0) log($"{sites} sites near contig ends have no call: the small model answered them in part, and the rest cannot be drawn");
    }
}
