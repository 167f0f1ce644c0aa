using System.Globalization;
using Shrike.Core;
using Shrike.Examples;
using Shrike.Examples.Reads;
using Shrike.Examples.Realigning;
using Shrike.Examples.Realigning.Alignment;
using Shrike.Examples.Realigning.Assembly;

namespace Shrike.Pipeline.Explaining;

/// <summary>Writes down what the realigner does at a place.</summary>
/// <param name="place">The place.</param>
/// <param name="options">The realigner's; null without one.</param>
internal sealed class RealignmentWitness(Place place, RealignerOptions? options)
{
    private readonly HaplotypeDifferences _differences = new((options ?? new RealignerOptions()).Aligner);
    private readonly List<WindowReport> _windows = [];
    private readonly HashSet<int> _before = [], _after = [], _moved = [], _tooLong = [];
    private Region _partition;
    private ReferenceWindow? _reference;

    /// <summary>All of it.</summary>
    public RealignmentReport Report => new(_windows, _before.Count, _after.Count, _moved.Count, _tooLong.Count);

    /// <summary>A partition begins.</summary>
    public void Begin(in Region partition, ReferenceWindow reference) => (_partition, _reference) = (partition, reference);

    /// <summary>A window was assembled.</summary>
    public void Assembled(int start, int end, int k, HaplotypeSet haplotypes, int reads)
    {
        if (!IsWanted(start, end)) return;
        ReadOnlySpan<byte> reference = _reference!.Bases(start, end);
        var reports = new List<HaplotypeReport>();
        for (int h = 0; h < haplotypes.Count; h++) reports.Add(Describe(haplotypes[h], reference, start));
        string result = k == WindowAssembler.NoGraph ? "no k gives a graph without a cycle: reads stay as they are aligned"
            : haplotypes.Count == 0 ? "too many haplotypes (--dbg_max_num_paths): reads stay as they are aligned"
            : haplotypes.Count == 1 && reports[0].Differences.Count == 0 ? "nothing but the reference was assembled: reads stay as they are aligned"
            : "reads are aligned to the haplotypes";
        _windows.Add(new WindowReport(start + 1, end, result, k == WindowAssembler.NoGraph ? null : k, reads, [.. reports.OrderByDescending(r => r.DiffersAtPlace)]));
    }

    /// <summary>A window was not assembled.</summary>
    public void LeftOut(int start, int end)
    {
        if (IsWanted(start, end)) _windows.Add(new WindowReport(start + 1, end, end - start > options!.Windows.MaxSize ? "longer than --ws_max_window_size: not assembled" : "reaches beyond the contig: not assembled", null, 0, []));
    }

    /// <summary>The reads of the partition stand as they will be counted.</summary>
    public void Realigned(ReadBatch batch)
    {
        ReadStore store = batch.Store;
        for (int i = 0; i < batch.Count; i++)
        {
            int row = batch.Row[i];
            bool before = place.Overlaps(store.Start[row], Math.Max(store.End[row], store.Start[row] + 1));
            bool after = place.Overlaps(batch.Start[i], batch.End[i]);
            if (!before && !after) continue;
            if (before) _before.Add(row);
            if (after) _after.Add(row);
            if (batch.Start[i] != store.Start[row] || !batch.CigarOf(i).SequenceEqual(store.CigarOf(row))) _moved.Add(row);
            if (options is { MaxReadLength: > 0 } && batch.BasesOf(i).Length > options.MaxReadLength) _tooLong.Add(row);
        }
    }

    private HaplotypeReport Describe(ReadOnlySpan<byte> haplotype, ReadOnlySpan<byte> reference, int start)
    {
        List<HaplotypeDifference> differences = _differences.Of(haplotype, reference, start);
        return new HaplotypeReport(
            haplotype.Length,
            differences.Any(d => place.Overlaps(d.Position, Math.Max(d.End, d.Position + 1))),
            [.. differences.Select(d => string.Create(CultureInfo.InvariantCulture, $"{d.Position + 1} {d.Reference}>{d.Alternate}"))]);
    }

    private bool IsWanted(int start, int end) => place.Overlaps(start, end) && place.Overlaps(_partition.Start, _partition.End);
}
