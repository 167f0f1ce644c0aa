using System.Text;
using Shrike.Core;

namespace Shrike.Examples.Realigning.Alignment;

/// <summary>One difference of a haplotype from the reference, as a VCF spells it.</summary>
/// <param name="Position">0-based position of the first base of REF.</param>
/// <param name="Reference">REF.</param>
/// <param name="Alternate">ALT.</param>
public readonly record struct HaplotypeDifference(int Position, string Reference, string Alternate)
{
    /// <summary>One past the last base of REF.</summary>
    public int End => Position + Reference.Length;
}

/// <summary>Lists how haplotypes differ from the reference, for eyes. One object per thread.</summary>
/// <param name="options">Scores, those of the realigner.</param>
public sealed class HaplotypeDifferences(HaplotypeAlignerOptions options)
{
    private readonly LocalAligner _aligner = new(new AlignmentScoring(options.Match, options.Mismatch, options.GapOpen, options.GapExtend));
    private readonly List<uint> _cigar = [];

    /// <summary>The differences, ascending.</summary>
    /// <param name="haplotype">Letters of the haplotype.</param>
    /// <param name="reference">Letters of the reference.</param>
    /// <param name="start">Contig position of its first letter, 0-based.</param>
    public List<HaplotypeDifference> Of(ReadOnlySpan<byte> haplotype, ReadOnlySpan<byte> reference, int start)
    {
        var differences = new List<HaplotypeDifference>();
        if (haplotype.SequenceEqual(reference)) return differences;
        var codes = new byte[reference.Length];
        LetterCodes.CodeTarget(reference, codes);
        _aligner.SetQuery(haplotype);
        if (!_aligner.TryTrace(codes, -1, out int begin, _cigar)) return [new HaplotypeDifference(start, Text(reference), Text(haplotype))];
        (int at, int u) = (0, begin);

        // What the aligner clips stands for the letters that it leaves over on the same side.
        if (Cigar.Op(_cigar[0]) == CigarOp.SoftClip) at = Cigar.Length(_cigar[0]);
        if (at > 0 || begin > 0) differences.Add(new HaplotypeDifference(start, Text(reference[..begin]), Text(haplotype[..at])));
        foreach (uint element in _cigar)
        {
            int n = Cigar.Length(element);
            switch (Cigar.Op(element))
            {
                case CigarOp.SequenceMatch:
                    (at, u) = (at + n, u + n);
                    break;
                case CigarOp.Insertion:
                    differences.Add(new HaplotypeDifference(start + u - 1, Text(reference[(u - 1)..u]), Text(haplotype[(at - 1)..(at + n)])));
                    at += n;
                    break;
                case CigarOp.Deletion:
                    differences.Add(new HaplotypeDifference(start + u - 1, Text(reference[(u - 1)..(u + n)]), Text(haplotype[(at - 1)..at])));
                    u += n;
                    break;
                case CigarOp.SequenceMismatch:
                    for (int i = 0; i < n; i++) differences.Add(new HaplotypeDifference(start + u + i, Text(reference.Slice(u + i, 1)), Text(haplotype.Slice(at + i, 1))));
                    (at, u) = (at + n, u + n);
                    break;
            }
        }

        if (at < haplotype.Length || u < reference.Length) differences.Add(new HaplotypeDifference(start + u, Text(reference[u..]), Text(haplotype[at..])));
        return differences;
    }

    private static string Text(ReadOnlySpan<byte> letters) => Encoding.ASCII.GetString(letters);
}
