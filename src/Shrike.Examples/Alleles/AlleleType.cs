namespace Shrike.Examples.Alleles;

/// <summary>What a read shows at a position.</summary>
public enum AlleleType : byte
{
    /// <summary>The reference base.</summary>
    Reference = 1,

    /// <summary>Another base.</summary>
    Substitution = 2,

    /// <summary>Bases inserted behind the position.</summary>
    Insertion = 3,

    /// <summary>Reference bases missing behind the position.</summary>
    Deletion = 4,

    /// <summary>Clipped bases behind the position (or before the first aligned base).</summary>
    SoftClip = 5,
}
