using System.Runtime.ExceptionServices;
using Shrike.Core;

namespace Shrike.Inference.Cuda;

/// <summary>Images one thread waits for. Its memory stays where it is until <see cref="IsDone"/>.</summary>
public sealed class ImageRequest
{
    /// <param name="images">First byte of painted images.</param>
    /// <param name="count">Images.</param>
    /// <param name="probabilities">First of their probabilities.</param>
    internal ImageRequest(nint images, int count, nint probabilities)
    {
        (Images, Count, Probabilities, Left) = (images, count, probabilities, count);
    }

    /// <param name="compact">Images that have not been painted.</param>
    /// <param name="probabilities">First of their probabilities.</param>
    internal ImageRequest(CompactImages compact, nint probabilities)
        : this(0, compact.Count, probabilities)
    {
        Compact = compact;
    }

    /// <summary>Address of painted images; 0 if <see cref="Compact"/> has them.</summary>
    public nint Images { get; }

    /// <summary>Images that have not been painted, or null.</summary>
    public CompactImages? Compact { get; }

    /// <summary>Images.</summary>
    public int Count { get; }

    internal nint Probabilities { get; }

    /// <summary>Images that have been given to a device.</summary>
    internal int Given { get; set; }

    /// <summary>Images without an answer.</summary>
    internal int Left { get; set; }

    internal bool IsDone => Left == 0;

    internal ExceptionDispatchInfo? Failure { get; private set; }

    /// <summary>Gives up what no device has yet.</summary>
    internal void Fail(ExceptionDispatchInfo failure)
    {
        Failure ??= failure;
        Left -= Count - Given;
        Given = Count;
    }
}

/// <summary>Consecutive images of a request in a batch.</summary>
/// <param name="Request">The request.</param>
/// <param name="First">Its first image in the batch.</param>
/// <param name="Count">Images.</param>
public readonly record struct ImagePart(ImageRequest Request, int First, int Count);
