using Shrike.Core;
using Shrike.Examples.Candidates;
using Shrike.Formats.Messages;

namespace Shrike.Examples.Labelling;

/// <summary>Labels the candidates of a tile's partitions and drops those nothing can be learned from. Belongs to one thread.</summary>
internal sealed class PartitionLabels : IDisposable
{
    private readonly LabellingOptions _options;
    private readonly TruthReader _truth;
    private readonly ICandidateLabeler _labeler;

    public PartitionLabels(LabellingOptions options)
    {
        _options = options;
        bool classes = options.Algorithm == MakeExamplesOptions.Types.LabelerAlgorithm.CustomizedClassesLabeler;
        _labeler = options.Algorithm switch
        {
            MakeExamplesOptions.Types.LabelerAlgorithm.PositionalLabeler => new PositionalLabeler(options.Confident),
            MakeExamplesOptions.Types.LabelerAlgorithm.CustomizedClassesLabeler => new CustomizedClassesLabeler(options.Confident, options.Classes, options.ClassField),
            _ => new HaplotypeLabeler(options.Confident),
        };
        _truth = new TruthReader(options.Truth, options.Confident, classes ? options.ClassField : null);
    }

    /// <summary>Fetches the truth of a tile.</summary>
    public void Move(ReferenceWindow reference, int start, int end) => _truth.Move(reference, start, end);

    /// <summary>Gives candidates their labels; those outside confident regions and those sampled away get none.</summary>
    /// <param name="candidates">All candidates of the partition; they get the name of the reads.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="index">Its index, the seed of the sampling by class (Random of .NET).</param>
    /// <param name="reference">Bases around it.</param>
    /// <returns>Counts of the haplotype labeler, null of others.</returns>
    public LabelingMetrics? Label(List<Candidate> candidates, Region partition, int index, ReferenceWindow reference)
    {
        foreach (Candidate c in candidates) c.Variant.Info["BAM_FNAME"] = new ListValue { Values = { new Value { StringValue = _options.ReadsName } } };
        IReadOnlyList<CandidateLabel> labels = _labeler.Label([.. candidates.Select(c => c.Variant)], _truth.Overlapping(partition.Start, partition.End), reference);
        var random = _options.KeepByClass.Count > 0 ? new Random(index) : null;
        for (int i = 0; i < labels.Count; i++)
        {
            if (!labels[i].IsConfident || (random is not null && !IsKept(labels[i], random))) continue;
            candidates[i].Label = labels[i];
            candidates[i].DeNovo = _options.DeNovo?.Contains(partition.Contig, candidates[i].Start);
        }

        return (_labeler as HaplotypeLabeler)?.TakeMetrics();
    }

    /// <inheritdoc/>
    public void Dispose() => _truth.Dispose();

    private bool IsKept(CandidateLabel label, Random random)
    {
        int number = label.ClassOf([.. Enumerable.Range(0, label.Variant.AlternateBases.Count)]);
        return random.NextDouble() <= (number < _options.KeepByClass.Count ? _options.KeepByClass[number] : 1);
    }
}
