namespace Shrike.Core;

/// <summary>CIGAR operators, numbered as in BAM.</summary>
public enum CigarOp
{
    /// <summary>M: aligned, equal or not.</summary>
    Match = 0,

    /// <summary>I: read bases absent from the reference.</summary>
    Insertion = 1,

    /// <summary>D: reference bases absent from the read.</summary>
    Deletion = 2,

    /// <summary>N: skipped reference (intron).</summary>
    Skip = 3,

    /// <summary>S: read bases present but not aligned.</summary>
    SoftClip = 4,

    /// <summary>H: read bases not in the record.</summary>
    HardClip = 5,

    /// <summary>P: padding; here it advances the reference, as in the original.</summary>
    Pad = 6,

    /// <summary>=: aligned and equal.</summary>
    SequenceMatch = 7,

    /// <summary>X: aligned and different.</summary>
    SequenceMismatch = 8,
}
