using System.Globalization;
using Shrike.Core;
using Shrike.Hts;

namespace Shrike.Simulation;

/// <summary>Draws the blocks of a simulation: anywhere in the reference, not overlapping, of A, C, G and T only.</summary>
internal static class BlockChoice
{
    private const int TriesPerBlock = 200;

    /// <summary>Draws blocks; in the order of the reference.</summary>
    /// <param name="reference">The reference.</param>
    /// <param name="run">Number and length of the blocks.</param>
    /// <param name="random">Random numbers: two for each try.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>As many blocks as asked for, or fewer if no more were found.</returns>
    /// <exception cref="ShrikeException">There is no place for a single block.</exception>
    public static List<Region> Draw(ReferenceReader reference, SimulationRun run, RandomSource random, CancellationToken cancellation = default)
    {
        var blocks = new List<Region>();
        Contig[] contigs = [.. reference.Contigs.Where(c => c.Length > run.BlockLength)];
        if (contigs.Length == 0) throw ShrikeException.Usage($"{run.Reference}: no contig is longer than a block of {run.BlockLength} bases: use a smaller block length");
        double[] ends = Ends(contigs);
        for (int tries = 0; blocks.Count < run.Blocks && tries < run.Blocks * TriesPerBlock; tries++)
        {
            cancellation.ThrowIfCancellationRequested();
            Contig contig = contigs[Place(ends, random.Uniform())];
            int start = (int)(random.Uniform() * (contig.Length - run.BlockLength));
            var block = new Region(contig.Name, start, start + run.BlockLength);
            if (blocks.Any(b => b.Overlaps(block)) || reference.Fetch(block.Contig, block.Start, block.End).AsSpan().IndexOfAnyExcept("ACGT"u8) >= 0) continue;
            blocks.Add(block);
        }

        if (blocks.Count == 0) throw ShrikeException.Usage(string.Create(CultureInfo.InvariantCulture, $"{run.Reference}: no stretch of {run.BlockLength} bases of A, C, G and T only was found: use a smaller block length"));
        return [.. blocks.OrderBy(b => reference.Contigs.First(c => c.Name == b.Contig).Index).ThenBy(b => b.Start)];
    }

    /// <summary>
    /// Where each contig ends on a line on which they lie one after the other, as long as there are contigs. Contigs of equal
    /// length end at whole numbers exactly, so that among them this draws what <see cref="RandomSource.Below"/> draws.
    /// </summary>
    private static double[] Ends(Contig[] contigs)
    {
        var ends = new double[contigs.Length];
        double total = contigs.Sum(c => (double)c.Length);
        double sum = 0;
        for (int i = 0; i < contigs.Length; i++)
        {
            sum += contigs[i].Length;
            ends[i] = sum * contigs.Length / total;
        }

        return ends;
    }

    private static int Place(double[] ends, double uniform)
    {
        double place = uniform * ends.Length;
        int i = 0;
        while (i < ends.Length - 1 && ends[i] <= place) i++;
        return i;
    }
}
