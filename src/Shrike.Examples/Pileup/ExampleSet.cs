using Shrike.Core;
using Shrike.Formats.Messages;

namespace Shrike.Examples.Pileup;

/// <summary>One image of one ALT set of a candidate.</summary>
/// <param name="Variant">The candidate; in training with the genotype of the truth.</param>
/// <param name="AltIndices">0-based ALTs shown as "alt", ascending, one or two.</param>
/// <param name="Label">Class in training, else null.</param>
/// <param name="DeNovo">In training, whether the candidate lies in a region of de-novo variants; null if none are known.</param>
public readonly record struct ExampleKey(Variant Variant, int[] AltIndices, int? Label = null, bool? DeNovo = null);

/// <summary>
/// Examples of a tile: their images one behind the other in one buffer, which the network reads in place. Reused.
/// </summary>
public sealed class ExampleSet
{
    private readonly List<ExampleKey> _keys = [];
    private byte[] _images = [];

    /// <param name="imageBytes">H x W x C.</param>
    /// <param name="compact">Receives the images instead, to be painted by a device.</param>
    public ExampleSet(int imageBytes, CompactImages? compact = null)
    {
        ImageBytes = imageBytes;
        Compact = compact;
    }

    /// <summary>Images that are not painted here, or null.</summary>
    public CompactImages? Compact { get; }

    /// <summary>Bytes of one image.</summary>
    public int ImageBytes { get; }

    /// <summary>Number of examples.</summary>
    public int Count => _keys.Count;

    /// <summary>Candidate and ALT set of each example.</summary>
    public IReadOnlyList<ExampleKey> Keys => _keys;

    /// <summary>All images.</summary>
    public ReadOnlyMemory<byte> Images => _images.AsMemory(0, Count * ImageBytes);

    /// <summary>One image, row-major, channel fastest.</summary>
    public ReadOnlySpan<byte> Image(int i) => _images.AsSpan(i * ImageBytes, ImageBytes);

    /// <summary>Removes all examples; the buffer stays.</summary>
    public void Clear()
    {
        _keys.Clear();
        Compact?.Clear();
    }

    /// <summary>Adds an example whose image stands in <see cref="Compact"/>.</summary>
    public void AddKey(in ExampleKey key) => _keys.Add(key);

    /// <summary>Adds an example and returns its image to be painted, all zero, with <see cref="RowPainter.Slack"/> bytes behind it that may be overwritten.</summary>
    public Span<byte> Add(in ExampleKey key)
    {
        if ((((long)Count + 1) * ImageBytes) + RowPainter.Slack > Array.MaxLength)
        {
            throw new ShrikeException(ExitCode.OutOfMemory, $"{key.Variant.ReferenceName}:{key.Variant.Start + 1}: more than {Count} images in one stretch of the genome: use a smaller --partition_size, or fewer candidates (--vsc_min_fraction_snps, --vsc_min_fraction_indels)");
        }

        int at = Count * ImageBytes;
        int end = at + ImageBytes + RowPainter.Slack;
        if (_images.Length < end) Array.Resize(ref _images, (int)Math.Max(end, Math.Min(_images.Length * 2L, Array.MaxLength)));
        _keys.Add(key);
        _images.AsSpan(at, ImageBytes).Clear();
        return _images.AsSpan(at, ImageBytes + RowPainter.Slack);
    }
}
