using Shrike.Core;

namespace Shrike.Inference;

/// <summary>A backend whose device paints images itself.</summary>
public interface IPaintingBackend : INetworkBackend
{
    /// <summary>Probabilities of images that have not been painted.</summary>
    /// <param name="images">The images, of the network's size.</param>
    /// <param name="probabilities">Receives count x classes values.</param>
    void Run(CompactImages images, Span<float> probabilities);
}
