using Shrike.Calling;
using Shrike.Calling.Genotyping;
using Shrike.Examples.Candidates;
using Shrike.Examples.Pileup;
using Shrike.Examples.SmallModel;
using Shrike.Formats.Messages;
using Shrike.Pipeline.Engine;

namespace Shrike.Pipeline.Explaining;

/// <summary>Puts together what the stages said of one candidate.</summary>
/// <param name="run">The run.</param>
/// <param name="witness">What was seen of stage 1.</param>
/// <param name="predictions">What stages 1 and 2 gave.</param>
/// <param name="network">What the network says of <see cref="PartitionWitness.Images"/>.</param>
/// <param name="calls">What stage 3 made of the predictions.</param>
internal sealed class CandidateReporter(CallingRun run, PartitionWitness witness, IReadOnlyList<CallVariantsOutput> predictions, IReadOnlyList<CallVariantsOutput> network, IReadOnlyList<CallTrace> calls)
{
    private readonly PictureMaker _pictures = new(run.Stage.Pileup!);

    /// <summary>Everything about a candidate.</summary>
    public CandidateReport Report(Candidate candidate)
    {
        Variant v = candidate.Variant;
        var info = v.Calls[0].Info;
        SmallModelReport? small = SmallModel(candidate);
        int picture = Enumerable.Range(0, network.Count).FirstOrDefault(i => network[i].Variant == v, -1);
        CallTrace? trace = calls.FirstOrDefault(c => c.Start == candidate.Start);
        return new CandidateReport
        {
            Position = candidate.Start + 1,
            Ref = v.ReferenceBases,
            Alts = [.. v.AlternateBases],
            Depth = info["DP"].Values[0].IntValue,
            AlleleDepths = [.. info["AD"].Values.Select(a => a.IntValue)],
            IsDeselected = !witness.Selected.Contains(candidate),
            SmallModel = small,
            Network = [.. network.Where(p => p.Variant == v).Select(p => Network(p, small))],
            Picture = picture < 0 ? null : _pictures.Make(witness.Images.Image(picture), Names(v, network[picture].AltAlleleIndices.Indices), candidate.Start - ((run.Stage.Pileup!.Width - 1) / 2), witness.ImageReferences[picture]),
            Call = trace is null ? null : Call(v, trace),
        };
    }

    private SmallModelReport? SmallModel(Candidate candidate)
    {
        if (run.Stage.SmallModel is not { } options || !witness.Selected.Contains(candidate)) return null;
        if (!witness.Answers.TryGetValue(candidate, out List<SmallModelAnswer>? answers)) return new SmallModelReport(false, NotOffered(candidate, options), []);
        bool answered = candidate.Variant.Calls[0].Info.ContainsKey("MID");
        string remark = answered || answers.Count == 0 ? ""
            : answers.Any(a => a.IsAccepted) ? "it is sure of some ALT sets only, so the network answers for all of them (--small_model_acceptance site)"
            : "its quality is below the threshold, so the network is asked";
        return new SmallModelReport(answered, remark, answers);
    }

    private static string NotOffered(Candidate candidate, SmallModelOptions options)
    {
        bool isMultiAllelic = candidate.Variant.AlternateBases.Count > 1;
        if (isMultiAllelic && !options.CallMultiAllelics) return "sites of several ALTs are not offered (--nosmall_model_call_multiallelics)";
        int threshold = FeatureEncoder.IsSnp(candidate.Variant, [0]) ? options.SnpThreshold : options.IndelThreshold;
        return !isMultiAllelic && threshold < 0 ? "variants of this kind are not offered (their threshold is -1)" : "not offered, as an ALT has no read of its own";
    }

    private static NetworkReport Network(CallVariantsOutput prediction, SmallModelReport? small)
    {
        string[] alts = Names(prediction.Variant, prediction.AltAlleleIndices.Indices);
        bool isAnswered = small is { Answered: true } && small.Answers.Any(a => a.IsAccepted && a.Alts.SequenceEqual(alts));
        return new NetworkReport(alts, [.. prediction.GenotypeProbabilities], !isAnswered);
    }

    private CallReport Call(Variant v, CallTrace trace)
    {
        string[] alleles = [trace.Reference, .. trace.Alternates];
        int trimmed = v.ReferenceBases.Length - trace.Reference.Length;
        var qualities = new List<AlternateQuality>();
        for (int alt = 0; alt < v.AlternateBases.Count && v.AlternateBases.Count > 1; alt++)
        {
            string text = v.AlternateBases[alt];
            bool isKept = text.Length > trimmed && trace.Alternates.Contains(text[..^trimmed]);
            CallVariantsOutput single = predictions.First(p => p.Variant == v && p.AltAlleleIndices.Indices.Count == 1 && p.AltAlleleIndices.Indices[0] == alt);
            qualities.Add(new AlternateQuality(text, Likelihoods.Quality([.. single.GenotypeProbabilities]), run.Calling.MultiAllelicQualFilter, !isKept));
        }

        return new CallReport
        {
            AlternateQualities = qualities,
            Genotypes =
            [
                .. trace.Probabilities.Select((p, i) => (Likelihoods.Genotype(i), p)).Where(g => g.Item1.J < alleles.Length)
                    .Select(g => new GenotypeProbability($"{alleles[g.Item1.I]}/{alleles[g.Item1.J]}", g.p)).OrderByDescending(g => g.Probability),
            ],
            OwnGenotype = trace.OwnGenotype,
            Genotype = trace.Genotype,
            Gq = trace.GenotypeQuality,
            Qual = trace.Quality,
            Filter = trace.Filter,
            Overlapping = [.. trace.Overlapping.Select(p => p + 1)],
            IsResolved = trace.IsResolved,
            VcfLine = trace.Line,
        };
    }

    private static string[] Names(Variant v, IEnumerable<int> alts) => [.. alts.Select(a => v.AlternateBases[a])];
}
