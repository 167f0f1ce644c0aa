using Shrike.Core;
using Shrike.Hts;

namespace Shrike.Examples.Candidates;

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
    public AlleleSpelling Normalize(Contig contig, ReferenceReader reference) => Normalize(Farthest, at => (char)reference.Fetch(contig.Name, at, at + 1)[0]);

    /// <summary>The same, where bases are at hand.</summary>
    /// <param name="farthest">The spelling begins at most so many bases, and one, to the left.</param>
    /// <param name="baseAt">The reference's base at a position.</param>
    public AlleleSpelling Normalize(int farthest, Func<int, char> baseAt)
    {
        if (Reference == Alternate) return this;
        (int position, string before, string after) = (Position, Reference, Alternate);
        while (before.Length == 0 || after.Length == 0 || before[^1] == after[^1])
        {
            if (before.Length > 0 && after.Length > 0)
            {
                (before, after) = (before[..^1], after[..^1]);
            }
            else if (position == 0)
            {
                // Nothing stands before it: the base behind is what both share.
                char right = baseAt(before.Length);
                (before, after) = (before + right, after + right);
                break;
            }
            else
            {
                char left = baseAt(--position);
                (before, after) = (left + before, left + after);
                if (Position - position > farthest) break;
            }
        }

        int shared = 0;
        while (shared + 1 < before.Length && shared + 1 < after.Length && before[shared] == after[shared]) shared++;
        return new AlleleSpelling(position + shared, before[shared..], after[shared..]);
    }
}
