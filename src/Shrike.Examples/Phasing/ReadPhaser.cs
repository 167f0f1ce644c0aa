using System.Numerics;
using Shrike.Examples.Candidates;
using Shrike.Examples.Reads;

namespace Shrike.Examples.Phasing;

/// <summary>
/// Divides reads into two haplotypes by the alleles they show: alleles of neighbouring sites form a graph, the pair of paths that
/// explains most reads is the pair of haplotypes, and a read belongs to the one it has more alleles of (spec 80, 6).
/// </summary>
public static class ReadPhaser
{
    // So many alleles of its haplotype a read must show.
    private const int MinAlleles = 2;

    /// <summary>Phases the reads that overlap [start, end).</summary>
    /// <param name="candidates">Candidates whose support refers to <paramref name="batch"/>; their starts must ascend.</param>
    /// <param name="batch">Reads; reads of one key share a haplotype.</param>
    /// <param name="start">First base of the padded partition.</param>
    /// <param name="end">One past its last base.</param>
    /// <exception cref="Core.ShrikeException">Two candidates start at one place (exit 3).</exception>
    public static PhasedReads Phase(IReadOnlyList<Candidate> candidates, ReadBatch batch, int start, int end)
    {
        var takesPart = new bool[batch.Count];
        for (int i = 0; i < batch.Count; i++) takesPart[batch.Key[i]] |= TakesPart(batch, i, start, end);
        AlleleGraph graph = AlleleGraph.Build(candidates, batch, takesPart);
        HaplotypeMarker.Mark(graph);
        return new PhasedReads(Haplotypes(graph, takesPart), Divided(graph));
    }

    /// <summary>Whether a read is phased: it overlaps the padded partition as it is aligned now.</summary>
    public static bool TakesPart(ReadBatch batch, int read, int start, int end) => batch.Start[read] < end && batch.End[read] > start;

    private static sbyte[] Haplotypes(AlleleGraph graph, bool[] takesPart)
    {
        var first = new int[takesPart.Length];
        var second = new int[takesPart.Length];
        foreach (AlleleVertex vertex in graph.Sites.SelectMany(s => s.Vertices))
        {
            if (vertex.Haplotype == 0) continue;
            int[] counts = vertex.Haplotype == 1 ? first : second;
            for (int w = 0; w < vertex.Reads.Length; w++)
            {
                for (ulong left = vertex.Reads[w]; left != 0; left &= left - 1) counts[(w * 64) + BitOperations.TrailingZeroCount(left)]++;
            }
        }

        var haplotypes = new sbyte[takesPart.Length];
        for (int key = 0; key < haplotypes.Length; key++)
        {
            (int one, int two) = (first[key], second[key]);
            haplotypes[key] = (sbyte)(!takesPart[key] ? -1 : one > two && one >= MinAlleles ? 1 : two > one && two >= MinAlleles ? 2 : 0);
        }

        return haplotypes;
    }

    private static List<PhasedSite> Divided(AlleleGraph graph)
    {
        var sites = new List<PhasedSite>();
        foreach (AlleleSite site in graph.Sites)
        {
            AlleleVertex? one = Array.Find(site.Vertices, v => v.Haplotype == 1);
            AlleleVertex? two = Array.Find(site.Vertices, v => v.Haplotype == 2);
            if (one is not null && two is not null) sites.Add(new PhasedSite(site.Start, one.Name, two.Name));
        }

        return sites;
    }
}
