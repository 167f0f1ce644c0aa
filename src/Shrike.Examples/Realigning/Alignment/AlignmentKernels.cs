namespace Shrike.Examples.Realigning.Alignment;

/// <summary>Best scores of one query against many targets; holds the query and the state of the last target.</summary>
internal interface IScoringKernel
{
    /// <summary>Sets the query.</summary>
    /// <param name="codes">Query codes, one or more.</param>
    /// <param name="scoring">Scores, small enough that no alignment of the query leaves the range of a lane.</param>
    void SetQuery(ReadOnlySpan<byte> codes, AlignmentScoring scoring);

    /// <summary>Best score of the query against a target.</summary>
    /// <param name="codes">Target codes, one or more.</param>
    /// <param name="sharedPrefix">Number of leading codes known to equal those of the target before; 0 for the first.</param>
    int Score(ReadOnlySpan<byte> codes, int sharedPrefix);
}

/// <summary>Finds where the best alignment ends.</summary>
internal interface ILocatingKernel
{
    /// <summary>Sets the query, as in <see cref="IScoringKernel.SetQuery"/>.</summary>
    void SetQuery(ReadOnlySpan<byte> codes, AlignmentScoring scoring);

    /// <summary>Score and end of the best alignment among those that stay on certain diagonals (target index - query index).</summary>
    /// <param name="codes">Target codes, one or more.</param>
    /// <param name="lowest">Lowest diagonal; some more may be searched.</param>
    /// <param name="highest">Highest diagonal; some more may be searched.</param>
    /// <param name="expected">The best score if it is known, which shortens the search; else -1.</param>
    AlignmentEnd Locate(ReadOnlySpan<byte> codes, int lowest, int highest, int expected);
}
