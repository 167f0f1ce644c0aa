using System.Globalization;
using Shrike.Examples.Candidates;

namespace Shrike.Examples.Tests.Phasing;

/// <summary>
/// The phaser as its description has it, with sets of numbers and lists of edges and nothing shared with the program; edges are
/// visited in whatever order a generator gives.
/// </summary>
internal static class LiteralPhaser
{
    private sealed record Vertex(int Position, string Name, HashSet<int> Reads, HashSet<int> First);

    private sealed record Entry(int Score, (Vertex A, Vertex B)? From, HashSet<int> K1, HashSet<int> K2);

    public static string Phase(IReadOnlyList<Candidate> candidates, int reads, Random order)
    {
        (List<List<Vertex>> positions, List<int> starts, List<Vertex>[] lists) = Vertices(candidates, reads);
        var edges = new HashSet<(Vertex From, Vertex To)>();
        foreach (List<Vertex> list in lists)
        {
            for (int i = 1; i < list.Count; i++)
            {
                if (list[i].Position == list[i - 1].Position + 1) edges.Add((list[i - 1], list[i]));
            }
        }

        Dictionary<(Vertex A, Vertex B), Entry>[] tables = Scores(positions, edges, order);
        var marks = new Dictionary<Vertex, int>();
        for (int p = tables.Length - 1; p >= 0; p--)
        {
            if (tables[p].Values.Select(e => e.Score).Distinct().Count() <= 1) continue;
            (Vertex A, Vertex B)? at = tables[p].OrderByDescending(e => e.Value.Score).ThenByDescending(e => e.Key.A.Name + e.Key.B.Name, StringComparer.Ordinal).First().Key;
            for (; at is { } pair; at = tables[p].TryGetValue(pair, out Entry? e) ? e.From : null)
            {
                p = pair.A.Position;
                if (pair.A == pair.B) continue;
                marks[pair.A] = 1;
                marks[pair.B] = 2;
            }
        }

        IEnumerable<int> phases = lists.Select(list =>
        {
            int c1 = list.Count(v => marks.GetValueOrDefault(v) == 1), c2 = list.Count(v => marks.GetValueOrDefault(v) == 2);
            return c1 > c2 && c1 >= 2 ? 1 : c2 > c1 && c2 >= 2 ? 2 : 0;
        });
        IEnumerable<string> sites = positions
            .Select((vertices, p) => (Start: starts[p], One: vertices.Find(v => marks.GetValueOrDefault(v) == 1), Two: vertices.Find(v => marks.GetValueOrDefault(v) == 2)))
            .Where(s => s.One is not null && s.Two is not null)
            .Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Start}:{s.One!.Name}/{s.Two!.Name}"));
        return string.Join(',', phases) + " | " + string.Join(' ', sites);
    }

    private static (List<List<Vertex>> Positions, List<int> Starts, List<Vertex>[] Lists) Vertices(IReadOnlyList<Candidate> candidates, int reads)
    {
        var positions = new List<List<Vertex>>();
        var starts = new List<int>();
        List<Vertex>[] lists = [.. Enumerable.Range(0, reads).Select(_ => new List<Vertex>())];
        long barrier = 0;
        foreach (Candidate c in candidates)
        {
            string Name(AlleleSupport s) => s.Allele switch
            {
                AlleleSupport.Reference => "REF",
                AlleleSupport.Uncalled => "UNCALLED_ALLELE",
                _ => c.Variant.AlternateBases[s.Allele],
            };
            ILookup<string, AlleleSupport> supports = c.Support.ToLookup(Name);
            string[] keys = [.. supports.Select(g => g.Key).Where(k => k != "REF").Order(StringComparer.Ordinal)];
            int references = supports["REF"].Count();
            if (keys.Length <= 1 && references < 3) continue;
            if (keys.Length >= 1 && (c.End <= barrier || keys.Any(k => k.Length != c.End - c.Start)))
            {
                barrier = Math.Max(barrier, c.End);
                continue;
            }

            var vertices = new List<Vertex>();
            foreach (string name in references >= 3 ? keys.Prepend("REF") : keys)
            {
                int[] good = [.. supports[name].Where(s => !s.IsLowQuality).Select(s => s.Read)];
                var vertex = new Vertex(positions.Count, name, [.. good], [.. good.Where(r => lists[r].Count == 0)]);
                vertices.Add(vertex);
                foreach (int r in good) lists[r].Add(vertex);
            }

            positions.Add(vertices);
            starts.Add(c.Start);
        }

        return (positions, starts, lists);
    }

    private static Dictionary<(Vertex A, Vertex B), Entry>[] Scores(List<List<Vertex>> positions, HashSet<(Vertex From, Vertex To)> edges, Random order)
    {
        var tables = new Dictionary<(Vertex A, Vertex B), Entry>[positions.Count];
        for (int p = 0; p < positions.Count; p++)
        {
            List<Vertex> here = positions[p];
            if (p == 0 || !edges.Any(e => e.To.Position == p))
            {
                tables[p] = Start(here);
                continue;
            }

            var into = edges.Where(e => e.To.Position == p).ToList();
            foreach (Vertex v in here.Where(v => !edges.Any(e => e.To == v))) into.AddRange(positions[p - 1].Select(u => (u, v)));
            (Vertex From, Vertex To)[] shuffled = [.. into];
            order.Shuffle(shuffled);
            var table = tables[p] = [];
            foreach ((Vertex a, Vertex x) in shuffled)
            {
                foreach ((Vertex b, Vertex y) in shuffled)
                {
                    var entry = new Entry(0, null, [], []);
                    if (tables[p - 1].TryGetValue((a, b), out Entry? before))
                    {
                        HashSet<int> k1 = [.. x.Reads.Where(r => x.First.Contains(r) || before.K1.Contains(r))];
                        HashSet<int> k2 = [.. y.Reads.Where(r => y.First.Contains(r) || before.K2.Contains(r))];
                        entry = new Entry(before.Score + k1.Union(k2).Count(), (a, b), k1, k2);
                    }

                    if (!table.TryGetValue((x, y), out Entry? old) || IsBetter(entry, old)) table[(x, y)] = entry;
                }
            }

            if (table.Values.Select(e => e.Score).Distinct().Count() == 1 && p + 1 < positions.Count) tables[++p] = Start(positions[p]);
        }

        return tables;
    }

    private static bool IsBetter(Entry entry, Entry old)
    {
        if (entry.Score != old.Score) return entry.Score > old.Score;
        if (entry.From is not { } f) return false;
        return old.From is not { } o || string.CompareOrdinal(f.A.Name + f.B.Name, o.A.Name + o.B.Name) > 0;
    }

    private static Dictionary<(Vertex A, Vertex B), Entry> Start(List<Vertex> vertices)
    {
        var table = new Dictionary<(Vertex A, Vertex B), Entry>();
        for (int i = 0; i < vertices.Count; i++)
        {
            for (int j = i; j < vertices.Count; j++)
            {
                (Vertex a, Vertex b) = (vertices[i], vertices[j]);
                table[(a, b)] = new Entry(a.Reads.SetEquals(b.Reads) ? a.Reads.Count : a.Reads.Count + b.Reads.Count, null, a.Reads, b.Reads);
            }
        }

        return table;
    }
}
