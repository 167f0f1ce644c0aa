using Shrike.Core;

namespace Shrike.Examples.Realigning.Alignment;

/// <summary>Whether every indel of an alignment lies as far left as it can: an alignment that fails is not used.</summary>
internal static class LeftAlignment
{
    /// <summary>Checks an alignment.</summary>
    /// <param name="cigar">CIGAR of M, I, D, S.</param>
    /// <param name="offset">Offset of the first aligned base in <paramref name="reference"/>; a negative one is not checked.</param>
    /// <param name="reference">Reference letters.</param>
    /// <param name="read">Read letters.</param>
    public static bool Holds(ReadOnlySpan<uint> cigar, int offset, ReadOnlySpan<byte> reference, ReadOnlySpan<byte> read)
    {
        if (offset < 0) return true;
        int u = offset;
        int at = 0;
        foreach (uint element in cigar)
        {
            int n = Cigar.Length(element);
            switch (Cigar.Op(element))
            {
                case CigarOp.Deletion:
                    if (u + n > reference.Length) return false;
                    if (at > 0 && reference[u + n - 1] == read[at - 1]) return false;
                    u += n;
                    break;
                case CigarOp.Insertion:
                    if (u > 0 && u <= reference.Length && read[at + n - 1] == reference[u - 1]) return false;
                    at += n;
                    break;
                case CigarOp.SoftClip:
                    at += n;
                    break;
                default:
                    u += n;
                    at += n;
                    break;
            }
        }

        return true;
    }
}
