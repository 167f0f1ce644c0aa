namespace Shrike.Pipeline.Scoring;

/// <summary>One elementary difference from the reference: a substituted base, an insertion or a deletion.</summary>
/// <param name="Start">0-based position of the first base of <paramref name="Ref"/>.</param>
/// <param name="Ref">Replaced bases; insertions and deletions keep one anchor base in front.</param>
/// <param name="Alt">What stands there instead.</param>
public readonly record struct Allele(int Start, string Ref, string Alt)
{
    /// <summary>One past the last replaced base.</summary>
    public int End => Start + Ref.Length;

    /// <summary>Whether one base replaces one base.</summary>
    public bool IsSnp => Ref.Length == Alt.Length;

    /// <summary>
    /// The elementary differences of one VCF allele: shared ends trimmed, indels shifted to the left as far as the
    /// sequence allows, substitutions of several bases split.
    /// </summary>
    /// <param name="start">0-based position.</param>
    /// <param name="reference">REF, upper case.</param>
    /// <param name="alternate">ALT, upper case.</param>
    /// <param name="baseAt">Reference base at a 0-based position; 'N' outside the contig.</param>
    public static IEnumerable<Allele> Decompose(int start, string reference, string alternate, Func<int, char> baseAt)
    {
        if (reference.Length == alternate.Length)
        {
            for (int i = 0; i < reference.Length; i++)
            {
                if (reference[i] != alternate[i]) yield return new Allele(start + i, reference[i..(i + 1)], alternate[i..(i + 1)]);
            }

            yield break;
        }

        yield return LeftAlign(start, reference, alternate, baseAt);
    }

    private static Allele LeftAlign(int start, string reference, string alternate, Func<int, char> baseAt)
    {
        while (reference[^1] == alternate[^1])
        {
            if (reference.Length > 1 && alternate.Length > 1)
            {
                (reference, alternate) = (reference[..^1], alternate[..^1]);
            }
            else
            {
                char before = start > 0 ? baseAt(start - 1) : 'N';
                if (before == 'N') break;
                start--;
                (reference, alternate) = (before + reference[..^1], before + alternate[..^1]);
            }
        }

        int shared = 0;
        while (shared < Math.Min(reference.Length, alternate.Length) - 1 && reference[shared] == alternate[shared]) shared++;
        return new Allele(start + shared, reference[shared..], alternate[shared..]);
    }
}
