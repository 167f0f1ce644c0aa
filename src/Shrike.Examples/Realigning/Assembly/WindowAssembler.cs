using Shrike.Examples.Reads;

namespace Shrike.Examples.Realigning.Assembly;

/// <summary>
/// Assembles a window: finds the smallest k whose graph has no cycle, and spells the graph's haplotypes. One object per
/// thread, reused from window to window.
/// </summary>
public sealed class WindowAssembler
{
    /// <summary>k of a window without a graph.</summary>
    public const int NoGraph = -1;

    private readonly DeBruijnGraphOptions _options;
    private readonly KmerText _text = new();
    private readonly DeBruijnGraph _graph;
    private readonly HaplotypePaths _paths;
    private readonly List<(int At, int Length)> _stretches = [];

    /// <param name="options">How to assemble.</param>
    public WindowAssembler(DeBruijnGraphOptions options)
    {
        _options = options;
        _graph = new DeBruijnGraph(_text);
        _paths = new HaplotypePaths(_graph);
    }

    /// <summary>Assembles the reads of a window.</summary>
    /// <param name="window">Reference letters of the window.</param>
    /// <param name="batch">Where the reads live.</param>
    /// <param name="reads">Indexes of the reads that overlap the window.</param>
    /// <param name="haplotypes">
    /// Receives the haplotypes, bytewise ascending, the reference among them; only the reference if there is no graph; empty if
    /// there are too many.
    /// </param>
    /// <returns>k of the graph, or <see cref="NoGraph"/>.</returns>
    public int Assemble(ReadOnlySpan<byte> window, ReadBatch batch, ReadOnlySpan<int> reads, HaplotypeSet haplotypes)
    {
        _text.Clear();
        _stretches.Clear();
        _text.Append(window);
        foreach (int read in reads)
        {
            if (batch.MappingQualityOf(read) < _options.MinMappingQuality) continue;
            GoodStretches.Append(batch.BasesOf(read), batch.QualitiesOf(read), (byte)Math.Clamp(_options.MinBaseQuality, 0, 255), _options.MinK + 1, _text, _stretches);
        }

        int k = SmallestAcyclicK(window.Length);
        if (k == NoGraph)
        {
            haplotypes.Clear();
            haplotypes.Add(window);
            return k;
        }

        _paths.Spell(_options.MinEdgeWeight, _options.MaxPaths, haplotypes);
        return k;
    }

    /// <summary>Writes the pruned graph of the last window, which had one, in the DOT language.</summary>
    public void WriteDot(TextWriter writer) => GraphDot.Write(_graph, _paths, _options.MinEdgeWeight, writer);

    /// <summary>
    /// Cycles never appear with growing k (a cycle at k + 1 projects to one at k), so the smallest k without one is found by
    /// galloping and bisection. The graph of the answer is the one built last.
    /// </summary>
    private int SmallestAcyclicK(int length)
    {
        int maxK = Math.Min(_options.MaxK, length - 1);
        if (maxK < _options.MinK) return NoGraph;
        int steps = (maxK - _options.MinK) / _options.StepK;
        bool Try(int step) => _graph.TryBuild(_options.MinK + (step * _options.StepK), length, _stretches);

        int cyclic = -1;
        int acyclic = 0;
        for (int stride = 1; !Try(acyclic); stride *= 2)
        {
            if (acyclic == steps) return NoGraph;
            cyclic = acyclic;
            acyclic = Math.Min(steps, acyclic + stride);
        }

        int built = acyclic;
        while (acyclic - cyclic > 1)
        {
            int middle = (cyclic + acyclic) / 2;
            built = middle;
            if (Try(middle)) acyclic = middle;
            else cyclic = middle;
        }

        if (built != acyclic) Try(acyclic);
        return _options.MinK + (acyclic * _options.StepK);
    }
}
