namespace Shrike.Examples.Realigning.Alignment;

/// <summary>
/// Best score of a local alignment and the cell where it ends: of all cells with the best score the one of the smallest
/// target index, among these of the smallest query index.
/// </summary>
/// <param name="Score">Best score; 0 = no alignment.</param>
/// <param name="Query">Query index of the last aligned base.</param>
/// <param name="Target">Target index of the last aligned base.</param>
public readonly record struct AlignmentEnd(int Score, int Query, int Target);
