using Shrike.Examples.Alleles;
using Shrike.Examples.Reads;

namespace Shrike.Examples.Realigning.Windows;

/// <summary>
/// Finds the windows of a partition where reads disagree with the reference often enough to be assembled: marks every
/// position with enough support for variation, and merges marks into windows. One object per thread.
/// </summary>
public sealed class WindowSelector
{
    private const double StrictInsertionFraction = 0.08;
    private readonly WindowSelectorOptions _options;
    private readonly AlleleCounter _counter;
    private readonly List<AlleleGroup> _groups = [];
    private int[] _support = [];
    private float[] _score = [];

    /// <param name="options">How to select.</param>
    public WindowSelector(WindowSelectorOptions options)
    {
        _options = options;
        _counter = new AlleleCounter(new AlleleCounterOptions
        {
            MinBaseQuality = options.MinBaseQuality,
            MinMappingQuality = options.MinMappingQuality,
            LegacyBehavior = options.LegacyBehavior,
        });
    }

    /// <summary>
    /// Appends the windows [start, end) of a partition to <paramref name="windows"/>: disjoint, ascending; they may reach
    /// beyond the partition and, near its ends, beyond the contig.
    /// </summary>
    /// <param name="batch">Reads of the partition.</param>
    /// <param name="firstRead">Reads before this one do not vote.</param>
    /// <param name="reference">Reference of the contig.</param>
    /// <param name="start">First base of the partition.</param>
    /// <param name="end">One past its last base.</param>
    /// <param name="windows">Receives the windows.</param>
    public void Select(ReadBatch batch, int firstRead, ReferenceWindow reference, int start, int end, List<(int Start, int End)> windows)
    {
        if (firstRead >= batch.Count) return;
        if (_options.RealignAll)
        {
            windows.Add((start, end));
            return;
        }

        int from = Math.Max(0, start - _options.RegionExpansion);
        int to = (int)Math.Min(reference.Contig.Length, (long)end + _options.RegionExpansion);
        _counter.Count(batch, reference, from, to, int.MinValue, int.MaxValue, firstRead);
        if (_options.Linear is { } model) MarkByScore(model, windows);
        else MarkBySupport(windows);
    }

    private void MarkBySupport(List<(int Start, int End)> windows)
    {
        int n = _counter.Length;
        if (_support.Length < n) _support = new int[n];
        _support.AsSpan(0, n).Clear();
        for (int i = 0; i < n; i++)
        {
            if (_counter.GoodAlternates[i] >= _options.MinAlleleSupport) AddSupport(i);
        }

        var merger = new WindowMerger(_options.MinDistance, windows);
        for (int i = 0; i < n; i++)
        {
            if (_support[i] >= _options.MinSupportingReads && _support[i] <= _options.MaxSupportingReads) merger.Add(_counter.Start + i);
        }

        merger.Complete();
    }

    /// <summary>Groups the good alleles of a position and spreads the groups that are large enough over the bases they concern.</summary>
    private void AddSupport(int index)
    {
        ObservationList observations = _counter.At(index);
        _groups.Clear();
        for (int i = 0; i < observations.Count; i++)
        {
            ref readonly Observation o = ref observations[i];
            if (o.IsLowQuality || o.Type == AlleleType.Reference) continue;
            AddToGroup(o);
        }

        foreach (AlleleGroup group in _groups)
        {
            if (group.Count < _options.MinAlleleSupport) continue;
            AlleleType type = group.First.Type;
            int length = group.First.Length;
            if (_options.StrictInsertionFilter && type == AlleleType.Insertion && length <= 1 && !(group.Count / (float)_counter.Total(index) >= StrictInsertionFraction)) continue;
            (int from, int to) = Span(index, type, length);
            for (int i = from; i < to; i++) _support[i] += group.Count;
        }
    }

    private void AddToGroup(in Observation o)
    {
        ulong hash = _counter.HashOf(o);
        for (int g = 0; g < _groups.Count; g++)
        {
            AlleleGroup group = _groups[g];
            if (group.Hash != hash || !_counter.SameAllele(group.First, o)) continue;
            _groups[g] = group with { Count = group.Count + 1 };
            return;
        }

        _groups.Add(new AlleleGroup(o, hash, 1));
    }

    private void MarkByScore(LinearWindowModel model, List<(int Start, int End)> windows)
    {
        int n = _counter.Length;
        if (_score.Length < n) _score = new float[n];
        _score.AsSpan(0, n).Fill(model.Bias);
        for (int i = 0; i < n; i++)
        {
            _score[i] += _counter.ReferenceCount[i] * model.Reference;
            ObservationList observations = _counter.At(i);
            for (int k = 0; k < observations.Count; k++)
            {
                ref readonly Observation o = ref observations[k];
                float weight = o.Type switch
                {
                    AlleleType.Substitution => model.Substitution,
                    AlleleType.Insertion => model.Insertion,
                    AlleleType.Deletion => model.Deletion,
                    AlleleType.SoftClip => model.SoftClip,
                    _ => 0,
                };
                (int from, int to) = Span(i, o.Type, o.Length);
                for (int at = from; at < to; at++) _score[at] += weight;
            }
        }

        var merger = new WindowMerger(_options.MinDistance, windows);
        for (int i = 0; i < n; i++)
        {
            if (_score[i] > model.Boundary) merger.Add(_counter.Start + i);
        }

        merger.Complete();
    }

    /// <summary>The counted positions an allele concerns: the base, the deleted bases, or as many on both sides as were inserted or clipped.</summary>
    private (int From, int To) Span(int index, AlleleType type, int length)
    {
        (int from, int to) = type switch
        {
            AlleleType.Deletion => (index + 1, index + 1 + length),
            AlleleType.Insertion or AlleleType.SoftClip => (index + 1 - length, index + 1 + length),
            _ => (index, index + 1),
        };
        return (Math.Max(0, from), Math.Min(_counter.Length, to));
    }

    private readonly record struct AlleleGroup(Observation First, ulong Hash, int Count);
}
