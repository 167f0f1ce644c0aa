using Shrike.Core;
using Shrike.Hts;

namespace Shrike.Pipeline.Explaining;

/// <summary>One ALT allele against the reference, as a VCF spells it.</summary>
/// <param name="Position">0-based position of the first base of REF.</param>
/// <param name="Reference">REF.</param>
/// <param name="Alternate">ALT.</param>
public sealed record AlleleSpelling(int Position, string Reference, string Alternate)
{
    // Repeats in which an indel can be moved further than this are not looked at.
    private const int Farthest = 5000;

    /// <summary>One spelling for all that mean the same: no shared bases, and an indel as far left as it goes.</summary>
    /// <param name="contig">Contig.</param>
    /// <param name="reference">The reference.</param>
    public AlleleSpelling Normalize(Contig contig, ReferenceReader reference)
    {
        (int position, string before, string after) = (Position, Reference, Alternate);
        while (before != after)
        {
            if (before.Length > 0 && after.Length > 0)
            {
                if (before[^1] != after[^1]) break;
                (before, after) = (before[..^1], after[..^1]);
            }
            else
            {
                if (position == 0 || Position - position > Farthest) break;
                position--;
                char left = (char)reference.Fetch(contig.Name, position, position + 1)[0];
                (before, after) = (left + before, left + after);
            }
        }

        int shared = 0;
        while (shared + 1 < before.Length && shared + 1 < after.Length && before[shared] == after[shared]) shared++;
        return new AlleleSpelling(position + shared, before[shared..], after[shared..]);
    }
}
