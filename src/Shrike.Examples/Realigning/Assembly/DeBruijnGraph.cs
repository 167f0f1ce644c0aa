namespace Shrike.Examples.Realigning.Assembly;

/// <summary>
/// The de Bruijn graph of one k: vertices are the k-mers of the reference window and of the reads, an edge joins two
/// k-mers that follow each other and counts how often. Vertices keep their successors by letter, so that a read walks
/// along what is known without looking anything up. Reused from window to window.
/// </summary>
internal sealed class DeBruijnGraph
{
    /// <summary>Successors of a vertex: A, C, G, T, and a letter of the reference that is none of these.</summary>
    public const int Letters = 5;

    private const int Stride = 8;
    private readonly KmerText _text;
    private readonly KmerTable _table;

    // Per vertex, at a stride of 8: the successor by letter (-1: none) and the weight of that edge.
    private int[] _child = new int[Stride * 1024];
    private int[] _weight = new int[Stride * 1024];
    private byte[] _referenceEdges = new byte[1024];
    private int[] _incoming = new int[1024];
    private int[] _order = new int[1024];
    private int _referenceLength;

    /// <param name="text">The reference window, then the stretches of the reads.</param>
    public DeBruijnGraph(KmerText text)
    {
        _text = text;
        _table = new KmerTable(text);
    }

    /// <summary>k of the graph at hand.</summary>
    public int K { get; private set; }

    /// <summary>Number of vertices.</summary>
    public int VertexCount => _table.Count;

    /// <summary>First k-mer of the reference.</summary>
    public static int Source => 0;

    /// <summary>Last k-mer of the reference. The reference comes first and has no repeated k-mer.</summary>
    public int Sink => _referenceLength - K;

    /// <summary>Vertices in topological order.</summary>
    public ReadOnlySpan<int> Order => _order.AsSpan(0, VertexCount);

    /// <summary>Successor by letter, -1 if there is none.</summary>
    public int Child(int vertex, int letter) => _child[(vertex * Stride) + letter];

    /// <summary>Weight of the edge to the successor by letter.</summary>
    public int Weight(int vertex, int letter) => _weight[(vertex * Stride) + letter];

    /// <summary>Whether the edge to the successor by letter is on the reference.</summary>
    public bool IsReference(int vertex, int letter) => ((_referenceEdges[vertex] >> letter) & 1) != 0;

    /// <summary>Last letter of a vertex, which is the letter of all edges into it.</summary>
    public byte LastLetter(int vertex) => _text.Letters[_table.PlaceOf(vertex) + K - 1];

    /// <summary>The k-mer of a vertex.</summary>
    public ReadOnlySpan<byte> Kmer(int vertex) => _text.Letters.AsSpan(_table.PlaceOf(vertex), K);

    /// <summary>Builds the graph for a k.</summary>
    /// <param name="k">Letters of a vertex; less than <paramref name="referenceLength"/>.</param>
    /// <param name="referenceLength">Letters of the reference window, at the start of the text.</param>
    /// <param name="stretches">Place and length of the read stretches.</param>
    /// <returns>
    /// Whether the graph has no directed cycle; otherwise it must not be used. A repeated k-mer of the reference
    /// is a cycle too, and a cycle at k + 1 implies one at k.
    /// </returns>
    public bool TryBuild(int k, int referenceLength, List<(int At, int Length)> stretches)
    {
        K = k;
        _referenceLength = referenceLength;
        _text.Use(k);
        _table.Clear();
        return AddReference() && AddStretches(stretches) && SortTopologically();
    }

    private bool AddReference()
    {
        int previous = AddVertex(0);
        for (int at = 1; at + K <= _referenceLength; at++)
        {
            int vertex = _table.FindOrAdd(at, out bool isNew);
            if (!isNew) return false;
            ClearVertex(vertex);
            int letter = _text.Codes[at + K - 1];
            _child[(previous * Stride) + letter] = vertex;
            _weight[(previous * Stride) + letter] = 1;
            _referenceEdges[previous] |= (byte)(1 << letter);
            previous = vertex;
        }

        return true;
    }

    private bool AddStretches(List<(int At, int Length)> stretches)
    {
        ReadOnlySpan<byte> codes = _text.Codes;
        foreach ((int first, int length) in stretches)
        {
            if (length <= K) continue;
            int vertex = AddVertex(first);
            int last = first + length - K;
            for (int at = first + 1; at <= last; at++)
            {
                int edge = (vertex * Stride) + codes[at + K - 1];
                int next = _child[edge];
                if (next < 0)
                {
                    next = AddVertex(at);
                    _child[edge] = next;
                    if (next == vertex) return false;
                }

                _weight[edge]++;
                vertex = next;
            }
        }

        return true;
    }

    private int AddVertex(int at)
    {
        int vertex = _table.FindOrAdd(at, out bool isNew);
        if (isNew) ClearVertex(vertex);
        return vertex;
    }

    private void ClearVertex(int vertex)
    {
        if (vertex == _referenceEdges.Length)
        {
            int size = vertex * 2;
            Array.Resize(ref _child, size * Stride);
            Array.Resize(ref _weight, size * Stride);
            Array.Resize(ref _referenceEdges, size);
            Array.Resize(ref _incoming, size);
            Array.Resize(ref _order, size);
        }

        _child.AsSpan(vertex * Stride, Stride).Fill(-1);
        _weight.AsSpan(vertex * Stride, Stride).Clear();
        _referenceEdges[vertex] = 0;
    }

    /// <summary>Kahn's algorithm; false if some vertices stay behind, on or behind a cycle.</summary>
    private bool SortTopologically()
    {
        int n = VertexCount;
        Span<int> incoming = _incoming.AsSpan(0, n);
        incoming.Clear();
        for (int v = 0; v < n; v++)
        {
            foreach (int child in _child.AsSpan(v * Stride, Letters))
            {
                if (child >= 0) incoming[child]++;
            }
        }

        int ready = 0;
        for (int v = 0; v < n; v++)
        {
            if (incoming[v] == 0) _order[ready++] = v;
        }

        for (int done = 0; done < ready; done++)
        {
            foreach (int child in _child.AsSpan(_order[done] * Stride, Letters))
            {
                if (child >= 0 && --incoming[child] == 0) _order[ready++] = child;
            }
        }

        return ready == n;
    }
}
