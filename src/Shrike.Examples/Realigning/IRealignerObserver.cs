using Shrike.Core;
using Shrike.Examples.Realigning.Assembly;

namespace Shrike.Examples.Realigning;

/// <summary>Is told about every window that was given to the assembler.</summary>
public interface IRealignerObserver
{
    /// <summary>A window was assembled, or could not be.</summary>
    /// <param name="contig">Contig.</param>
    /// <param name="start">First base.</param>
    /// <param name="end">One past the last base.</param>
    /// <param name="k">k of the graph, <see cref="WindowAssembler.NoGraph"/> if there is none.</param>
    /// <param name="haplotypes">Its haplotypes; empty: too many paths; borrowed.</param>
    /// <param name="reads">Number of reads given to the graph.</param>
    /// <param name="assembler">Can still write the graph.</param>
    void Assembled(Contig contig, int start, int end, int k, HaplotypeSet haplotypes, int reads, WindowAssembler assembler);

    /// <summary>A window was left out: too long, or not inside the contig.</summary>
    /// <param name="contig">Contig.</param>
    /// <param name="start">First base.</param>
    /// <param name="end">One past the last base.</param>
    void LeftOut(Contig contig, int start, int end)
    {
    }
}
