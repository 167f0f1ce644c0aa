namespace Shrike.Simulation;

/// <summary>What a simulation made.</summary>
/// <param name="Pairs">Read pairs.</param>
/// <param name="Variants">Variants of the individual.</param>
/// <param name="Blocks">Blocks; fewer than asked for where no more fit beside each other.</param>
public sealed record SimulationSummary(long Pairs, long Variants, int Blocks);
