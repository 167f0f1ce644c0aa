using Shrike.Core;
using Shrike.Hts.Native;

namespace Shrike.Hts;

/// <summary>Builds the index of a bgzipped, sorted VCF, and of BAM files.</summary>
public static unsafe class VariantIndex
{
    /// <summary>Tabix indexes end here; longer contigs need CSI.</summary>
    public const long MaxTabixContig = 1L << 29;

    private const int CsiMinShift = 14;

    /// <summary>Makes <c>PATH.tbi</c>, or <c>PATH.csi</c> where a contig is longer than tabix can address.</summary>
    /// <param name="path">Bgzipped VCF, sorted.</param>
    /// <param name="longestContig">Length of the longest contig.</param>
    /// <param name="indexPath">Where to write; null for beside the file.</param>
    /// <returns>Path of the index.</returns>
    /// <exception cref="ShrikeException">The file is not sorted or not BGZF, or the index cannot be written.</exception>
    public static string Build(string path, long longestContig, string? indexPath = null)
    {
        LibHts.EnsureLoaded();
        bool csi = longestContig > MaxTabixContig;
        string target = indexPath ?? path + (csi ? ".csi" : ".tbi");
        LibHts.TabixConfiguration configuration = LibHts.TabixConfiguration.Vcf;
        int status = LibHts.tbx_index_build3(path, target, csi ? CsiMinShift : 0, 0, &configuration);
        if (status == 0) return target;
        throw status == -2
            ? ShrikeException.InvalidData($"{path}: cannot be indexed: it is not compressed with bgzip")
            : ShrikeException.InputOutput($"{target}: the index cannot be made: is {path} sorted, and the folder writable?");
    }

    /// <summary>Makes the CSI index of a sorted BCF.</summary>
    /// <param name="path">The file.</param>
    /// <param name="indexPath">Where to write.</param>
    public static void BuildBcf(string path, string indexPath)
    {
        LibHts.EnsureLoaded();
        if (LibHts.bcf_index_build3(path, indexPath, CsiMinShift, 0) != 0)
        {
            throw ShrikeException.InputOutput($"{indexPath}: the index cannot be made: is {path} sorted, and the folder writable?");
        }
    }

    /// <summary>Makes the .bai of a sorted BAM.</summary>
    public static void BuildBam(string path)
    {
        LibHts.EnsureLoaded();
        if (LibHts.sam_index_build3(path, null, 0, 0) != 0)
        {
            throw ShrikeException.InputOutput($"{path}: the index cannot be made: is the file sorted, and the folder writable?");
        }
    }
}
