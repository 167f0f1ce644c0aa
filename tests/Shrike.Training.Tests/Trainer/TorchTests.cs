namespace Shrike.Training.Tests.Trainer;

/// <summary>Tests that share libtorch's random numbers and number of threads run one after the other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TorchTests
{
    /// <summary>Name of the collection.</summary>
    public const string Name = "torch";
}
