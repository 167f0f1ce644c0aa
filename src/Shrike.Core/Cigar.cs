namespace Shrike.Core;

/// <summary>Arithmetic on packed CIGAR elements, <c>length &lt;&lt; 4 | operator</c> as BAM stores them.</summary>
public static class Cigar
{
    // Bit i is set if operator i consumes the read (M I S = X) or spans reference bases (M D N = X).
    private const uint ConsumesReadMask = 0b1_1001_0011;
    private const uint SpansReferenceMask = 0b1_1000_1101;

    /// <summary>Packs one element.</summary>
    public static uint Pack(CigarOp op, int length) => ((uint)length << 4) | (uint)op;

    /// <summary>Operator of a packed element.</summary>
    public static CigarOp Op(uint element) => (CigarOp)(element & 15);

    /// <summary>Length of a packed element.</summary>
    public static int Length(uint element) => (int)(element >> 4);

    /// <summary>Whether the operator consumes read bases: M, I, S, =, X.</summary>
    public static bool ConsumesRead(CigarOp op) => ((ConsumesReadMask >> (int)op) & 1) != 0;

    /// <summary>Whether the operator spans reference bases: M, D, N, =, X (not P).</summary>
    public static bool SpansReference(CigarOp op) => ((SpansReferenceMask >> (int)op) & 1) != 0;

    /// <summary>Number of reference bases spanned: sum of M, D, N, = and X.</summary>
    public static int ReferenceSpan(ReadOnlySpan<uint> cigar)
    {
        int span = 0;
        foreach (uint element in cigar)
        {
            if (SpansReference(Op(element))) span += Length(element);
        }

        return span;
    }

    /// <summary>Number of read bases consumed: sum of M, I, S, = and X.</summary>
    public static int ReadSpan(ReadOnlySpan<uint> cigar)
    {
        int span = 0;
        foreach (uint element in cigar)
        {
            if (ConsumesRead(Op(element))) span += Length(element);
        }

        return span;
    }

    /// <summary>Appends an element; one of the operator that stands last lengthens it.</summary>
    public static void Append(List<uint> cigar, uint element)
    {
        if (cigar.Count > 0 && Op(cigar[^1]) == Op(element)) cigar[^1] = Pack(Op(element), Length(cigar[^1]) + Length(element));
        else cigar.Add(element);
    }

    /// <summary>SAM text, e.g. <c>3S98M</c>; <c>*</c> for an empty CIGAR.</summary>
    public static string ToText(ReadOnlySpan<uint> cigar)
    {
        if (cigar.IsEmpty) return "*";
        var text = new System.Text.StringBuilder();
        foreach (uint element in cigar) text.Append(Length(element)).Append("MIDNSHP=X"[(int)Op(element)]);
        return text.ToString();
    }
}
