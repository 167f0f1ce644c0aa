using System.Text;

namespace Shrike.Examples.Realigning.Assembly;

/// <summary>An assembled graph in the DOT language, for eyes.</summary>
internal static class GraphDot
{
    /// <summary>Writes the part of the graph that lies between source and sink; reference edges are red.</summary>
    public static void Write(DeBruijnGraph graph, HaplotypePaths paths, int minWeight, TextWriter writer)
    {
        bool[] kept = new bool[graph.VertexCount];
        kept[DeBruijnGraph.Source] = true;
        foreach (int v in graph.Order)
        {
            for (int letter = 0; kept[v] && letter < DeBruijnGraph.Letters; letter++)
            {
                if (v != graph.Sink && paths.IsKept(v, letter, minWeight) && paths.ReachesSink(graph.Child(v, letter))) kept[graph.Child(v, letter)] = true;
            }
        }

        int[] number = new int[graph.VertexCount];
        int n = 0;
        writer.Write("digraph G {\n");
        for (int v = 0; v < kept.Length; v++)
        {
            if (!kept[v]) continue;
            number[v] = n++;
            writer.Write($"{number[v]}[label={Encoding.ASCII.GetString(graph.Kmer(v))}];\n");
        }

        for (int v = 0; v < kept.Length; v++)
        {
            for (int letter = 0; kept[v] && letter < DeBruijnGraph.Letters; letter++)
            {
                if (v == graph.Sink || !paths.IsKept(v, letter, minWeight) || !kept[graph.Child(v, letter)]) continue;
                string color = graph.IsReference(v, letter) ? " color=red" : "";
                writer.Write($"{number[v]}->{number[graph.Child(v, letter)]} [label={graph.Weight(v, letter)}{color}];\n");
            }
        }

        writer.Write("}\n");
    }
}
