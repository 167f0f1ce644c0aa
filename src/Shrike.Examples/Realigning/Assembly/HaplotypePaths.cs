namespace Shrike.Examples.Realigning.Assembly;

/// <summary>
/// Counts and spells the paths of an acyclic graph from source to sink, over reference edges and edges of enough weight.
/// They are counted first, so that a graph with too many is given up before any is spelled.
/// </summary>
/// <param name="graph">The graph.</param>
internal sealed class HaplotypePaths(DeBruijnGraph graph)
{
    private long[] _paths = [];
    private readonly List<(int Vertex, int Length, int Letter)> _stack = [];
    private byte[] _spelled = new byte[2048];

    /// <summary>Spells all paths, bytewise ascending, into <paramref name="haplotypes"/>.</summary>
    /// <param name="minWeight">Lighter edges off the reference are removed.</param>
    /// <param name="maxPaths">With more paths none is spelled.</param>
    /// <param name="haplotypes">Receives the paths; left empty if there are too many.</param>
    public void Spell(int minWeight, int maxPaths, HaplotypeSet haplotypes)
    {
        haplotypes.Clear();
        long count = Count(minWeight, maxPaths);
        if (count > maxPaths) return;
        Enumerate(minWeight, haplotypes);
    }

    /// <summary>Whether an edge survives pruning by weight.</summary>
    public bool IsKept(int vertex, int letter, int minWeight) =>
        graph.Child(vertex, letter) >= 0 && (graph.Weight(vertex, letter) >= minWeight || graph.IsReference(vertex, letter));

    /// <summary>Whether some path leads from a vertex to the sink; valid after <see cref="Spell"/>.</summary>
    public bool ReachesSink(int vertex) => _paths[vertex] > 0;

    /// <summary>Number of paths from the source, saturating just above the limit.</summary>
    private long Count(int minWeight, int limit)
    {
        int n = graph.VertexCount;
        if (_paths.Length < n) _paths = new long[n + (n / 2)];
        ReadOnlySpan<int> order = graph.Order;
        for (int i = n - 1; i >= 0; i--)
        {
            int v = order[i];
            long sum = v == graph.Sink ? 1 : 0;
            for (int letter = 0; letter < DeBruijnGraph.Letters && v != graph.Sink; letter++)
            {
                if (IsKept(v, letter, minWeight)) sum += _paths[graph.Child(v, letter)];
            }

            _paths[v] = Math.Min(sum, limit + 1L);
        }

        return _paths[DeBruijnGraph.Source];
    }

    /// <summary>Depth first; letters ascending at every fork give the paths in byte order, as none is the prefix of another.</summary>
    private void Enumerate(int minWeight, HaplotypeSet haplotypes)
    {
        ReadOnlySpan<byte> first = graph.Kmer(DeBruijnGraph.Source);
        EnsureSpelled(first.Length);
        first.CopyTo(_spelled);
        _stack.Clear();
        _stack.Add((DeBruijnGraph.Source, first.Length, 0));
        while (_stack.Count > 0)
        {
            (int vertex, int length, int after) = _stack[^1];
            if (vertex == graph.Sink)
            {
                haplotypes.Add(_spelled.AsSpan(0, length));
                _stack.RemoveAt(_stack.Count - 1);
                continue;
            }

            int best = -1;
            int letter = int.MaxValue;
            for (int l = 0; l < DeBruijnGraph.Letters; l++)
            {
                if (!IsKept(vertex, l, minWeight)) continue;
                int child = graph.Child(vertex, l);
                int last = graph.LastLetter(child);
                if (_paths[child] == 0 || last <= after || last >= letter) continue;
                (best, letter) = (child, last);
            }

            if (best < 0)
            {
                _stack.RemoveAt(_stack.Count - 1);
                continue;
            }

            _stack[^1] = (vertex, length, letter);
            EnsureSpelled(length + 1);
            _spelled[length] = (byte)letter;
            _stack.Add((best, length + 1, 0));
        }
    }

    private void EnsureSpelled(int size)
    {
        if (size > _spelled.Length) Array.Resize(ref _spelled, Math.Max(size, _spelled.Length * 2));
    }
}
