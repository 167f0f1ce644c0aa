namespace Shrike.Calling.Statistics.Charts;

/// <summary>A bar of a histogram.</summary>
/// <param name="Start">Left edge.</param>
/// <param name="End">Right edge; infinite for a bar that holds all larger values.</param>
/// <param name="Count">Number of records.</param>
internal readonly record struct Bar(double Start, double End, long Count);
