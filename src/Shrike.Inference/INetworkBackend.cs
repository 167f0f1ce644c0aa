namespace Shrike.Inference;

/// <summary>Runs a network on images. One object per thread.</summary>
public interface INetworkBackend : IDisposable
{
    /// <summary>Images that are computed at once. Fewer are padded, so no result depends on how images were grouped.</summary>
    int BatchSize { get; }

    /// <summary>Probabilities of images.</summary>
    /// <param name="images">Images one behind the other, H x W x C bytes each.</param>
    /// <param name="count">Number of images.</param>
    /// <param name="probabilities">Receives <paramref name="count"/> x classes values.</param>
    void Run(ReadOnlySpan<byte> images, int count, Span<float> probabilities);
}
