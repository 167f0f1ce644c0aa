namespace Shrike.Examples.Candidates;

/// <summary>What the candidate caller makes of an allele. Those from <see cref="Passes"/> on make their position a candidate.</summary>
public enum AlleleVerdict
{
    /// <summary>Clipped bases are never an allele of a candidate.</summary>
    SoftClip,

    /// <summary>Fewer good reads than the smallest count.</summary>
    TooFewReads,

    /// <summary>A smaller share of the good reads than the smallest fraction.</summary>
    FractionTooSmall,

    /// <summary>Count and fraction are large enough.</summary>
    Passes,

    /// <summary>The fraction is large enough only for the second test, which multiplies the smallest fraction by a factor.</summary>
    PassesSecondTest,
}
