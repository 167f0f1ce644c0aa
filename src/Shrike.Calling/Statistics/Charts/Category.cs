namespace Shrike.Calling.Statistics.Charts;

/// <summary>Something that was counted.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Count">Number of records.</param>
/// <param name="Style">Class that has its colour.</param>
internal sealed record Category(string Name, long Count, string Style);
