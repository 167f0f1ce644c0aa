namespace Shrike.Inference.Cuda.Planning;

/// <summary>
/// A tensor of the plan: cells (row, column) of lanes, possibly a slice of a larger buffer. Half tensors keep their lanes in
/// groups of eight (16 bytes); padding lanes hold zero.
/// </summary>
/// <param name="Buffer">Number of the buffer.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Columns">Columns.</param>
/// <param name="Channels">Channel of each lane, -1 for padding.</param>
/// <param name="Pixel">Elements from one cell to the next.</param>
/// <param name="Offset">Elements before the first lane of the first cell of an image.</param>
/// <param name="Wide">FP32 instead of 16 bits.</param>
public sealed record TensorView(int Buffer, int Rows, int Columns, int[] Channels, int Pixel, int Offset, bool Wide)
{
    /// <summary>Lanes of a cell.</summary>
    public int Lanes => Channels.Length;

    /// <summary>Cells of an image.</summary>
    public int Cells => Rows * Columns;

    /// <summary>Lanes [first, first + channels.Length) of the same cells.</summary>
    public TensorView Slice(int first, int[] channels) => this with { Channels = channels, Offset = Offset + first };

    /// <summary>Rows [first, first + count).</summary>
    public TensorView RowRange(int first, int count) => this with { Rows = count, Offset = Offset + (first * Columns * Pixel) };

    /// <summary>Channel numbers of lanes: <paramref name="channels"/> of them, padded to a multiple of eight unless wide.</summary>
    public static int[] LaneMap(int channels, bool wide) =>
        [.. Enumerable.Range(0, wide ? channels : (channels + 7) / 8 * 8).Select(i => i < channels ? i : -1)];
}

/// <summary>Memory of one tensor (or of several that are joined): where it lies in an arena of bytes per image.</summary>
/// <param name="Elements">Elements of one image.</param>
/// <param name="Wide">FP32 instead of 16 bits.</param>
/// <param name="FirstStep">First step that touches it.</param>
/// <param name="LastStep">Last step that touches it.</param>
/// <param name="Offset">Bytes before it in the arena of one image; a multiple of 256.</param>
public sealed record PlanBuffer(int Elements, bool Wide, int FirstStep, int LastStep, long Offset)
{
    /// <summary>Bytes of one image, rounded up to 256.</summary>
    public long Bytes => ((Elements * (Wide ? 4L : 2L)) + 255) / 256 * 256;
}
