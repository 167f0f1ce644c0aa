namespace Shrike.Inference.Cuda;

/// <summary>
/// A device that computes batches in slots, several at a time: while one is computed the next is filled. One thread begins
/// batches, another ends them, in the same order.
/// </summary>
public interface IBatchDevice
{
    /// <summary>Most images of a batch.</summary>
    int BatchSize { get; }

    /// <summary>Batches that may be under way.</summary>
    int Slots { get; }

    /// <summary>Starts a batch in a free slot. What it needs of the parts has been copied when it returns.</summary>
    void Begin(int slot, IReadOnlyList<ImagePart> parts);

    /// <summary>Waits for a slot's batch and hands its probabilities over, image after image.</summary>
    void End(int slot, Span<float> probabilities);
}
