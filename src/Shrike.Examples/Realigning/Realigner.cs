using System.Runtime.InteropServices;
using Shrike.Examples.Reads;
using Shrike.Examples.Realigning.Alignment;
using Shrike.Examples.Realigning.Assembly;
using Shrike.Examples.Realigning.Windows;

namespace Shrike.Examples.Realigning;

/// <summary>
/// Realigns the reads of a partition: finds windows where they disagree with the reference, assembles haplotypes there, and
/// aligns every read of a window to its best haplotype. One object per thread.
/// </summary>
public sealed class Realigner
{
    private const int Flank = 20;
    private readonly RealignerOptions _options;
    private readonly WindowSelector _selector;
    private readonly WindowAssembler _assembler;
    private readonly HaplotypeAligner _aligner;
    private readonly IRealignerObserver? _observer;
    private readonly List<(int Start, int End)> _windows = [];
    private readonly List<AssembledWindow> _assembled = [];
    private readonly List<int> _overlapping = [];
    private readonly List<int> _order = [];
    private readonly HaplotypeSet _flanked = new();
    private int[] _windowOf = [];

    // The first of _assembled are those of the partition at hand; the others wait to be used again.
    private int _windowCount;

    /// <param name="options">How to realign.</param>
    /// <param name="observer">Is told what was assembled; null for nobody.</param>
    public Realigner(RealignerOptions options, IRealignerObserver? observer = null)
    {
        _options = options;
        _observer = observer;
        _selector = new WindowSelector(options.Windows);
        _assembler = new WindowAssembler(options.Graph);
        _aligner = new HaplotypeAligner(options.Aligner);
    }

    /// <summary>
    /// Realigns the reads of [start, end). Afterwards the batch holds reads that are too long for realignment, then reads of no
    /// window, then the reads of window after window, each group in its old order; this order decides ties downstream.
    /// </summary>
    /// <param name="batch">Reads of the partition.</param>
    /// <param name="reference">Reference of the contig.</param>
    /// <param name="start">First base of the partition.</param>
    /// <param name="end">One past its last base.</param>
    public void Realign(ReadBatch batch, ReferenceWindow reference, int start, int end)
    {
        if (batch.Count == 0) return;
        int first = MoveLongReadsToFront(batch);
        if (_options.SplitSkippedReads) SkipSplitter.Split(batch, first);
        _windows.Clear();
        _selector.Select(batch, first, reference, start, end, _windows);
        Assemble(batch, first, reference);
        if (_windowCount > 0) AssignAndAlign(batch, first, reference);
    }

    private int MoveLongReadsToFront(ReadBatch batch)
    {
        if (_options.MaxReadLength == 0) return 0;
        _order.Clear();
        for (int i = 0; i < batch.Count; i++)
        {
            if (batch.BasesOf(i).Length > _options.MaxReadLength) _order.Add(i);
        }

        int first = _order.Count;
        if (first == 0 || first == batch.Count) return first;
        for (int i = 0; i < batch.Count; i++)
        {
            if (batch.BasesOf(i).Length <= _options.MaxReadLength) _order.Add(i);
        }

        batch.Reorder(CollectionsMarshal.AsSpan(_order));
        return first;
    }

    /// <summary>Assembles the windows that lie inside the contig and are not too long; the others are dropped, not cut.</summary>
    private void Assemble(ReadBatch batch, int first, ReferenceWindow reference)
    {
        _windowCount = 0;
        foreach ((int start, int end) in _windows)
        {
            if (end - start > _options.Windows.MaxSize || start < 0 || end > reference.Contig.Length)
            {
                _observer?.LeftOut(reference.Contig, start, end);
                continue;
            }

            _overlapping.Clear();
            for (int i = first; i < batch.Count; i++)
            {
                if (batch.Start[i] < end && batch.End[i] > start) _overlapping.Add(i);
            }

            if (_windowCount == _assembled.Count) _assembled.Add(new AssembledWindow());
            AssembledWindow window = _assembled[_windowCount];
            ReadOnlySpan<byte> letters = reference.Bases(start, end);
            int k = _assembler.Assemble(letters, batch, CollectionsMarshal.AsSpan(_overlapping), window.Haplotypes);
            _observer?.Assembled(reference.Contig, start, end, k, window.Haplotypes, _overlapping.Count, _assembler);
            HaplotypeSet haplotypes = window.Haplotypes;
            if (haplotypes.Count == 0 || (haplotypes.Count == 1 && haplotypes[0].SequenceEqual(letters))) continue;
            window.Reset(start, end);
            _windowCount++;
        }
    }

    private void AssignAndAlign(ReadBatch batch, int first, ReferenceWindow reference)
    {
        Assign(batch, first);
        for (int w = 0; w < _windowCount; w++)
        {
            if (_assembled[w].Reads.Count > 0) AlignWindow(batch, _assembled[w], reference);
        }

        _order.Clear();
        for (int i = 0; i < first; i++) _order.Add(i);
        for (int i = first; i < batch.Count; i++)
        {
            if (_windowOf[i] < 0) _order.Add(i);
        }

        for (int w = 0; w < _windowCount; w++) _order.AddRange(_assembled[w].Reads);
        batch.Reorder(CollectionsMarshal.AsSpan(_order));
    }

    /// <summary>Every read goes to the assembled window it overlaps most; of equals to the first.</summary>
    private void Assign(ReadBatch batch, int first)
    {
        if (_windowOf.Length < batch.Count) _windowOf = new int[batch.Count * 2];
        for (int i = first; i < batch.Count; i++)
        {
            int best = -1;
            int most = 0;
            for (int w = 0; w < _windowCount; w++)
            {
                int overlap = Math.Min(batch.End[i], _assembled[w].End) - Math.Max(batch.Start[i], _assembled[w].Start);
                if (overlap <= most) continue;
                (best, most) = (w, overlap);
            }

            _windowOf[i] = best;
            if (best >= 0) _assembled[best].Reads.Add(i);
        }
    }

    /// <summary>Puts the reference around the haplotypes, as far as the reads reach and a little further, and aligns.</summary>
    private void AlignWindow(ReadBatch batch, AssembledWindow window, ReferenceWindow reference)
    {
        int from = window.Start;
        int to = window.End;
        foreach (int i in window.Reads)
        {
            from = Math.Min(from, batch.Start[i]);
            to = Math.Max(to, batch.End[i]);
        }

        from = Math.Max(0, from - Flank);
        to = (int)Math.Min(reference.Contig.Length, (long)to + Flank);
        if (to <= window.End) return;
        ReadOnlySpan<byte> letters = reference.Bases(from, to);
        ReadOnlySpan<byte> prefix = letters[..(window.Start - from)];
        ReadOnlySpan<byte> suffix = letters[(window.End - from)..];
        _flanked.Clear();
        for (int h = 0; h < window.Haplotypes.Count; h++) _flanked.Add(prefix, window.Haplotypes[h], suffix);
        _aligner.Align(batch, CollectionsMarshal.AsSpan(window.Reads), _flanked, letters, from, prefix.Length, suffix.Length);
    }

    private sealed class AssembledWindow
    {
        public HaplotypeSet Haplotypes { get; } = new();

        public List<int> Reads { get; } = [];

        public int Start { get; private set; }

        public int End { get; private set; }

        public void Reset(int start, int end)
        {
            Reads.Clear();
            (Start, End) = (start, end);
        }
    }
}
