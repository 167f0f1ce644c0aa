using Shrike.Calling;
using Shrike.Core;
using Shrike.Examples.Candidates;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Partitioning;
using Shrike.Formats.Messages;
using Shrike.Hts;
using Shrike.Inference;
using Shrike.Pipeline.Engine;

namespace Shrike.Pipeline.Explaining;

/// <summary>
/// Calls the partitions around a place as a run would, with a witness beside every stage, and tells what became of the
/// place. Nothing is computed in another way than in a run.
/// </summary>
public static class Explainer
{
    // Candidates so far away may still overlap those of the place, through others or by a long deletion.
    private const int Reach = 1000;
    private const int Near = 50;

    /// <summary>Explains.</summary>
    /// <param name="run">The run whose answer is explained; its outputs are not written.</param>
    /// <param name="inputs">Its inputs, checked.</param>
    /// <param name="place">The place.</param>
    /// <param name="smallModel">What the small model is called; null without one.</param>
    /// <exception cref="ShrikeException">REF of the allele is not what the reference has (exit 2), or whatever a run fails with.</exception>
    public static Explanation Explain(CallingRun run, InputPreflight inputs, Place place, string? smallModel)
    {
        using ReferenceReader reference = ReferenceReader.Open(run.Stage.Reference);
        AlleleSpelling? wanted = CheckedAllele(place, reference);
        if (wanted is not null) place = place with { Start = wanted.Position, End = wanted.Position + wanted.Reference.Length };
        var explanation = new Explanation { Place = place.ToString(), Outcome = Outcome.OutsideRegions, Verdict = "", Sample = run.SampleName, Model = $"{run.Model.Description.Name} {run.Model.Description.Version}", SmallModel = smallModel, MultiallelicModel = run.Calling.MultiallelicModel?.Description is { } two ? $"{two.Name} {two.Version}" : null };
        IReadOnlyList<Contig> common = CallingRegions.CommonContigs(inputs.Reference, inputs.ReadContigs);
        if (ReasonNotCalled(place, common) is { } reason) return explanation with { Verdict = reason };
        List<Region> partitions = CallingRegions.Partition(run.CalledRegions(inputs), run.PartitionSize);
        int first = partitions.FindIndex(p => p.Contig == place.Contig.Name && place.Overlaps(p.Start, p.End));
        if (first < 0) return explanation with { Verdict = $"Not called: {place} lies outside of --regions{(run.ExcludeRegions.Length > 0 ? " or in --exclude_regions" : "")}." };
        int last = partitions.FindLastIndex(p => p.Contig == place.Contig.Name && place.Overlaps(p.Start, p.End));
        (PartitionWitness witness, IReadOnlyList<CandidateReport> candidates, IReadOnlyList<CallTrace> calls) = Watch(run, place, partitions, first, last, reference);
        ReadReport reads = ReadCensus.Count(run.Stage, place, witness.Reads);
        var evidence = new Evidence(place, wanted, reference, run.Calling, reads, witness.Positions, candidates);
        (Outcome outcome, string verdict) = VerdictWriter.Write(evidence);
        return explanation with
        {
            Outcome = outcome,
            Verdict = verdict,
            VcfLines = [.. candidates.Select(c => c.Call?.VcfLine ?? "").Where(l => l.Length > 0)],
            Partitions = [.. partitions[first..(last + 1)].Select(p => p.ToString())],
            Reads = reads,
            Realignment = witness.Realignment,
            Positions = witness.Positions,
            Candidates = candidates,
            Neighbours =
            [
                .. witness.Candidates.Where(c => !place.Overlaps(c.Start, c.End) && place.Overlaps(c.Start - Near, c.End + Near))
                    .Select(c => new NeighbourReport(c.Start + 1, c.Variant.ReferenceBases, [.. c.Variant.AlternateBases], calls.FirstOrDefault(t => t.Start == c.Start)?.Line ?? "")),
            ],
        };
    }

    private static (PartitionWitness Witness, IReadOnlyList<CandidateReport> Candidates, IReadOnlyList<CallTrace> Calls) Watch(CallingRun run, Place place, List<Region> partitions, int first, int last, ReferenceReader reference)
    {
        using var backends = new NetworkBackends(run.Model, run.Device);
        bool IsReached(int i, int from, int to) => i >= 0 && i < partitions.Count && partitions[i].Contig == place.Contig.Name && partitions[i].Start < to && partitions[i].End > from;
        (int from, int to) = (place.Start - Reach, place.End + Reach);
        while (true)
        {
            while (IsReached(first - 1, from, to)) first--;
            while (IsReached(last + 1, from, to)) last++;
            var witness = new PartitionWitness(place, run.Stage);
            CallingRun watched = run with
            {
                PaintsOnDevice = false,
                Stage = run.Stage with { Gvcf = null, Diagnostics = null, Observer = witness, SmallModel = run.Stage.SmallModel is { } small ? small with { AnswerObserver = witness.Answered } : null },
            };
            using var caller = new TileCaller(watched, backends.ForThread());
            List<CallVariantsOutput> predictions = caller.Process(new Tile(place.Contig, partitions[first..(last + 1)], first)).Predictions;
            IReadOnlyList<CallTrace> calls = CallTracer.Trace(run.Calling, reference, run.SampleName, run.Stage.SmallModel is not null, place.Contig.Index, predictions);

            // Calls that overlap, directly or through others, are resolved together: all of them must be here.
            long[] group = [.. calls.Where(c => place.Overlaps((int)c.Start, (int)c.Start + c.Reference.Length)).SelectMany(c => c.Overlapping.Append(c.Start))];
            int groupStart = group.Length == 0 ? place.Start : (int)Math.Min(group.Min(), place.Start);
            int groupEnd = group.Length == 0 ? place.End : (int)predictions.Where(p => group.Contains(p.Variant.Start)).Max(p => p.Variant.End);
            (from, to) = (Math.Min(from, groupStart - Reach), Math.Max(to, groupEnd + Reach));
            if (IsReached(first - 1, from, to) || IsReached(last + 1, from, to)) continue;
            List<CallVariantsOutput> network = caller.Predict(witness.Images);
            var reporter = new CandidateReporter(run, witness, predictions, network, calls);
            return (witness, [.. witness.Candidates.Where(c => place.Overlaps(c.Start, c.End)).Select(reporter.Report)], calls);
        }
    }

    private static AlleleSpelling? CheckedAllele(Place place, ReferenceReader reference)
    {
        if (place.Allele is not { } allele) return null;
        string there = System.Text.Encoding.ASCII.GetString(reference.Fetch(place.Contig.Name, allele.Position, allele.Position + allele.Reference.Length));
        if (there != allele.Reference) throw ShrikeException.Usage($"{place}: the reference has {there} there, not {allele.Reference}: is the position of another genome build?");
        return allele.Normalize(place.Contig, reference);
    }

    private static string? ReasonNotCalled(Place place, IReadOnlyList<Contig> common)
    {
        if (common.Any(c => c.Name == place.Contig.Name)) return null;
        return ExcludedContigs.Contains(place.Contig.Name)
            ? $"Not called: {place.Contig.Name} is one of the decoys and unplaced contigs that are left out."
            : $"Not called: {place.Contig.Name} is not in the header of all files of reads with the reference's length.";
    }
}
