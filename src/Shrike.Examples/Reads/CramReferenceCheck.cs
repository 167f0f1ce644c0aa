using System.Collections.Concurrent;
using Shrike.Core;
using Shrike.Hts;

namespace Shrike.Examples.Reads;

/// <summary>
/// Sees that CRAM files are read with the reference they were written with, contig by contig as they come to be called. Shared by the threads of a run.
/// </summary>
/// <remarks>
/// htslib compares the reference with a CRAM for containers of one contig only: there a reference that is masked elsewhere does no harm. Containers of several, which
/// writers make of small contigs and of sparse reads on any, are decoded to wrong bases with a reference of other letters. So every contig that is called has its
/// MD5 compared with the header's, and where they differ its containers are looked at: whichever thread comes to it first
/// does so, while the others go on; a run that fails so gives no output. It costs half a second for the largest human contig. BAM files hold their bases
/// themselves, and are not looked at.
/// </remarks>
public sealed class CramReferenceCheck
{
    private readonly ConcurrentDictionary<string, bool> _seen = new();

    /// <summary>Compares a contig, unless a thread has done so or is about it.</summary>
    /// <param name="contig">A contig of the reference.</param>
    /// <param name="reference">The reference that the files are decoded against.</param>
    /// <param name="files">The alignments.</param>
    /// <exception cref="ShrikeException">A CRAM was written with other bases (exit 2).</exception>
    public void Require(string contig, ReferenceReader reference, IEnumerable<AlignmentReader> files)
    {
        if (!_seen.TryAdd(contig, true)) return;
        string? found = null;
        foreach (AlignmentReader file in files.Where(f => f.IsCram))
        {
            if (!file.Header.Checksums.TryGetValue(contig, out string? wanted)) continue;
            found ??= reference.Md5(contig);
            if (!found.Equals(wanted, StringComparison.OrdinalIgnoreCase) && file.MayBeDecodedUnchecked(contig)) throw ShrikeException.Usage(Mismatch(contig, reference.Path, found, file.Path, wanted));
        }
    }

    private static string Mismatch(string contig, string reference, string found, string reads, string wanted) =>
        $"{reads}: was written with another reference: the MD5 of {contig} is {wanted} in its header and {found} in {reference}: give --ref the FASTA that it was written with, or --nouse_ref_for_cram if it holds its own";
}
