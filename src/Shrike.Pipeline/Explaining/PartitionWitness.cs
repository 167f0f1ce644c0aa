using Shrike.Core;
using Shrike.Examples;
using Shrike.Examples.Alleles;
using Shrike.Examples.Candidates;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Pileup;
using Shrike.Examples.Reads;
using Shrike.Examples.Realigning.Assembly;

namespace Shrike.Pipeline.Explaining;

/// <summary>Stands beside stage 1 and writes down what happens at a place.</summary>
internal sealed class PartitionWitness : IPartitionObserver
{
    // Around the place alleles are counted too: an indel may be anchored beside the position that was asked for.
    private const int Beside = 10;
    private readonly Place _place;
    private readonly StageOneOptions _options;
    private readonly AlleleCounter _before;
    private readonly AlleleTally _tally;
    private readonly PileupEncoder _encoder;
    private readonly RealignmentWitness _realignment;
    private readonly Dictionary<AlleleKey, int> _countsBefore = [];
    private readonly HashSet<int> _used = [];
    private readonly List<(byte Mapq, bool IsReverse)> _reads = [];

    /// <param name="place">The place.</param>
    /// <param name="options">Stage 1.</param>
    public PartitionWitness(Place place, StageOneOptions options)
    {
        _place = place;
        _options = options;
        _before = new AlleleCounter(options.Counter with { NormalizeReads = false });
        _tally = new AlleleTally(options.Caller);
        _encoder = new PileupEncoder(options.Pileup!);
        _realignment = new RealignmentWitness(place, options.Realigner);
        Images = new ExampleSet(options.Pileup!.ImageBytes);
    }

    /// <summary>Positions at and beside the place where something was counted, ascending.</summary>
    public List<PositionReport> Positions { get; } = [];

    /// <summary>Candidates before any was deselected, ascending.</summary>
    public List<Candidate> Candidates { get; } = [];

    /// <summary>Those that stayed.</summary>
    public HashSet<Candidate> Selected { get; } = [];

    /// <summary>What the small model said of the candidates at the place.</summary>
    public Dictionary<Candidate, List<SmallModelAnswer>> Answers { get; } = [];

    /// <summary>Images of all ALT sets of the candidates at the place, whether the network is asked for them or not.</summary>
    public ExampleSet Images { get; }

    /// <summary>Reference letters of each image.</summary>
    public List<string> ImageReferences { get; } = [];

    /// <summary>Reads over the place that take part, with mapping quality and strand.</summary>
    public IReadOnlyList<(byte Mapq, bool IsReverse)> Reads => _reads;

    /// <summary>What realignment did; null without it.</summary>
    public RealignmentReport? Realignment => _options.Realigner is null ? null : _realignment.Report;

    /// <inheritdoc/>
    public void Chosen(in Region partition, ReadBatch batch, ReferenceWindow reference)
    {
        _realignment.Begin(partition, reference);
        if (!_place.Overlaps(partition.Start - Beside, partition.End + Beside)) return;
        for (int i = 0; i < batch.Count; i++)
        {
            if (_place.Overlaps(batch.Start[i], Math.Max(batch.End[i], batch.Start[i] + 1)) && _place.Overlaps(partition.Start, partition.End) && _used.Add(batch.Row[i])) _reads.Add((batch.MappingQualityOf(i), batch.IsReverse(i)));
        }

        (int from, int to) = Counted(partition);
        if (from >= to) return;
        _before.Count(batch, reference, from, to, partition.Start, partition.End);
        AlleleTally.AddCounts(_before, _countsBefore);
    }

    /// <inheritdoc/>
    public void Assembled(Contig contig, int start, int end, int k, HaplotypeSet haplotypes, int reads, WindowAssembler assembler) => _realignment.Assembled(start, end, k, haplotypes, reads);

    /// <inheritdoc/>
    public void LeftOut(Contig contig, int start, int end) => _realignment.LeftOut(start, end);

    /// <inheritdoc/>
    public void Called(in Region partition, AlleleCounter counter, ReadBatch batch, IReadOnlyList<Candidate> candidates)
    {
        (int start, int end) = (partition.Start, partition.End);
        Candidates.AddRange(candidates.Where(c => c.Start >= start && c.Start < end));
        if (_place.Overlaps(start, end)) _realignment.Realigned(batch);
        (int from, int to) = Counted(partition);
        for (int position = from; position < to; position++)
        {
            PositionReport report = _tally.At(counter, batch, position, _countsBefore);
            bool isAsked = _place.Overlaps(position, position + 1);
            bool isTelling = isAsked ? _place.End - _place.Start == 1 || report.Alleles.Any(a => Math.Max(a.Count, a.CountBefore) >= 2) : report.IsCandidate;
            if (isTelling) Positions.Add(report);
        }
    }

    /// <inheritdoc/>
    public void Drawing(IReadOnlyList<Candidate> candidates, ReadBatch batch, ReferenceWindow reference)
    {
        Selected.UnionWith(candidates);
        foreach (Candidate candidate in candidates.Where(c => _place.Overlaps(c.Start, c.End)))
        {
            int first = Images.Count;
            _encoder.Encode(candidate, batch, reference, Images);
            if (Images.Count == first) continue;
            int start = candidate.Start - ((_options.Pileup!.Width - 1) / 2);
            string letters = System.Text.Encoding.ASCII.GetString(reference.Bases(start, start + _options.Pileup.Width));
            while (ImageReferences.Count < Images.Count) ImageReferences.Add(letters);
        }
    }

    /// <summary>Writes down an answer of the small model.</summary>
    public void Answered(Candidate site, IReadOnlyList<int> alts, ReadOnlySpan<float> probabilities, double score, int threshold)
    {
        if (!_place.Overlaps(site.Start, site.End)) return;
        if (!Answers.TryGetValue(site, out List<SmallModelAnswer>? answers)) Answers[site] = answers = [];
        answers.Add(new SmallModelAnswer([.. alts.Select(a => site.Variant.AlternateBases[a])], [probabilities[0], probabilities[1], probabilities[2]], score, threshold, score >= threshold));
    }

    private (int From, int To) Counted(in Region partition) => (Math.Max(partition.Start, _place.Start - Beside), Math.Min(partition.End, _place.End + Beside));
}
