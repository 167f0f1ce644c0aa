using System.Globalization;
using Shrike.Core;
using Shrike.Examples.Candidates;
using Shrike.Examples.Reads;

namespace Shrike.Examples.Phasing;

/// <summary>
/// The sites that take part in phasing, their alleles, and which of them single reads connect (spec 80, 6.3 and 6.4).
/// </summary>
internal sealed class AlleleGraph
{
    private readonly ReadBatch _batch;
    private readonly bool[] _takesPart;

    // By read key: the allele it showed last.
    private readonly (int Site, int Vertex)[] _last;
    private readonly List<short> _codes = [];
    private readonly List<string> _names = [];

    private AlleleGraph(ReadBatch batch, bool[] takesPart)
    {
        _batch = batch;
        _takesPart = takesPart;
        _last = new (int Site, int Vertex)[batch.Count];
        Array.Fill(_last, (-1, -1));
        Words = (batch.Count + 63) / 64;
    }

    /// <summary>Words of a set of reads.</summary>
    public int Words { get; }

    /// <summary>The sites, ascending.</summary>
    public List<AlleleSite> Sites { get; } = [];

    /// <summary>Builds the graph.</summary>
    /// <param name="candidates">Candidates, whose starts ascend.</param>
    /// <param name="batch">Their reads.</param>
    /// <param name="takesPart">Which reads take part, by key.</param>
    /// <exception cref="ShrikeException">Two candidates start at one place.</exception>
    public static AlleleGraph Build(IReadOnlyList<Candidate> candidates, ReadBatch batch, bool[] takesPart)
    {
        var graph = new AlleleGraph(batch, takesPart);
        SiteFilter filter = default;
        for (int i = 0; i < candidates.Count; i++)
        {
            Candidate candidate = candidates[i];
            if (i > 0 && candidate.Start <= candidates[i - 1].Start)
            {
                throw ShrikeException.InvalidData(string.Create(CultureInfo.InvariantCulture, $"{candidate.Variant.ReferenceName}:{candidate.Start + 1}: two sites start here, and --phase_reads needs one: join the records, or leave out --phase_reads"));
            }

            int referenceReads = graph.ListAlleles(candidate);
            if (filter.Keeps(candidate, graph._names, referenceReads)) graph.Add(candidate, referenceReads >= SiteFilter.MinReferenceReads);
        }

        return graph;
    }

    /// <summary>Alleles that reads show besides the reference, good or not, by their letters; returns the number of reference reads.</summary>
    private int ListAlleles(Candidate candidate)
    {
        _codes.Clear();
        _names.Clear();
        int referenceReads = 0;
        foreach (AlleleSupport s in candidate.Support)
        {
            if (s.Allele == AlleleSupport.Reference) referenceReads++;
            else if (!_codes.Contains(s.Allele)) _codes.Add(s.Allele);
        }

        _codes.Sort((a, b) => string.CompareOrdinal(NameOf(candidate, a), NameOf(candidate, b)));
        foreach (short code in _codes) _names.Add(NameOf(candidate, code));
        return referenceReads;
    }

    private static string NameOf(Candidate candidate, short allele)
    {
        int alts = candidate.Variant.AlternateBases.Count;
        return allele == AlleleSupport.Uncalled ? SiteFilter.Uncalled : allele < alts ? candidate.Variant.AlternateBases[allele] : candidate.OtherAlleles![allele - alts];
    }

    private void Add(Candidate candidate, bool withReference)
    {
        if (withReference)
        {
            _codes.Insert(0, AlleleSupport.Reference);
            _names.Insert(0, AlleleVertex.Reference);
        }

        var site = new AlleleSite(candidate.Start, [.. _names.Select(n => new AlleleVertex(n, Words))]);
        foreach (AlleleSupport s in candidate.Support)
        {
            int key = _batch.Key[s.Read];
            int vertex = _codes.IndexOf(s.Allele);
            if (s.IsLowQuality || !_takesPart[key] || vertex < 0) continue;
            Connect(site.Vertices[vertex], vertex, key);
        }

        foreach (AlleleVertex v in site.Vertices) v.Predecessors.Sort();
        Sites.Add(site);
    }

    private void Connect(AlleleVertex vertex, int index, int key)
    {
        (int word, ulong bit) = (key / 64, 1UL << (key % 64));
        vertex.Reads[word] |= bit;
        (int site, int before) = _last[key];
        if (site < 0) vertex.First[word] |= bit;
        else if (site == Sites.Count - 1 && !vertex.Predecessors.Contains(before)) vertex.Predecessors.Add(before);
        _last[key] = (Sites.Count, index);
    }
}
